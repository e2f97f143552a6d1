// Backdoors.

rule Backdoor_SSH_Authorized_Keys_Append : backdoors {
  meta:
    id = "1bc0f5c6-ef9b-57ad-a323-f08fa08679c4"
    description = "Script that appends a public key to authorized_keys and hides the trace"
    author = "Shrike"
    severity = "high"
    attack = "T1098.004"
    reference = "https://attack.mitre.org/techniques/T1098/004/"
  strings:
    $sh = "#!"
    $k = /echo\s+['"]?(ssh-(rsa|ed25519)|ecdsa-sha2-\S+)\s+AAAA[A-Za-z0-9+\/=]{20,}[^\n]{0,100}>>?\s*\S*authorized_keys/
    $c = /chattr\s+[+-][iae]{1,3}|history\s+-c|HISTFILE=\/dev\/null|unset\s+HISTFILE/
  condition:
    $sh at 0 and filesize < 1MB and $k and $c
}

rule Backdoor_PAM_Master_Password : backdoors {
  meta:
    id = "482cd8a8-b4ea-5985-8c97-c838d6e7f20e"
    description = "PAM module that accepts a password of its own and writes down those of others"
    author = "Shrike"
    severity = "critical"
    attack = "T1556.003"
    reference = "https://attack.mitre.org/techniques/T1556/003/"
  strings:
    $a = "pam_sm_authenticate"
    $b = "pam_get_authtok"
    $b2 = "pam_get_item"
    $c = /\/(tmp|var\/(log|tmp|run)|usr\/share|dev\/shm)\/\.[a-z0-9._-]{1,30}/
    $d = /%s:%s|%s\s+%s\n|user(name)?[=:]\s?%s[ ,;]+pass(word)?[=:]\s?%s/ nocase
    $e = "fopen"
  condition:
    uint32(0) == 0x464c457f and filesize < 500KB and $a and ($b or $b2) and $c and $d and $e
}

rule Backdoor_Sshd_Patched : backdoors {
  meta:
    id = "1dd0e413-a1cb-5ad4-a4a9-6a861cc46086"
    description = "sshd with a built-in password or a log of passwords"
    author = "Shrike"
    severity = "critical"
    attack = "T1554"
    reference = "https://attack.mitre.org/techniques/T1554/"
  strings:
    $s1 = "SSH-2.0-OpenSSH"
    $s2 = "sshd: %s"
    $s3 = "auth_password"
    $b1 = "backdoor_active"
    $b2 = "magic_password"
    $b3 = "secret_ok"
    $b4 = /\+?user:\s?%s\s+\+?password:\s?%s/
    $b5 = "ilog_file"
  condition:
    uint32(0) == 0x464c457f and 2 of ($s*) and 1 of ($b*)
}

rule Backdoor_ICMP_Trigger : backdoors {
  meta:
    id = "ebc82710-1934-55c9-9d1c-627b50d08980"
    description = "ELF that opens a raw ICMP socket, waits for a word in a ping and starts a shell"
    author = "Shrike"
    severity = "high"
    attack = "T1205"
    reference = "https://attack.mitre.org/techniques/T1205/"
  strings:
    $a = "SOCK_RAW"
    $i1 = "icmp" nocase
    $sh = "/bin/sh"
    $t1 = "HISTFILE=/dev/null"
    $t2 = "PS1="
    $t3 = "HOME=/tmp"
    $f = /\[k(worker|softirqd|threadd|blockd)[^\]]{0,16}\]/
  condition:
    uint32(0) == 0x464c457f and filesize < 500KB and $i1 and $sh and ($f or $a) and 1 of ($t*)
}

rule Backdoor_BPF_Packet_Trigger : backdoors {
  meta:
    id = "6e25c295-9386-5929-aeb1-f9ca7b22655a"
    description = "ELF that attaches a socket filter, poses as a system daemon and opens a shell for a magic packet"
    author = "Shrike"
    severity = "critical"
    attack = "T1205.002"
    reference = "https://attack.mitre.org/techniques/T1205/002/"
  strings:
    $v1 = "/var/run/haldrund.pid"
    $v2 = "/dev/shm/kdmtmpflush"
    $d1 = "/usr/libexec/postfix/master"
    $d2 = "hald-addon-acpi: listening on acpi kernel interface /proc/acpi/event"
    $d3 = "/sbin/mingetty /dev/tty7"
    $d4 = "dbus-daemon --system"
    $d5 = "/sbin/udevd -d"
    $i = /iptables\s+-t\s+nat\s+-[AD]\s+PREROUTING[^\n]{0,80}--to-ports\s+%d/
  condition:
    uint32(0) == 0x464c457f and filesize < 1MB and (2 of ($d*) or 1 of ($v*)) and $i
}

