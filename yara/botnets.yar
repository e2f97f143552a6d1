// Traits of botnets.

rule Botnet_Default_Password_Table : botnets {
  meta:
    id = "1476e2bb-dac6-5fcf-9898-48559aadca40"
    description = "ELF with a table of default passwords of devices and a telnet scanner"
    author = "Shrike"
    severity = "high"
    attack = "T1110.001"
    reference = "https://attack.mitre.org/techniques/T1110/001/"
  strings:
    $p1 = "xc3511"
    $p2 = "vizxv"
    $p3 = "7ujMko0admin"
    $p4 = "juantech"
    $p5 = "klv1234"
    $p6 = "Zte521"
    $p7 = "hi3518"
    $p8 = "anko"
    $t1 = "busybox"
    $t2 = "telnetadmin"
    $t3 = "ncorrect"
    $t4 = "enable"
  condition:
    uint32(0) == 0x464c457f and filesize < 5MB and 3 of ($p*) and 1 of ($t*)
}

rule Botnet_Busybox_Probe : botnets {
  meta:
    id = "3ab05476-c1cb-57a4-825f-41497a1a3e3d"
    description = "ELF or script that recognises a device by the answer of busybox to an applet it does not have"
    author = "Shrike"
    severity = "high"
    attack = "T1110.001"
    reference = "https://attack.mitre.org/techniques/T1110/001/"
  strings:
    $a = /\/bin\/busybox\s+[A-Z]{4,10}\b/
    $b = "applet not found"
    $c1 = "ncorrect"
    $c2 = "assword"
    $c3 = "ogin:"
    $c4 = "tftp"
  condition:
    uint32(0) == 0x464c457f and $a and $b and 1 of ($c*)
}

rule Botnet_Flood_Methods : botnets {
  meta:
    id = "51551871-1237-51bc-b290-4bd02f4f2306"
    description = "ELF with several floods by name"
    author = "Shrike"
    severity = "high"
    attack = "T1498.001"
    reference = "https://attack.mitre.org/techniques/T1498/001/"
  strings:
    $a1 = "UDPFLOOD" nocase
    $a2 = "SYNFLOOD" nocase
    $a3 = "ACKFLOOD" nocase
    $a4 = "HTTPFLOOD" nocase
    $a5 = "STOMP" fullword
    $a6 = "XMAS" fullword
    $a7 = "GREIP" nocase
    $a8 = "VSEFLOOD" nocase
    $b1 = "attack_method_"
    $b2 = "attack_tcp_syn"
    $b3 = "attack_udp_plain"
    $b4 = "attack_gre_ip"
  condition:
    uint32(0) == 0x464c457f and filesize < 5MB and (3 of ($a*) or 2 of ($b*))
}

rule Botnet_Irc_Bot_Perl : botnets {
  meta:
    id = "77f49efd-8e72-5a2d-91d8-1d5b2271b759"
    description = "Perl IRC bot with floods and shell commands"
    author = "Shrike"
    severity = "high"
    attack = "T1071"
    reference = "https://attack.mitre.org/techniques/T1071/"
  strings:
    $p = "#!/usr/bin/perl"
    $a1 = "PRIVMSG"
    $a2 = "NICK"
    $a3 = "JOIN"
    $b1 = "udpflood" nocase
    $b2 = "tcpflood" nocase
    $b3 = "portscan" nocase
    $b4 = "httpflood" nocase
    $b5 = "sqlflood" nocase
    $b6 = "back_connect" nocase
  condition:
    $p at 0 and filesize < 500KB and all of ($a*) and 2 of ($b*)
}

rule Botnet_Irc_Bot_ELF : botnets {
  meta:
    id = "4ba7cc6f-8b55-55ca-b312-164d8a41117f"
    description = "ELF IRC bot with floods"
    author = "Shrike"
    severity = "high"
    attack = "T1071"
    reference = "https://attack.mitre.org/techniques/T1071/"
  strings:
    $a1 = "PRIVMSG %s"
    $a2 = "NICK %s"
    $a3 = "JOIN %s"
    $a4 = "NOTICE %s"
    $b1 = "TSUNAMI" nocase
    $b2 = "KILLALL"
    $b3 = "Spoofs" nocase
    $b4 = "UNKNOWN <target>"
    $b5 = "Packeting"
    $b6 = "flooder"
  condition:
    uint32(0) == 0x464c457f and filesize < 3MB and 2 of ($a*) and 2 of ($b*)
}

