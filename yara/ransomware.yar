// Ransomware and wipers.

rule Ransom_Linux_ESXi : ransomware {
  meta:
    id = "6a64d59e-4211-5325-9ba1-f4dbe1473675"
    description = "ELF that stops virtual machines of ESXi and encrypts their disks"
    author = "Shrike"
    severity = "critical"
    attack = "T1486"
    reference = "https://attack.mitre.org/techniques/T1486/"
  strings:
    $e1 = "esxcli vm process list"
    $e2 = "esxcli vm process kill"
    $e3 = "vim-cmd vmsvc/power.off"
    $e4 = "vim-cmd vmsvc/snapshot.removeall"
    $e5 = "vim-cmd hostsvc/autostartmanager/enable_autostart 0"
    $f1 = ".vmdk"
    $f2 = ".vmsn"
    $f3 = ".vswp"
    $f4 = "/vmfs/volumes"
  condition:
    uint32(0) == 0x464c457f and 1 of ($e*) and 1 of ($f*)
}

rule Ransom_Note_And_Encrypt_ELF : ransomware {
  meta:
    id = "0045751c-c511-5b42-bb29-943c21020cba"
    description = "ELF that holds a ransom note and encrypts files"
    author = "Shrike"
    severity = "high"
    attack = "T1486"
    reference = "https://attack.mitre.org/techniques/T1486/"
  strings:
    $n1 = "Your files have been encrypted" nocase
    $n2 = "files are encrypted" nocase
    $n3 = "to decrypt your files" nocase
    $n4 = "decryption key" nocase
    $n5 = "Tor Browser" nocase
    $n6 = "bitcoin" nocase
    $n7 = ".onion"
    $c1 = "EVP_EncryptInit"
    $c2 = "chacha20" nocase
    $c3 = "AES_set_encrypt_key"
    $c4 = "curve25519" nocase
    $c5 = "expand 32-byte k"
    $w = /(readdir|nftw|filepath\.Walk|WalkDir|scandir)/
  condition:
    uint32(0) == 0x464c457f and filesize < 20MB and 1 of ($n1,$n2,$n3) and 1 of ($n4,$n5,$n6,$n7) and 1 of ($c*) and $w
}