rule Backdoor_Tiny_Shell : backdoors {
  meta:
    id = "267fe383-b2f3-5e23-93f2-8b047ef23acb"
    description = "Tiny shell style backdoor: AES and SHA-1 over TCP with get, put and run"
    author = "Shrike"
    severity = "high"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = "Usage: %s [ -c [ connect_back_host ] ]"
    $b = "exec bash --login"
    $c = "HISTFILE="
    $d = "Encryption/decryption error"
    $e = "connect_back_host"
  condition:
    uint32(0) == 0x464c457f and filesize < 1MB and 2 of them
}

rule Backdoor_Systemd_Unit_Tmp : backdoors {
  meta:
    id = "03a6273a-2d05-550f-b7bf-221031f657b9"
    description = "systemd unit that starts a program from a folder anyone may write"
    author = "Shrike"
    severity = "high"
    attack = "T1543.002"
    reference = "https://attack.mitre.org/techniques/T1543/002/"
  strings:
    $u = "[Service]"
    $e = /Exec(Start|StartPre)\s*=\s*[-@+!]{0,2}(\/bin\/(ba)?sh\s+-c\s+['"]?)?\/(tmp|dev\/shm|var\/tmp)\/\S+/
    $r = /Restart\s*=\s*always/
  condition:
    filesize < 20KB and $u and $e and $r
}

rule Backdoor_Udev_Rule_Run : backdoors {
  meta:
    id = "82de2dc3-d4ad-5a07-838d-d749252ecb25"
    description = "udev rule that runs a program from a folder anyone may write"
    author = "Shrike"
    severity = "high"
    attack = "T1546.017"
    reference = "https://attack.mitre.org/techniques/T1546/017/"
  strings:
    $a = /RUN\+?=\s*"(\/bin\/(ba)?sh\s+-c\s+)?['"]?\/(tmp|dev\/shm|var\/tmp)\/[^"\n]+"/
    $b = /(ACTION|SUBSYSTEM|KERNEL)\s*==/
  condition:
    filesize < 50KB and $a and $b
}

rule Backdoor_Profile_Hook : backdoors {
  meta:
    id = "051f395c-1ae9-57bc-9091-42cbacce3260"
    description = "Shell start-up file that fetches and runs code in the background"
    author = "Shrike"
    severity = "medium"
    attack = "T1546.004"
    reference = "https://attack.mitre.org/techniques/T1546/004/"
  strings:
    $a = /\((curl|wget)\s[^\n)]{5,120}\|\s*(ba|da)?sh\s*\)?\s*(>|2>)[^\n]{0,40}&/
    $b = /(alias|export|PS1|bashrc|profile)/
  condition:
    filesize < 100KB and $a and $b and not uint32(0) == 0x464c457f
}

rule Backdoor_Sudoers_Nopasswd_Script : backdoors {
  meta:
    id = "b241fc6d-76ba-514f-b593-3b3182f6bbd5"
    description = "Script that lets an account become root without a password"
    author = "Shrike"
    severity = "high"
    attack = "T1548.003"
    reference = "https://attack.mitre.org/techniques/T1548/003/"
  strings:
    $sh = "#!"
    $a = /echo\s+['"]?[a-z_%][a-z0-9_-]*\s+ALL=\(ALL(:ALL)?\)\s+NOPASSWD:\s*ALL['"]?\s*>>?\s*\/etc\/sudoers/
    $u = /(useradd|adduser|usermod)\s/
  condition:
    $sh at 0 and filesize < 500KB and $a and $u
}

rule Backdoor_Uid0_User_Script : backdoors {
  meta:
    id = "6867770a-d9be-542d-b0d6-ba617b25f8f0"
    description = "Script that writes a second account with user id 0"
    author = "Shrike"
    severity = "high"
    attack = "T1136.001"
    reference = "https://attack.mitre.org/techniques/T1136/001/"
  strings:
    $sh = "#!"
    $a = /echo\s+['"]?[a-z_][a-z0-9_-]*:[^:\n]{0,120}:0:0:[^\n]{0,60}>>\s*\/etc\/passwd/
    $b = /useradd\s+[^\n]{0,60}-o[^\n]{0,20}-u\s*0/
    $c = /useradd\s+[^\n]{0,60}-u\s*0[^\n]{0,20}-o/
  condition:
    $sh at 0 and filesize < 500KB and any of ($a,$b,$c)
}

rule Backdoor_Suid_Shell_Copy : backdoors {
  meta:
    id = "ea423995-4858-5400-844c-ea925afbc493"
    description = "Script that copies a shell and makes it set-user-id"
    author = "Shrike"
    severity = "high"
    attack = "T1548.001"
    reference = "https://attack.mitre.org/techniques/T1548/001/"
  strings:
    $sh = "#!"
    $a = /cp\s+(-[a-z]+\s+)?\/bin\/(ba|da|z)?sh\s+(\S+)/
    $b = /chmod\s+(\+s|u\+s|[42467]7[0-9]{2}|0?4755|0?6755)\s+\S*/
  condition:
    $sh at 0 and filesize < 100KB and $a and $b
}

rule Backdoor_Motd_Hook : backdoors {
  meta:
    id = "1759980c-5226-5d5f-b6bc-d83f6e3c8ce1"
    description = "Message-of-the-day script that opens a connection"
    author = "Shrike"
    severity = "medium"
    attack = "T1546.004"
    reference = "https://attack.mitre.org/techniques/T1546/004/"
  strings:
    $sh = "#!"
    $m = "update-motd.d"
    $n = /(\/dev\/tcp\/|\bnc\s+-|ncat\s|curl\s[^\n]{5,100}\|\s*(ba)?sh)/
  condition:
    $sh at 0 and filesize < 50KB and $m and $n
}

rule Backdoor_Python_Agent_Poll : backdoors {
  meta:
    id = "dd23373b-fd92-56c3-bc13-c6225d75a998"
    description = "Python agent that polls a server for commands and posts their output"
    author = "Shrike"
    severity = "high"
    attack = "T1071.001"
    reference = "https://attack.mitre.org/techniques/T1071/001/"
  strings:
    $l = /while\s+(True|1)\s*:/
    $g = /requests\.(get|post)\s*\(|urllib\.request\.urlopen\s*\(/
    $e = /subprocess\.(check_output|Popen|getoutput|run)\s*\([^\n]{0,60}shell\s*=\s*True/
    $s = /time\.sleep\s*\(/
    $n = /(beacon|c2|implant|bot_id|agent_id|task_id|victim)/ nocase
  condition:
    filesize < 200KB and all of them
}

rule Backdoor_Go_Implant : backdoors {
  meta:
    id = "aa119e0d-3aff-5749-853d-16049768e6c2"
    description = "Go implant with tasks for shell, upload, download and pivoting"
    author = "Shrike"
    severity = "high"
    attack = "T1071.001"
    reference = "https://attack.mitre.org/techniques/T1071/001/"
  strings:
    $go = "Go build ID"
    $a1 = "sliverpb"
    $a2 = "implant/sliver"
    $b1 = "beaconTask" nocase
    $b2 = "PivotListener"
    $b3 = "reverse_socks" nocase
    $b4 = "ProcessInject" nocase
    $b5 = "ExecuteAssembly" nocase
    $b6 = "screenshot" nocase
  condition:
    uint32(0) == 0x464c457f and $go and (1 of ($a*) or 3 of ($b*))
}

rule Backdoor_Rust_Or_C_Dns_Tunnel : backdoors {
  meta:
    id = "050e9197-8d12-501d-bbf8-0459aaa1a688"
    description = "ELF that tunnels commands in DNS"
    author = "Shrike"
    severity = "medium"
    attack = "T1071.004"
    reference = "https://attack.mitre.org/techniques/T1071/004/"
  strings:
    $a = "dnscat" nocase
    $b = "iodine IP over DNS"
    $c = "dns_tunnel" nocase
    $d = /TXT[^\x00]{0,20}CNAME[^\x00]{0,20}MX/
    $e = "/bin/sh"
    $f = "tunnel_peer"
  condition:
    uint32(0) == 0x464c457f and filesize < 5MB and 1 of ($a,$b,$c) and 1 of ($d,$e,$f)
}
