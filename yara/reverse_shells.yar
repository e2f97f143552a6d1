// Reverse shells.

rule RevShell_Bash_DevTcp : reverse_shells {
  meta:
    id = "9306607c-2c82-596a-9d32-cf4f27237d60"
    description = "Shell connected to a TCP address by /dev/tcp"
    author = "Shrike"
    severity = "high"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = /(ba|z|k|da)?sh\s+(-[a-z]+\s+)?(>&|&>|>)\s*\/dev\/(tcp|udp)\/[a-z0-9.$\{\}_-]+\/[0-9$\{\}A-Za-z_]+\s+0?[<>]&1/
    $b = /exec\s+[0-9]{1,3}<>\s*\/dev\/(tcp|udp)\/[^\n]{3,80}[\n;][^\n]{0,120}(cat|while\s+read)[^\n]{0,120}(\$line|sh|bash|<&[0-9])/
  condition:
    filesize < 2MB and any of them
}

rule RevShell_Netcat_Exec : reverse_shells {
  meta:
    id = "e1d3ba11-e358-57e6-a7cc-b06cc11915a2"
    description = "netcat that hands its connection to a shell"
    author = "Shrike"
    severity = "high"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = /\b(nc|ncat|netcat|nc\.traditional)\s+(-[a-z]*\s+)*([0-9]{1,3}\.){3}[0-9]{1,3}\s+[0-9]{2,5}\s+(-e|-c|--exec|--sh-exec)\s+\S*sh\b/
    $b = /\b(nc|ncat|netcat)\s+(-[a-z]*e|--exec|-c)\s+\S*\/(ba|da|z)?sh\s+([0-9]{1,3}\.){3}[0-9]{1,3}\s+[0-9]{2,5}/
  condition:
    filesize < 2MB and any of them
}

rule RevShell_Mkfifo_Netcat : reverse_shells {
  meta:
    id = "315c2b72-d069-5658-8978-00be7599df1f"
    description = "Shell and netcat joined by a named pipe"
    author = "Shrike"
    severity = "high"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = /mk(fifo|nod)\s+\/?[^\n;&]{1,40}[\n;&][^\n]{0,100}(\/bin\/)?(ba|da)?sh\s+-i[^\n]{0,60}\|\s*(nc|ncat|netcat|openssl\s+s_client|telnet)\s/
  condition:
    filesize < 2MB and $a
}