rule Ransom_Note_Text : ransomware {
  meta:
    id = "947cd6b5-b21e-5286-b4be-9fb7f61b5b1e"
    description = "Text of a ransom note"
    author = "Shrike"
    severity = "medium"
    attack = "T1486"
    reference = "https://attack.mitre.org/techniques/T1486/"
  strings:
    $n1 = /your (files|data|network|documents)[^.\n]{0,60}(has been|have been|are|were|is) (encrypted|locked|stolen)/ nocase
    $n2 = /(do not|don't) (try to )?(rename|modify|recover|decrypt)[^.\n]{0,60}(files|yourself)/ nocase
    $n3 = /(bitcoin|btc|monero|xmr)/ nocase
    $n4 = /[a-z2-7]{56}\.onion/
    $n5 = /(unique|personal|your)\s+(id|key|identifier)\s*[:=]/ nocase
    $n6 = /tor browser/ nocase
  condition:
    filesize < 100KB and $n1 and $n2 and 2 of ($n3,$n4,$n5,$n6)
}

rule Ransom_Shell_Openssl : ransomware {
  meta:
    id = "21dc6560-0bb5-5cee-b2b2-25f884cf5714"
    description = "Script that encrypts files in a loop by openssl or gpg and deletes the originals"
    author = "Shrike"
    severity = "critical"
    attack = "T1486"
    reference = "https://attack.mitre.org/techniques/T1486/"
  strings:
    $sh = "#!"
    $l = /(find\s+\/|for\s+\w+\s+in|while\s+read)/
    $e1 = /openssl\s+(enc\s+)?-?aes-(128|192|256)-(cbc|ctr|gcm)[^\n]{0,200}-(in|out)\s/
    $e2 = /gpg\s+[^\n]{0,100}(--symmetric|-c|--encrypt|-e)\s/
    $d = /(shred\s+-[a-z]*u|rm\s+-r?f?\s+["']?\$|srm\s)/
    $n = /(README|RECOVER|RESTORE|DECRYPT|HOW_TO|ransom|bitcoin|onion)/ nocase
  condition:
    $sh at 0 and filesize < 200KB and $l and 1 of ($e*) and $d and $n
}

rule Ransom_Python_Fernet : ransomware {
  meta:
    id = "2351bcb3-49be-5dfa-8f66-bc6813248b4f"
    description = "Python that walks the file system, encrypts with Fernet or AES and removes the originals"
    author = "Shrike"
    severity = "high"
    attack = "T1486"
    reference = "https://attack.mitre.org/techniques/T1486/"
  strings:
    $w = /os\.walk\s*\(/
    $c1 = "Fernet"
    $c2 = /AES\.new\s*\(/
    $r = /os\.(remove|unlink|rename)\s*\(/
    $n = /(ransom|bitcoin|decrypt(ion)? (key|your)|\.onion|pay)/ nocase
    $x = /\.(locked|encrypted|enc|crypt|crypted)['"]/ nocase
  condition:
    filesize < 200KB and $w and 1 of ($c*) and $r and $n and $x
}

rule Ransom_Database_Dump_Note : ransomware {
  meta:
    id = "3d8e623c-dafc-5ebf-a0c1-6040daaa0408"
    description = "SQL or Mongo script that drops data and leaves a ransom note in its place"
    author = "Shrike"
    severity = "high"
    attack = "T1485"
    reference = "https://attack.mitre.org/techniques/T1485/"
  strings:
    $d = /(DROP\s+(DATABASE|TABLE)|dropDatabase\s*\(|db\.\w+\.drop\s*\(|FLUSHALL)/ nocase
    $n = /(READ_?ME_?(TO_RECOVER|FOR_DECRYPT)?|WARNING|PLEASE_READ|PWNED)/ nocase
    $b = /bc1[a-z0-9]{20,60}/
    $t = /(backed up|recover|restore|pay)/ nocase
    $c = /bitcoin|btc/ nocase
  condition:
    filesize < 100KB and all of them
}

rule Ransom_Stops_Databases : ransomware {
  meta:
    id = "260e0077-aa06-56a6-83e7-b7d28456832c"
    description = "ELF that stops databases and hypervisors before it encrypts"
    author = "Shrike"
    severity = "medium"
    attack = "T1489"
    reference = "https://attack.mitre.org/techniques/T1489/"
  strings:
    $s1 = /systemctl\s+stop\s+(mysql|mariadb|postgres|mongod|docker|libvirtd|oracle)/
    $s2 = /(killall|pkill)\s+(-9\s+)?(mysqld|postgres|mongod|oracle|qemu|vmx)/
    $s3 = /service\s+(mysql|postgresql|mongod|docker)\s+stop/
    $c1 = "expand 32-byte k"
    $c2 = "EVP_EncryptUpdate"
    $c3 = "chacha20" nocase
    $r = /\.(locked|encrypted|crypt|lck|enc)\b/
  condition:
    uint32(0) == 0x464c457f and 1 of ($s*) and 1 of ($c*) and $r
}

rule Ransom_Snapshot_Removal : ransomware {
  meta:
    id = "bd272f2c-8aed-5821-a5bb-32e16cdd3eb2"
    description = "Script that removes snapshots and backups before it destroys data"
    author = "Shrike"
    severity = "high"
    attack = "T1490"
    reference = "https://attack.mitre.org/techniques/T1490/"
  strings:
    $sh = "#!"
    $a1 = /lvremove\s+-f/
    $a2 = /zfs\s+destroy\s+(-r\s+)?\S+@/
    $a3 = /btrfs\s+subvolume\s+delete/
    $a4 = /rm\s+-rf\s+\S*(backup|\.snapshot)/
    $a5 = /virsh\s+snapshot-delete/
    $b = /(openssl\s+enc|gpg\s+-c|shred\s|dd\s+if=\/dev\/(zero|urandom)\s+of=\/dev\/)/
  condition:
    $sh at 0 and filesize < 200KB and 2 of ($a*) and $b
}

rule Wiper_Dd_Disk : ransomware {
  meta:
    id = "b23c7d8a-200c-5be9-a566-fcc7e62c09fa"
    description = "Script that overwrites disks"
    author = "Shrike"
    severity = "critical"
    attack = "T1561.001"
    reference = "https://attack.mitre.org/techniques/T1561/001/"
  strings:
    $sh = "#!"
    $a = /dd\s+if=\/dev\/(zero|urandom|random)\s+of=\/dev\/(sd|vd|nvme|xvd|mmcblk|hd)[a-z0-9$\{*]/
    $b = /for\s+\w+\s+in\s+[^\n]{0,40}\/dev\/(sd|nvme|vd)/
    $d = /rm\s+-rf\s+(--no-preserve-root\s+)?\/(\s|\*|\n|$)/
  condition:
    $sh at 0 and filesize < 100KB and $a and ($b or $d)
}

rule Wiper_ELF_Overwrite : ransomware {
  meta:
    id = "2fb804ee-07eb-5b6b-94a1-eab2ff4a250e"
    description = "ELF that overwrites disks and removes everything"
    author = "Shrike"
    severity = "high"
    attack = "T1485"
    reference = "https://attack.mitre.org/techniques/T1485/"
  strings:
    $a = "/dev/sd"
    $b = /rm -rf (--no-preserve-root )?\/(\*| |\x00)/
    $c1 = "/dev/urandom"
    $c2 = "/dev/zero"
    $d1 = "shred"
    $d2 = "of=/dev/"
    $e = /reboot|sysrq-trigger/
  condition:
    uint32(0) == 0x464c457f and filesize < 3MB and $a and $b and 1 of ($c*) and (1 of ($d*) or $e)
}
