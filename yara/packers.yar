// Packers and hidden programs.

rule Packer_UPX_Standard : packers {
  meta:
    id = "a47f1188-ee08-52ef-ad99-64e359e6daac"
    description = "ELF packed with UPX"
    author = "Shrike"
    severity = "low"
    attack = "T1027.002"
    reference = "https://attack.mitre.org/techniques/T1027/002/"
  strings:
    $m = "UPX!"
    $i = "$Info: This file is packed with the UPX executable packer"
    $id = "$Id: UPX "
  condition:
    uint32(0) == 0x464c457f and $m and ($i or $id)
}

rule Packer_UPX_Tampered : packers {
  meta:
    id = "f83046c4-6ef8-5734-8f4c-35255de3ae2e"
    description = "ELF packed with UPX whose marks were changed so that it cannot be unpacked"
    author = "Shrike"
    severity = "high"
    attack = "T1027.002"
    reference = "https://attack.mitre.org/techniques/T1027/002/"
  strings:
    $stub1 = { 50 E8 ?? ?? ?? ?? EB 0E 5A 58 59 97 60 8A 54 24 20 E9 }
    $stub2 = "PROT_EXEC|PROT_WRITE failed."
    $stub3 = "/proc/self/exe"
    $m = "UPX!"
  condition:
    uint32(0) == 0x464c457f and filesize < 20MB and ($stub1 or $stub2) and $stub3 and not $m
}

rule Packer_Ezuri_Loader : packers {
  meta:
    id = "3d9c703b-d068-51a1-b8de-8255ea6b53f0"
    description = "Go loader that decrypts a program and runs it from memory"
    author = "Shrike"
    severity = "high"
    attack = "T1027.002"
    reference = "https://attack.mitre.org/techniques/T1027/002/"
  strings:
    $a1 = "main.runFromMemory"
    $a2 = "main.aesDec"
    $b1 = "/proc/self/fd/"
    $b2 = "/proc/%d/fd/%d"
    $b3 = "memfd"
  condition:
    uint32(0) == 0x464c457f and 1 of ($a*) and 1 of ($b*)
}

rule Packer_Shc_Script : packers {
  meta:
    id = "032466a1-6d90-5374-ae84-d05cb9b18b32"
    description = "Shell script compiled with shc"
    author = "Shrike"
    severity = "low"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $a = "Generic shell script compiler"
    $b = "E: neither argv[0] nor $_ works."
    $c = "has expired!"
    $d = "abnormal behavior!"
  condition:
    uint32(0) == 0x464c457f and (($a) or 2 of ($b,$c,$d))
}

rule Packer_PyInstaller_Network : packers {
  meta:
    id = "4f049beb-2282-593f-8ea2-f8aff7b32877"
    description = "PyInstaller bundle that carries sockets and a pty"
    author = "Shrike"
    severity = "low"
    attack = "T1027.002"
    reference = "https://attack.mitre.org/techniques/T1027/002/"
  strings:
    $m = { 4D 45 49 0C 0B 0A 0B 0E }
    $p = "_MEIPASS2"
    $a = "pty"
    $b = "_socket"
    $c = "pynput"
    $d = "paramiko"
  condition:
    uint32(0) == 0x464c457f and $m and $p and $b and 1 of ($a,$c,$d)
}

rule Packer_Gzexe_Script : packers {
  meta:
    id = "a5be3506-428d-56a0-895a-d906672f7e00"
    description = "Program packed by gzexe that unpacks to a temporary folder"
    author = "Shrike"
    severity = "low"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $a = "skip="
    $b = "gztmpdir"
    $c = /tail\s+\$?\w*\+?\$skip/
    $sh = "#!"
  condition:
    $sh at 0 and $a and $b and $c
}

rule Packer_Base64_ELF_In_Text : packers {
  meta:
    id = "0b943506-85a3-5d14-88a1-ab714806fc66"
    description = "Text that carries an ELF in base64"
    author = "Shrike"
    severity = "medium"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $a = "f0VMRgIBAQ"
    $b = "f0VMRgEBAQ"
    $d = /(base64|b64decode|decode|FromBase64)/
  condition:
    filesize < 20MB and not uint32(0) == 0x464c457f and ($a or $b) and $d
}

rule Packer_Hex_ELF_In_Text : packers {
  meta:
    id = "84488586-616a-5c7f-b00c-7e2be61df1a5"
    description = "Text that carries an ELF in hexadecimal and decodes it"
    author = "Shrike"
    severity = "medium"
    attack = "T1027"
    reference = "https://attack.mitre.org/techniques/T1027/"
  strings:
    $a = /\\x7f\\x45\\x4c\\x46\\x0[12]\\x01/ nocase
    $b = "7f454c4602010100" nocase
    $d = /(xxd\s+-r|printf|echo\s+-[ne]+e?|unhexlify|fromhex|pack\s*\()/
  condition:
    filesize < 20MB and not uint32(0) == 0x464c457f and ($a or $b) and $d
}

rule Packer_Xor_ELF_Header : packers {
  meta:
    id = "819a5ef6-d827-5022-8401-5aa8d5e216d0"
    description = "ELF hidden in a file by xor with one byte"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.013"
    reference = "https://attack.mitre.org/techniques/T1027/013/"
  strings:
    $b = "/lib64/ld-linux-x86-64.so.2" xor(0x01-0xff)
    $c = "GLIBC_2.2.5" xor(0x01-0xff)
  condition:
    filesize < 20MB and $b and $c
}