rule RevShell_Python_Dup2 : reverse_shells {
  meta:
    id = "37394c8a-21bd-5aa3-a5e4-e762eac6d66e"
    description = "Python that puts a shell on a socket"
    author = "Shrike"
    severity = "high"
    attack = "T1059.006"
    reference = "https://attack.mitre.org/techniques/T1059/006/"
  strings:
    $s = /socket\.socket\s*\(/
    $c = /\.connect\s*\(\s*\(/
    $d = /os\.dup2\s*\(\s*\w+\.fileno\s*\(\s*\)\s*,\s*[012]\s*\)/
    $p = /(pty\.spawn|subprocess\.(call|Popen|run)|os\.system|os\.exec[lv]p?)\s*\(/
  condition:
    filesize < 200KB and $s and $c and $d and $p
}

rule RevShell_Perl_Socket : reverse_shells {
  meta:
    id = "c75fd560-5f04-563c-8724-94e3049c55c4"
    description = "Perl that puts a shell on a socket"
    author = "Shrike"
    severity = "high"
    attack = "T1059"
    reference = "https://attack.mitre.org/techniques/T1059/"
  strings:
    $a = "use Socket"
    $b = /connect\s*\(\s*\w+\s*,\s*sockaddr_in/
    $c = /open\s*\(\s*STD(IN|OUT|ERR)\s*,\s*["']?[<>]&\s*\w+/
    $d = /exec\s*\(?\s*[\{"'][^\n]{0,20}sh\b/
  condition:
    filesize < 200KB and $a and $b and $c and $d
}

rule RevShell_Ruby_Socket : reverse_shells {
  meta:
    id = "b6ea3aa9-dec1-586c-ad80-65182e6b346b"
    description = "Ruby that puts a shell on a socket"
    author = "Shrike"
    severity = "high"
    attack = "T1059"
    reference = "https://attack.mitre.org/techniques/T1059/"
  strings:
    $a = "TCPSocket"
    $b = /exec\s*\(?\s*sprintf\s*\(?\s*["']\/bin\/(ba)?sh\s+-i\s+<&%d/
    $c = /IO\.popen\s*\(\s*\w+\s*,\s*["']r["']\s*\)\s*\{?\s*\|\w+\|\s*\w+\.print/
  condition:
    filesize < 200KB and $a and ($b or $c)
}

rule RevShell_PHP_Fsockopen : reverse_shells {
  meta:
    id = "6be736c8-aeb3-5875-a4ac-d161951d4c93"
    description = "PHP that puts a shell on a socket"
    author = "Shrike"
    severity = "high"
    attack = "T1059"
    reference = "https://attack.mitre.org/techniques/T1059/"
  strings:
    $a = /fsockopen\s*\(\s*["'$]/
    $b = /(proc_open|exec|shell_exec|system|popen)\s*\(\s*["'][^"'\n]{0,20}\/?(bin\/)?(ba)?sh\s+(-i\s+)?(<&3|0<&)/
    $c = /proc_open\s*\(\s*["'$][^,\n]{1,40},\s*array\s*\(\s*0\s*=>\s*\$sock/
  condition:
    filesize < 200KB and $a and ($b or $c)
}

rule RevShell_Socat_Pty : reverse_shells {
  meta:
    id = "6ed6ca8c-788d-5c0f-abe3-288fa2d6813f"
    description = "socat that gives a shell with a terminal to a TCP address"
    author = "Shrike"
    severity = "high"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = /socat\s+[^\n]{0,120}exec:['"]?[^\n]{0,30}sh\b[^\n]{0,80}pty[^\n]{0,120}tcp[46]?:/ nocase
    $b = /socat\s+[^\n]{0,60}tcp[46]?(-connect)?:[^\n]{3,80}exec:['"]?[^\n]{0,20}sh\b/ nocase
  condition:
    filesize < 2MB and any of them
}

rule RevShell_Awk_Inet : reverse_shells {
  meta:
    id = "85c5590b-2164-5d1c-b04d-cd4d2fb45517"
    description = "awk that reads commands from a TCP connection"
    author = "Shrike"
    severity = "medium"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = /awk\s+'?\s*BEGIN\s*\{[^\n]{0,40}["']\/inet\/(tcp|udp)\/0\/[^"'\n]{3,60}["']/
    $b = "getline"
  condition:
    filesize < 500KB and $a and $b
}

rule RevShell_OpenSSL_Client : reverse_shells {
  meta:
    id = "39126596-b864-5184-b5e7-5942ea1c8bdd"
    description = "Shell piped through openssl s_client"
    author = "Shrike"
    severity = "high"
    attack = "T1573.002"
    reference = "https://attack.mitre.org/techniques/T1573/002/"
  strings:
    $a = /(ba|da)?sh\s+-i[^\n]{0,60}\|\s*openssl\s+s_client\s+[^\n]{0,30}-connect/
    $b = /openssl\s+s_client\s+[^\n]{0,30}-connect\s+\S+\s*[^\n]{0,60}\|\s*\/?(bin\/)?(ba)?sh\b/
  condition:
    filesize < 2MB and any of them
}

rule RevShell_Telnet_Pipe : reverse_shells {
  meta:
    id = "68557c38-6feb-5802-a997-a0af8fc5d350"
    description = "Two telnet connections, one for commands and one for answers, or a telnet with a pipe to a shell"
    author = "Shrike"
    severity = "medium"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = /telnet\s+([0-9]{1,3}\.){3}[0-9]{1,3}\s+[0-9]{2,5}\s*\|\s*(\/bin\/)?(ba)?sh\s*\|\s*telnet/
  condition:
    filesize < 2MB and $a
}

rule RevShell_Node_Net : reverse_shells {
  meta:
    id = "0c174203-f52d-5add-8d4b-bb22583cbad5"
    description = "Node.js that joins a shell to a socket"
    author = "Shrike"
    severity = "high"
    attack = "T1059.007"
    reference = "https://attack.mitre.org/techniques/T1059/007/"
  strings:
    $a = /require\s*\(\s*['"](node:)?net['"]\s*\)/
    $b = /spawn\s*\(\s*['"]\/?(bin\/)?(ba)?sh['"]/
    $c = /\.pipe\s*\(\s*\w+\.(stdin|stdout)/
    $d = /\.connect\s*\(\s*[0-9]{2,5}\s*,/
  condition:
    filesize < 100KB and all of them
}

rule RevShell_Lua_Socket : reverse_shells {
  meta:
    id = "d4e5bdea-3e80-534e-9791-5fb13a2732ad"
    description = "Lua that runs what comes from a socket"
    author = "Shrike"
    severity = "medium"
    attack = "T1059.011"
    reference = "https://attack.mitre.org/techniques/T1059/011/"
  strings:
    $a = /require\s*\(?\s*["']socket["']/
    $b = /io\.popen\s*\(\s*\w+/
    $c = /:receive\s*\(/
    $d = /:connect\s*\(|\.tcp\s*\(/
  condition:
    filesize < 100KB and all of them
}

rule RevShell_ELF_Shell_Args : reverse_shells {
  meta:
    id = "6433fd64-b8ab-5084-9e25-d3801d916d5d"
    description = "Small static ELF that can connect and run a shell, as stagers are"
    author = "Shrike"
    severity = "medium"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $sh = "/bin/sh"
    $dup = { 6A 02 5E 6A 21 58 0F 05 }
    $dup2 = { 48 FF CE 6A 21 58 0F 05 75 F6 }
    $exe = { 6A 3B 58 }
  condition:
    uint32(0) == 0x464c457f and filesize < 20KB and ($dup or $dup2) and ($sh or $exe)
}

rule RevShell_Golang_Listener : reverse_shells {
  meta:
    id = "5067d8ef-233b-5961-975e-5ab6ac21bac0"
    description = "Go source that joins a shell to a connection"
    author = "Shrike"
    severity = "medium"
    attack = "T1059.004"
    reference = "https://attack.mitre.org/techniques/T1059/004/"
  strings:
    $a = "net.Dial("
    $b = /exec\.Command\(\s*"\/?(bin\/)?(ba)?sh"/
    $c = /\.(Stdin|Stdout|Stderr)\s*=\s*(c|conn|s|sock)\b/
  condition:
    filesize < 200KB and all of them
}
