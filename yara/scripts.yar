// Malicious scripts.

rule Script_History_Off_And_Fetch : scripts {
  meta:
    id = "2441bd17-1574-5780-8ae8-61f66d45a864"
    description = "Script that turns the shell history off and fetches code"
    author = "Shrike"
    severity = "medium"
    attack = "T1070.003"
    reference = "https://attack.mitre.org/techniques/T1070/003/"
  strings:
    $sh = "#!"
    $a = /(unset\s+HISTFILE|HISTFILE=\/dev\/null|HISTSIZE=0|set\s+\+o\s+history|history\s+-c)/
    $b = /(curl|wget)\s[^\n]{5,200}(\|\s*(ba|da)?sh|-[oO]\s*\/(tmp|dev\/shm|var\/tmp))/
  condition:
    $sh at 0 and filesize < 1MB and $a and $b
}

rule Script_Disables_Security : scripts {
  meta:
    id = "4251751d-a32d-5709-b1a7-37bb1070ec04"
    description = "Script that switches off SELinux, AppArmor, the firewall and agents"
    author = "Shrike"
    severity = "high"
    attack = "T1562.001"
    reference = "https://attack.mitre.org/techniques/T1562/001/"
  strings:
    $sh = "#!"
    $a1 = /setenforce\s+0/
    $a2 = /(ufw\s+disable|systemctl\s+(stop|disable)\s+(firewalld|ufw))/
    $a3 = /iptables\s+-F/
    $a4 = /systemctl\s+(stop|disable)\s+(apparmor|auditd|falco|osqueryd|wazuh-agent|falcon-sensor)/
    $a5 = /echo\s+SELINUX=disabled\s*>/
    $a6 = /(aegis|qcloud|cloudmonitor|YunJing)[^\n]{0,60}(uninstall|stop|rm)/
    $a7 = /auditctl\s+(-e\s*0|-D)/
    $a8 = "kernel.nmi_watchdog=0"
  condition:
    $sh at 0 and filesize < 1MB and 3 of ($a*)
}

rule Script_Obfuscated_Ifs_Variables : scripts {
  meta:
    id = "63a36657-e1cd-5550-9e75-388c8a92e979"
    description = "Shell code that takes words apart by variables and IFS"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.010"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $a = /\$\{IFS\}[^\n]{0,60}\$\{IFS\}[^\n]{0,60}\$\{IFS\}/
    $b = /(wget|curl|cat|sh|bash|chmod)\$\{IFS\}/
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and $b
}

rule Script_Hex_Escapes_Eval : scripts {
  meta:
    id = "f9635cac-0cf6-5202-af4a-1517f50db1b8"
    description = "Shell code of escape sequences that is evaluated"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.010"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $a = /eval\s+["']?\$\(\s*(echo\s+-n?e|printf)\s+["']?(\\x[0-9a-f]{2}){20,}/ nocase
    $b = /\$'(\\x[0-9a-f]{2}){20,}/ nocase
    $c = /(echo\s+-n?e|printf)\s+["']?(\\x[0-9a-f]{2}){20,}[^\n]{0,40}\|\s*(ba|da)?sh/ nocase
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and any of them
}

