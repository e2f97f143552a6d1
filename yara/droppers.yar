// Droppers.

rule Dropper_Curl_Pipe_Shell_Tmp : droppers {
  meta:
    id = "d7a339c2-ec04-5862-a12b-a2b27562701f"
    description = "Script that fetches a program to a temporary folder, makes it executable and starts it in the background"
    author = "Shrike"
    severity = "medium"
    attack = "T1105"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $sh = "#!"
    $f = /(curl|wget)\s[^\n]{5,200}(-[oO]|>)\s*\/(tmp|var\/tmp|dev\/shm)\/\S+/
    $c = /chmod\s+(\+x|a\+x|u\+x|[0-7]?7[0-7]{2})\s+\/(tmp|var\/tmp|dev\/shm)\/\S+/
    $r = /(nohup\s+|setsid\s+)?\/(tmp|var\/tmp|dev\/shm)\/\S+[^\n]{0,80}&\s*(\n|$)/
  condition:
    $sh at 0 and filesize < 200KB and $f and $c and $r
}

rule Dropper_Multi_Architecture : droppers {
  meta:
    id = "73867e93-b656-50a2-8198-7565a9c1cc41"
    description = "Script that tries binaries for many processors, as IoT botnets do"
    author = "Shrike"
    severity = "high"
    attack = "T1105"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $sh = "#!"
    $a1 = /\.(mips|mipsel|mpsl)\b/
    $a2 = /\.arm[4567]?\b/
    $a3 = /\.(sh4|ppc|spc|m68k)\b/
    $a4 = /\.(x86|i586|i686)\b/
    $g = /(wget|curl|tftp|ftpget)\s/
    $c = /chmod\s+(\+x|7[0-7]{2})/
  condition:
    $sh at 0 and filesize < 200KB and 3 of ($a*) and $g and $c
}

rule Dropper_Busybox_Fallback : droppers {
  meta:
    id = "89ec7bd3-ad25-5d29-b89c-03326b801d27"
    description = "Script that tries wget, tftp and ftpget of busybox in turn"
    author = "Shrike"
    severity = "high"
    attack = "T1105"
    reference = "https://attack.mitre.org/techniques/T1105/"
  strings:
    $b1 = "busybox wget"
    $b2 = "busybox tftp"
    $b3 = "busybox ftpget"
    $b4 = "/bin/busybox chmod"
    $h = /http:\/\/[0-9.]{7,15}/
  condition:
    filesize < 200KB and 2 of ($b*) and $h
}

