// Suspicious traits of ELF programs.

rule ELF_Shell_And_Raw_Ip_C2 : elf {
  meta:
    id = "8fe44101-0016-5573-a172-9131b305a73a"
    description = "Small ELF with an address, a shell and an HTTP agent built in"
    author = "Shrike"
    severity = "medium"
    attack = "T1071"
    reference = "https://attack.mitre.org/techniques/T1071/"
  strings:
    $a = /https?:\/\/([0-9]{1,3}\.){3}[0-9]{1,3}(:[0-9]{2,5})?\/[a-z0-9._\/-]{1,60}/ nocase
    $b1 = "/bin/sh"
    $b2 = "/bin/bash"
    $c = "User-Agent: Mozilla"
    $d1 = "fork"
    $d2 = "setsid"
    $e = "connect"
  condition:
    uint32(0) == 0x464c457f and filesize < 500KB and $a and 1 of ($b*) and $c and 1 of ($d*) and $e
}

rule ELF_Downloads_And_Chmods : elf {
  meta:
    id = "b8161879-db5d-52d0-8fb0-1b2513c4a09a"
    description = "Small ELF that fetches by a shell command, makes it executable and runs it"
    author = "Shrike"
    severity = "medium"
    attack = "T1105"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $a = /(wget|curl)\s+(-[a-zA-Z]+\s+)*https?:\/\/[^\x00]{5,120}/
    $b = /chmod\s+(\+x|[0-7]?7[0-7]{2})\s+[^\x00]{2,80}/
    $c1 = "/tmp/"
    $c2 = "/dev/shm/"
    $c3 = "/var/tmp/"
    $d = "system"
  condition:
    uint32(0) == 0x464c457f and filesize < 500KB and $a and $b and 1 of ($c*) and $d
}

rule ELF_Anti_Debug_Status : elf {
  meta:
    id = "e9a17fa3-802f-5e5b-93da-6ac63fb67de1"
    description = "ELF that looks for a tracer and for sandboxes before it connects"
    author = "Shrike"
    severity = "medium"
    attack = "T1622"
    reference = "https://attack.mitre.org/techniques/T1622/"
  strings:
    $a1 = "TracerPid"
    $b1 = "/proc/self/status"
    $b2 = "/proc/self/stat"
    $c1 = "VMware"
    $c2 = "VirtualBox"
    $c3 = "QEMU"
    $c4 = "/sys/class/dmi/id/product_name"
    $d = "connect"
    $e1 = "/bin/sh"
    $e2 = "unlink"
    $f1 = "LD_PRELOAD"
    $f2 = "strace"
    $f3 = "gdb"
  condition:
    uint32(0) == 0x464c457f and filesize < 1MB and $a1 and 1 of ($b*) and 2 of ($c*) and $d and 1 of ($e*) and 1 of ($f*)
}

rule ELF_Self_Copy_Hidden : elf {
  meta:
    id = "da10a747-7f1c-5d98-9a6e-ab2d0a22f7e7"
    description = "ELF that copies itself to a hidden name and makes cron start it"
    author = "Shrike"
    severity = "medium"
    attack = "T1564.001"
    reference = "https://attack.mitre.org/techniques/T1564/001/"
  strings:
    $a = "/proc/self/exe"
    $b = /\/(tmp|var\/tmp|dev\/shm|usr\/bin|etc)\/\.[a-z0-9_-]{1,20}/
    $c1 = "crontab -"
    $c2 = "/etc/cron.d/"
    $c3 = "@reboot"
    $c4 = "/etc/rc.local"
    $c5 = "/etc/init.d/"
    $d = "connect"
  condition:
    uint32(0) == 0x464c457f and filesize < 3MB and $a and $b and 1 of ($c*) and $d
}

rule ELF_Deletes_Itself_And_Daemonizes : elf {
  meta:
    id = "d318c9d9-84ec-5640-b3d1-a19584878f5d"
    description = "Small static ELF that removes its file and goes to the background"
    author = "Shrike"
    severity = "low"
    attack = "T1070.004"
    reference = "https://attack.mitre.org/techniques/T1070/004/"
  strings:
    $a = "/proc/self/exe"
    $b1 = "unlink"
    $b2 = "remove"
    $c = "setsid"
    $e2 = "prctl"
    $f2 = "inet_addr"
    $g = "/bin/sh"
  condition:
    uint32(0) == 0x464c457f and filesize < 200KB and $a and 1 of ($b*) and $c and $e2 and $f2 and $g
}

rule ELF_Disables_Security_Services : elf {
  meta:
    id = "e3e73f1a-fac8-5937-a421-967c16d5d99e"
    description = "ELF that stops security agents, SELinux or the firewall"
    author = "Shrike"
    severity = "high"
    attack = "T1562.001"
    reference = "https://attack.mitre.org/techniques/T1562/001/"
  strings:
    $a1 = "setenforce 0"
    $a2 = "systemctl stop firewalld"
    $a3 = "ufw disable"
    $a4 = "iptables -F"
    $a5 = "service iptables stop"
    $a6 = "aliyun.one"
    $a7 = "AliYunDun"
    $a8 = "systemctl stop falcon-sensor"
    $a9 = "auditctl -e 0"
    $n = "connect"
  condition:
    uint32(0) == 0x464c457f and filesize < 20MB and 3 of ($a*) and $n
}