rule Script_Rev_Pipe_Shell : scripts {
  meta:
    id = "b158a04a-bb17-5a21-a84e-d5ef94ee622e"
    description = "Shell code written backwards and turned round before it runs"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.010"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $a = /echo\s+[^\n|]{10,400}\|\s*rev\s*\|\s*(ba|da|z)?sh/
    $b = /eval\s+["'`]?\$?\(?\s*(rev\s*<<<|echo\s+[^\n|]{10,400}\|\s*rev)/
  condition:
    filesize < 500KB and not uint32(0) == 0x464c457f and any of them
}

rule Script_Python_Marshal_Exec : scripts {
  meta:
    id = "35832e7e-ec12-5507-b3b8-9ec02dcee82e"
    description = "Python that executes marshalled or many times packed code"
    author = "Shrike"
    severity = "medium"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $a = /exec\s*\(\s*marshal\.loads\s*\(/
    $b = /exec\s*\(\s*zlib\.decompress\s*\(\s*base64\./
    $c = /__import__\s*\(\s*['"]marshal['"]\s*\)\s*\.loads/
    $d = /exec\s*\(\s*\(?\s*lambda\s+__\s*:/
  condition:
    filesize < 5MB and not uint32(0) == 0x464c457f and any of them
}

rule Script_Fork_Bomb : scripts {
  meta:
    id = "b388e5d7-da3f-5ac9-bc02-c17c5968e683"
    description = "Shell fork bomb"
    author = "Shrike"
    severity = "low"
    attack = "T1499.001"
    reference = "https://attack.mitre.org/techniques/T1499/001/"
  strings:
    $a = ":(){ :|:& };:"
    $b = ":(){:|:&};:"
    $c = ":() { :|: & }; :"
  condition:
    filesize < 50KB and not uint32(0) == 0x464c457f and any of them
}

rule Script_At_Job_Fetch : scripts {
  meta:
    id = "1310143f-3ee3-5dd1-aead-16c985e69b37"
    description = "Script that hands a fetch to at"
    author = "Shrike"
    severity = "medium"
    attack = "T1053.002"
    reference = "https://attack.mitre.org/techniques/T1053/002/"
  strings:
    $a = /echo\s+[^\n]{0,200}(curl|wget)\s[^\n]{5,200}\|\s*(at|batch)\s+(now|\+|[0-9])/
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a
}

rule Script_Cron_Install_Pipe : scripts {
  meta:
    id = "04595844-05e0-5525-bd62-45dffcf1c18a"
    description = "Script that adds a fetching entry to the crontab"
    author = "Shrike"
    severity = "high"
    attack = "T1053.003"
    reference = "https://attack.mitre.org/techniques/T1053/003/"
  strings:
    $a = /\(\s*crontab\s+-l[^\n]{0,200}(curl|wget)\s[^\n]{0,200}\|\s*crontab\s+-/
    $b = /echo\s+[^\n]{0,40}\*[^\n]{0,120}(curl|wget)\s[^\n]{0,200}>>?\s*\/(etc\/cron|var\/spool\/cron)/
    $c = /echo\s+[^\n]{0,40}(\*|@reboot)[^\n]{0,120}\/(tmp|dev\/shm|var\/tmp)\/[^\n]{0,100}(\|\s*crontab|>>?\s*\/(etc\/cron|var\/spool\/cron))/
  condition:
    filesize < 1MB and not uint32(0) == 0x464c457f and any of them
}

rule Script_Rc_Local_Persistence : scripts {
  meta:
    id = "9ad2e390-eeff-58cf-a068-76d16d8e7596"
    description = "Script that puts a program of a temporary folder into rc.local or init.d"
    author = "Shrike"
    severity = "medium"
    attack = "T1037.004"
    reference = "https://attack.mitre.org/techniques/T1037/004/"
  strings:
    $a = /echo\s+[^\n]{0,120}\/(tmp|dev\/shm|var\/tmp)\/[^\n]{0,100}>>?\s*\/etc\/(rc\.local|rc\.d\/rc\.local|init\.d\/\S+|inittab)/
  condition:
    filesize < 1MB and not uint32(0) == 0x464c457f and $a
}

rule Script_Ssh_Config_Weaken : scripts {
  meta:
    id = "eaa7c2e3-87a9-5117-96a7-e481a0d949d1"
    description = "Script that lets root log in by password and restarts sshd"
    author = "Shrike"
    severity = "medium"
    attack = "T1562"
    reference = "https://attack.mitre.org/techniques/T1562/"
  strings:
    $sh = "#!"
    $a = /PermitRootLogin\s+yes/
    $b = /(sed\s+-i|echo)[^\n]{0,120}sshd_config/
    $c = /(systemctl|service)\s+(restart|reload)?\s*sshd?(\s+restart)?/
    $d = /(chpasswd|passwd\s+root|passwd\s+--stdin)/
  condition:
    $sh at 0 and filesize < 200KB and all of them
}

rule Script_Dns_Exfil_Loop : scripts {
  meta:
    id = "9306cba1-55d2-56d1-b09c-718bcba6a4f5"
    description = "Script that sends data as DNS names"
    author = "Shrike"
    severity = "medium"
    attack = "T1048.003"
    reference = "https://attack.mitre.org/techniques/T1048/003/"
  strings:
    $a = /(base64|xxd|od|hexdump)[^\n]{0,80}\|[^\n]{0,120}(while\s+read|for\s+\w+\s+in|xargs)[^\n]{0,120}(dig|nslookup|host)\s/
    $b = /(dig|nslookup|host)\s+[^\n]{0,30}\$\{?\w+\}?\.[a-z0-9$\{\}.-]{4,60}/
  condition:
    filesize < 200KB and not uint32(0) == 0x464c457f and $a and $b
}

rule Script_Npm_Beacon : scripts {
  meta:
    id = "b5efefe9-66be-53c0-a9d4-0c32ffaef4af"
    description = "JavaScript of a package that reports host and user to an interaction server"
    author = "Shrike"
    severity = "medium"
    attack = "T1195.001"
    reference = "https://attack.mitre.org/techniques/T1195/001/"
  strings:
    $a1 = /os\.hostname\s*\(\s*\)/
    $a2 = /os\.userInfo\s*\(\s*\)/
    $a3 = /__dirname|process\.cwd\(\)/
    $b = /(oast(ify)?\.(com|pro|live|site|online|fun|me)|interact\.sh|burpcollaborator\.net|pipedream\.net|requestbin|webhook\.site|dnslog\.cn)/
    $c = /(https?\.request|http\.get|https\.get|dns\.(lookup|resolve)|fetch)\s*\(/
  condition:
    filesize < 200KB and 2 of ($a*) and $b and $c
}

rule Script_Sed_Hosts_Block_Updates : scripts {
  meta:
    id = "561925de-0129-50f2-8c80-6cb8fd31fa39"
    description = "Script that blocks security vendors or update servers in /etc/hosts"
    author = "Shrike"
    severity = "medium"
    attack = "T1562"
    reference = "https://attack.mitre.org/techniques/T1562/"
  strings:
    $a = /(echo|printf)\s+["']?(127\.0\.0\.1|0\.0\.0\.0)\s+\S*(security\.debian|archive\.ubuntu|aliyun|qcloud|crowdstrike|sentinelone|clamav|virustotal|minexmr|supportxmr)\S*["']?\s*>>\s*\/etc\/hosts/
  condition:
    filesize < 1MB and not uint32(0) == 0x464c457f and $a
}

rule Script_Perl_Fork_Shellbot : scripts {
  meta:
    id = "e89f801e-18ad-5b84-9ecf-e8113d91b2ba"
    description = "Perl bot that renames itself and reconnects"
    author = "Shrike"
    severity = "high"
    attack = "T1071"
    reference = "https://attack.mitre.org/techniques/T1071/"
  strings:
    $p = "/perl"
    $a = /\$0\s*=\s*["'](\/usr\/sbin\/(httpd|apache2|sshd|cron)|\[?k(worker|softirqd|threadd))/
    $b = /fork\s*(\(\s*\))?/
    $c = /IO::Socket::INET->new/
    $d1 = "PRIVMSG"
    $d2 = /\$SIG\{['"]?(INT|TERM|HUP)/
  condition:
    filesize < 500KB and $p in (0..64) and $a and $b and $c and 1 of ($d*)
}