rule Botnet_Gafgyt_Commands : botnets {
  meta:
    id = "89f43900-2f77-58db-b4dd-27cf7a66ef2f"
    description = "ELF bot with the commands PING, PONG, HOLD, JUNK and SCANNER"
    author = "Shrike"
    severity = "high"
    attack = "T1498"
    reference = "https://attack.mitre.org/techniques/T1498/"
  strings:
    $a1 = "PONG!"
    $a2 = "HOLD Flooding %s"
    $a3 = "JUNK Flooding %s"
    $a4 = "SCANNER ON"
    $a5 = "GETLOCALIP"
    $a6 = "LOLNOGTFO"
    $a7 = "My IP: %s"
    $a8 = "TELNET ON | OFF"
    $a9 = "REPORT %s:%s:%s"
  condition:
    uint32(0) == 0x464c457f and filesize < 3MB and 3 of them
}

rule Botnet_Router_Exploit_Urls : botnets {
  meta:
    id = "9d6ce6d1-f69c-58ce-9944-1bbb05eb9ac8"
    description = "ELF that holds exploit requests against routers and cameras"
    author = "Shrike"
    severity = "high"
    attack = "T1190"
    reference = "https://attack.mitre.org/techniques/T1190/"
  strings:
    $a1 = "/setup.cgi?next_file=netgear.cfg"
    $a2 = "/HNAP1/"
    $a3 = "/GponForm/diag_Form"
    $a4 = "/ctrlt/DeviceUpgrade_1"
    $a5 = "/UD/act?1"
    $a6 = "/picdesc.xml"
    $a7 = "/wanipcn.xml"
    $a8 = "/cgi-bin/;cd${IFS}"
    $a9 = "/shell?cd+/tmp"
    $b1 = "wget"
    $b2 = "busybox"
    $b3 = "tftp"
  condition:
    uint32(0) == 0x464c457f and filesize < 20MB and 2 of ($a*) and 1 of ($b*)
}

rule Botnet_Watchdog_Disable : botnets {
  meta:
    id = "27bcf3fc-2895-5b5b-80ee-aa086e44766f"
    description = "ELF that keeps the watchdog of a device from restarting it and listens on one port to be alone"
    author = "Shrike"
    severity = "medium"
    attack = "T1562"
    reference = "https://attack.mitre.org/techniques/T1562/"
  strings:
    $a1 = "/dev/watchdog"
    $a2 = "/dev/misc/watchdog"
    $b = "/proc/net/tcp"
    $d1 = "/exe"
    $d2 = "/maps"
    $e = "(deleted)"
    $f1 = "busybox"
    $f2 = "telnetd"
    $f3 = "dropbear"
  condition:
    uint32(0) == 0x464c457f and filesize < 2MB and all of ($a*) and $b and 1 of ($d*) and ($e or 1 of ($f*))
}

rule Botnet_SSH_Bruteforcer : botnets {
  meta:
    id = "48c07ad5-0c8c-5637-a412-df29a9e89cba"
    description = "ELF that tries lists of passwords over SSH"
    author = "Shrike"
    severity = "high"
    attack = "T1110.001"
    reference = "https://attack.mitre.org/techniques/T1110/001/"
  strings:
    $a1 = "ssh-userauth"
    $a2 = "libssh2_userauth_password"
    $a3 = "ssh.ClientConfig"
    $b1 = "pass.lst"
    $b2 = "passwords.txt"
    $b3 = "ips.lst"
    $b4 = "vuln.txt"
    $b5 = "bios.txt"
    $b6 = "mfu.txt"
    $c1 = "brute" nocase
    $c2 = "threads"
  condition:
    uint32(0) == 0x464c457f and filesize < 20MB and 1 of ($a*) and 1 of ($b*) and 1 of ($c*)
}