rule ELF_Cloud_Agent_Uninstaller : elf {
  meta:
    id = "1882a496-deb3-5c20-a994-a146332e40da"
    description = "ELF that removes the agents of cloud providers"
    author = "Shrike"
    severity = "high"
    attack = "T1562.001"
    reference = "https://attack.mitre.org/techniques/T1562/001/"
  strings:
    $a1 = "/usr/local/aegis"
    $a2 = "/usr/local/qcloud"
    $a3 = "aegis_uninstall"
    $a4 = "/usr/local/cloudmonitor"
    $a5 = "bcm-agent"
    $a6 = "YunJing"
    $b = "rm -rf"
  condition:
    uint32(0) == 0x464c457f and 2 of ($a*) and $b
}

rule ELF_Xor_Encoded_Config : elf {
  meta:
    id = "7f1ec725-5cc8-57be-bf30-20eb9373f4aa"
    description = "ELF with paths of shells and cron under xor with one byte"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.013"
    reference = "https://attack.mitre.org/techniques/T1027/013/"
  strings:
    $a = "/bin/bash -c " xor(0x01-0xff)
    $b = "/etc/crontab" xor(0x01-0xff)
    $c = "/bin/busybox" xor(0x01-0xff)
    $d = "POST /cdn-cgi/" xor(0x01-0xff)
  condition:
    uint32(0) == 0x464c457f and filesize < 3MB and 2 of them
}

rule ELF_Stackstring_Bin_Sh : elf {
  meta:
    id = "29324fe1-fdbc-59b0-b92c-112d50e5e0f6"
    description = "Tiny ELF that builds the path of a shell on the stack"
    author = "Shrike"
    severity = "low"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $a = { 48 BB 2F 62 69 6E 2F 73 68 00 53 }
    $b = { 48 BB 2F 2F 62 69 6E 2F 73 68 }
    $c = { 68 2F 2F 73 68 68 2F 62 69 6E 89 E3 }
    $d = { 48 B8 2F 62 69 6E 2F 2F 73 68 }
  condition:
    uint32(0) == 0x464c457f and filesize < 50KB and any of them
}

rule ELF_Socks_Proxy_Bot : elf {
  meta:
    id = "bc837fb3-9679-544e-a3a2-1ed3f22ddd7a"
    description = "ELF that offers a SOCKS proxy and reports to a server by JSON"
    author = "Shrike"
    severity = "medium"
    attack = "T1090.001"
    reference = "https://attack.mitre.org/techniques/T1090/001/"
  strings:
    $a1 = "socks5" nocase
    $a2 = "SOCKS_VERSION"
    $b1 = "bot_id"
    $b2 = "botid"
    $b3 = "hwid"
    $c1 = "\"cmd\""
    $c2 = "heartbeat"
  condition:
    uint32(0) == 0x464c457f and filesize < 10MB and 1 of ($a*) and 1 of ($b*) and 1 of ($c*)
}

rule ELF_Mount_Sysrq_Sabotage : elf {
  meta:
    id = "2abaf8e6-ab2c-54c2-b52e-de25f871ec87"
    description = "Small ELF that uses sysrq to restart or crash the machine"
    author = "Shrike"
    severity = "medium"
    attack = "T1529"
    reference = "https://attack.mitre.org/techniques/T1529/"
  strings:
    $a = "/proc/sysrq-trigger"
    $b = "/proc/sys/kernel/sysrq"
    $c1 = "mkfs"
    $c2 = "/dev/sd"
    $c3 = "rm -rf"
    $c4 = "shred"
  condition:
    uint32(0) == 0x464c457f and filesize < 500KB and $a and $b and 2 of ($c*)
}

rule ELF_Proc_Name_Camouflage : elf {
  meta:
    id = "bee6894e-9123-5a86-9796-e3db3e11b7b8"
    description = "ELF that calls itself after a system daemon and hides its arguments"
    author = "Shrike"
    severity = "low"
    attack = "T1036.005"
    reference = "https://attack.mitre.org/techniques/T1036/005/"
  strings:
    $a1 = "/usr/sbin/crond -n"
    $a2 = "/usr/sbin/sshd -D"
    $a3 = "/lib/systemd/systemd-journald"
    $a4 = "/usr/sbin/rsyslogd -n"
    $a5 = "/sbin/agetty -o"
    $b = "prctl"
    $c1 = "connect"
    $d1 = "/bin/sh"
    $d2 = "/bin/bash"
    $e = "setsid"
  condition:
    uint32(0) == 0x464c457f and filesize < 1MB and 1 of ($a*) and $b and $c1 and 1 of ($d*) and $e
}