rule Dropper_Base64_Pipe_Shell : droppers {
  meta:
    id = "8abed7f2-1d19-5519-9133-411d86ee95a0"
    description = "Script of one base64 text that is decoded and run"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.010"
    reference = "https://attack.mitre.org/techniques/T1027/010/"
  strings:
    $a = /echo\s+(-n\s+)?['"]?[A-Za-z0-9+\/]{80,}={0,2}['"]?\s*\|\s*base64\s+(-d|--decode|-D)\s*\|\s*(sudo\s+)?(ba|da|z)?sh\b/
    $b = /(ba)?sh\s+-c\s+["']?\$\(\s*echo\s+[A-Za-z0-9+\/=]{80,}\s*\|\s*base64\s+(-d|--decode)/
    $c = /eval\s+["']?\$\(\s*(echo|printf)\s+['"]?[A-Za-z0-9+\/=]{80,}['"]?\s*\|\s*base64\s+(-d|--decode)/
  condition:
    filesize < 2MB and any of them
}

rule Dropper_Memfd_Loader_Python : droppers {
  meta:
    id = "66639203-3cb4-55a9-ba5f-5db2fffcab10"
    description = "Python that runs a program from memory"
    author = "Shrike"
    severity = "high"
    attack = "T1620"
    reference = "https://attack.mitre.org/techniques/T1620/"
  strings:
    $a = /(memfd_create|syscall\s*\(\s*319)/
    $b = "ctypes"
    $c = /\/proc\/(self|%d|\{[^\}]{0,20}\})\/fd\//
    $d = /os\.(execve|execv|execl|fexecve)|subprocess/
  condition:
    filesize < 2MB and not uint32(0) == 0x464c457f and all of them
}

rule Dropper_Memfd_Loader_Perl : droppers {
  meta:
    id = "47ebd7d0-4766-5570-8324-ff7271201519"
    description = "Perl that runs a program from memory"
    author = "Shrike"
    severity = "high"
    attack = "T1620"
    reference = "https://attack.mitre.org/techniques/T1620/"
  strings:
    $a = /syscall\s*\(\s*(319|279)\s*,/
    $b = /\/proc\/(self|\$\$)\/fd\/\$?\w+/
    $c = /exec\s*[\{("]/
  condition:
    filesize < 20MB and not uint32(0) == 0x464c457f and all of them
}

rule Dropper_Memfd_Loader_ELF : droppers {
  meta:
    id = "359fa056-cbd6-5b38-9f3e-81c972ae8550"
    description = "Small ELF that makes a memfd and executes it"
    author = "Shrike"
    severity = "medium"
    attack = "T1620"
    reference = "https://attack.mitre.org/techniques/T1620/"
  strings:
    $a = "memfd_create"
    $b1 = "/proc/self/fd/%d"
    $b2 = "/proc/%d/fd/%d"
    $c1 = "fexecve"
    $c2 = "execve"
    $n1 = "curl_easy_perform"
    $n2 = "connect"
    $n3 = "inflate"
  condition:
    uint32(0) == 0x464c457f and filesize < 300KB and $a and 1 of ($b*) and 1 of ($c*) and 1 of ($n*)
}

rule Dropper_Tor_Onion_Fetch : droppers {
  meta:
    id = "324e7b87-4190-565f-a4c0-fc7b71dfa8c7"
    description = "Script that fetches from an onion service, directly or by a gateway, and runs it"
    author = "Shrike"
    severity = "high"
    attack = "T1090.003"
    reference = "https://attack.mitre.org/techniques/T1090/003/"
  strings:
    $sh = "#!"
    $o = /[a-z2-7]{16,56}\.onion(\.(to|ws|ly|pet|link|sh|re|cab|city))?/
    $g = /(curl|wget)\s/
    $s = /(socks5h?:\/\/|--socks5|\.onion\.|tor2web|torify|torsocks)/
    $r = /(\|\s*(ba)?sh|chmod\s+(\+x|7))/
  condition:
    $sh at 0 and filesize < 500KB and $o and $g and $s and $r
}

rule Dropper_Paste_Service : droppers {
  meta:
    id = "78cba7a4-ec5a-53c9-9d99-7a1653ec1ba3"
    description = "Script that runs what a paste service holds"
    author = "Shrike"
    severity = "medium"
    attack = "T1102"
    reference = "https://attack.mitre.org/techniques/T1102/"
  strings:
    $a = /(curl|wget)\s[^\n]{0,80}(pastebin\.com\/raw|paste\.ee\/r|hastebin\.com\/raw|termbin\.com|transfer\.sh|ix\.io|0x0\.st|temp\.sh|rentry\.co\/[a-z0-9]+\/raw)[^\n]{0,80}\|\s*(sudo\s+)?(ba|da|z)?sh/
    $b = /(ba)?sh\s+(-c\s+["']?\$|<)\(\s*(curl|wget)\s[^\n]{0,60}(pastebin\.com\/raw|transfer\.sh|termbin\.com|ix\.io|0x0\.st)/
  condition:
    filesize < 1MB and any of them
}

rule Dropper_Self_Delete : droppers {
  meta:
    id = "69f8f758-6458-5a33-9f53-2d9bb56e95e2"
    description = "Script that starts a fetched program and deletes itself"
    author = "Shrike"
    severity = "medium"
    attack = "T1070.004"
    reference = "https://attack.mitre.org/techniques/T1070/004/"
  strings:
    $sh = "#!"
    $d = /rm\s+(-[rf]+\s+)?(--\s+)?["']?\$\{?0\}?["']?\s*(\n|;|$|&)/
    $g = /(curl|wget)\s[^\n]{5,200}https?:\/\//
    $c = /chmod\s+(\+x|7[0-7]{2}|u\+x)/
  condition:
    $sh at 0 and filesize < 100KB and $d and $g and $c
}

rule Dropper_Chattr_Lock : droppers {
  meta:
    id = "bf504e1a-c381-5c79-b523-c12944da80c9"
    description = "Script that makes its files immutable after unlocking those of others"
    author = "Shrike"
    severity = "high"
    attack = "T1222.002"
    reference = "https://attack.mitre.org/techniques/T1222/002/"
  strings:
    $sh = "#!"
    $u = /chattr\s+-[iaRu]{1,4}\s+\S*(cron|authorized_keys|ld\.so\.preload|tmp)/
    $l = /chattr\s+\+[iaRu]{1,4}\s/
    $g = /(curl|wget)\s/
  condition:
    $sh at 0 and filesize < 1MB and $u and $l and $g
}

rule Dropper_Python_Exec_Urlopen : droppers {
  meta:
    id = "4dec284c-9dc7-5840-89b3-73aa551f026f"
    description = "Python that executes what it fetches"
    author = "Shrike"
    severity = "high"
    attack = "T1059.006"
    reference = "https://attack.mitre.org/techniques/T1059/006/"
  strings:
    $a = /exec\s*\(\s*(urllib(2|\.request)?\.urlopen|requests\.get)\s*\([^\n]{5,160}\)\s*\.(read|text|content)/
    $b = /exec\s*\(\s*(zlib\.decompress\s*\(\s*)?(base64\.b64decode|__import__\s*\(\s*['"](base64|zlib|marshal|codecs)['"])/
    $c = /exec\s*\(\s*\(?_\)?\s*\(\s*b['"]/
  condition:
    filesize < 2MB and not uint32(0) == 0x464c457f and any of them
}

rule Dropper_Npm_Install_Script : droppers {
  meta:
    id = "fac22f81-7824-5741-8ada-8df7b20a7316"
    description = "package.json whose install script fetches and runs code"
    author = "Shrike"
    severity = "high"
    attack = "T1195.001"
    reference = "https://attack.mitre.org/techniques/T1195/001/"
  strings:
    $p = /"(pre|post)?install"\s*:\s*"[^"\n]{0,200}((curl|wget)\s[^"\n]{5,200}\|\s*(ba|da)?sh|node\s+-e\s+\\?['"]?[^"\n]{0,80}(http|child_process)|\/dev\/tcp\/|base64\s+-d)/
    $n = "\"name\""
  condition:
    filesize < 200KB and $p and $n
}

rule Dropper_Setup_Py_Hook : droppers {
  meta:
    id = "aea53587-8e5a-5b67-8733-fea895d61caa"
    description = "setup.py that runs code of its own while it installs and contacts a server"
    author = "Shrike"
    severity = "high"
    attack = "T1195.001"
    reference = "https://attack.mitre.org/techniques/T1195/001/"
  strings:
    $s = /from\s+setuptools(\.command\.install)?\s+import/
    $c = /class\s+\w+\s*\(\s*(install|develop|egg_info)\s*\)/
    $r = /(requests\.(get|post)|urlopen|socket\.socket|base64\.b64decode)\s*\(/
    $e = /(os\.system|subprocess\.\w+|exec)\s*\(/
  condition:
    filesize < 200KB and all of them
}

rule Dropper_Self_Extracting_Tail : droppers {
  meta:
    id = "63baab8b-d6f4-532c-aedc-d621ff0bbcdf"
    description = "Script that cuts an ELF out of itself into a temporary folder and runs it"
    author = "Shrike"
    severity = "medium"
    attack = "T1027.009"
    reference = "https://attack.mitre.org/techniques/T1027/009/"
  strings:
    $sh = "#!"
    $t = /tail\s+(-n\s*)?\+?[0-9c$]+[^\n]{0,20}["']?\$\{?0\}?["']?[^\n]{0,60}>\s*\/(tmp|dev\/shm|var\/tmp)\/\.\S+/
    $c = /chmod\s+(\+x|7[0-7]{2})/
  condition:
    $sh at 0 and $t and $c
}