rule Botnet_Redis_Worm : botnets {
  meta:
    id = "bb0b6c21-a086-57cd-bc41-ecbdf5acbff4"
    description = "Script or ELF that writes cron entries or keys through open Redis servers"
    author = "Shrike"
    severity = "high"
    attack = "T1210"
    reference = "https://attack.mitre.org/techniques/T1210/"
  strings:
    $a = /config\s+set\s+dir\s+["']?(\/var\/spool\/cron|\/etc\/cron\.d|\/root\/\.ssh)/ nocase
    $b = /config\s+set\s+dbfilename/ nocase
    $c1 = "redis-cli"
    $c2 = ":6379"
    $c3 = "masscan"
    $c4 = "slaveof" nocase
    $c5 = "SLAVEOF"
  condition:
    filesize < 20MB and $a and $b and 1 of ($c*)
}

rule Botnet_Docker_Api_Worm : botnets {
  meta:
    id = "f5d49c65-0bb4-5ca3-9293-2a3e78647ebd"
    description = "Script that scans for open Docker APIs and starts containers there"
    author = "Shrike"
    severity = "high"
    attack = "T1610"
    reference = "https://attack.mitre.org/techniques/T1610/"
  strings:
    $a1 = ":2375"
    $a2 = ":2376"
    $b1 = "/containers/create"
    $b2 = /docker\s+-H\s+(tcp:\/\/)?\S{3,40}\s+run/
    $c1 = "masscan"
    $c2 = "zgrab"
    $c3 = "pnscan"
    $c4 = "zmap"
  condition:
    filesize < 20MB and 1 of ($a*) and 1 of ($b*) and 1 of ($c*)
}

rule Botnet_Kinsing_Traits : botnets {
  meta:
    id = "69e7e55d-7e90-5ccc-9cca-43024225e530"
    description = "Go bot with tasks for scanning, brute force, SOCKS and a miner"
    author = "Shrike"
    severity = "critical"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $go = "Go build ID"
    $a1 = "main.RC4"
    $a2 = "main.masscan"
    $a3 = "main.redisBrute"
    $a4 = "main.getActiveC2CUrl"
    $a5 = "main.syncCmd"
    $a6 = "main.setActiveC2CUrl"
    $a7 = "main.minerRunningCheck"
    $a8 = "main.startSocks"
  condition:
    uint32(0) == 0x464c457f and $go and 2 of ($a*)
}

rule Botnet_XorDDoS_Traits : botnets {
  meta:
    id = "78e5a702-5280-5f6a-8d76-7543ac4f82c1"
    description = "ELF with the names and files of the XOR.DDoS family"
    author = "Shrike"
    severity = "critical"
    attack = "T1498"
    reference = "https://attack.mitre.org/techniques/T1498/"
  strings:
    $a1 = "/etc/cron.hourly/gcc.sh"
    $a2 = "/lib/libudev.so"
    $a3 = "/var/run/gcc.pid"
    $a4 = "cp /lib/libudev.so /lib/libudev.so.6"
    $a5 = "BB2FA36AAA9541F0"
    $a6 = "/lib/libgcc4.so"
  condition:
    uint32(0) == 0x464c457f and filesize < 5MB and 2 of them
}

rule Botnet_P2P_Config_Exchange : botnets {
  meta:
    id = "24ac5d41-089f-54aa-b813-ec6c5d55727e"
    description = "ELF bot that finds its peers by the BitTorrent network"
    author = "Shrike"
    severity = "medium"
    attack = "T1095"
    reference = "https://attack.mitre.org/techniques/T1095/"
  strings:
    $a1 = "router.bittorrent.com"
    $a2 = "router.utorrent.com"
    $a3 = "dht.transmissionbt.com"
    $a4 = "bttracker.debian.org"
    $b1 = "telnetd"
    $b2 = "busybox"
    $b3 = "/dev/watchdog"
    $b4 = "iptables -I INPUT"
  condition:
    uint32(0) == 0x464c457f and filesize < 2MB and 2 of ($a*) and 2 of ($b*)
}

rule Botnet_Iptables_Port_Lock : botnets {
  meta:
    id = "88431a63-7d18-5304-956d-1c59a73f9ade"
    description = "ELF that closes management ports behind itself"
    author = "Shrike"
    severity = "medium"
    attack = "T1562.004"
    reference = "https://attack.mitre.org/techniques/T1562/004/"
  strings:
    $a1 = /iptables\s+-[AI]\s+INPUT\s+-p\s+tcp\s+--(destination-port|dport)\s+(22|23|2323|7547|58000)\s+-j\s+DROP/
    $a2 = "busybox iptables -A INPUT"
    $b1 = "telnet"
    $b2 = "busybox"
  condition:
    uint32(0) == 0x464c457f and filesize < 5MB and 1 of ($a*) and 1 of ($b*)
}
