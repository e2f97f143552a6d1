// Miners of crypto currencies.

rule Miner_Stratum_Client : miners {
  meta:
    id = "c6d618e3-d309-5d08-bbe6-0b82f64923a0"
    description = "ELF that speaks the stratum mining protocol"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $url = /stratum\+(tcp|ssl|udp|tls)[12]?:\/\//
    $m1 = "mining.subscribe"
    $m2 = "mining.authorize"
    $m3 = "mining.submit"
    $m4 = "mining.notify"
  condition:
    uint32(0) == 0x464c457f and $url and 2 of ($m*)
}

rule Miner_Stratum_JsonRpc : miners {
  meta:
    id = "796e692c-0199-5c44-8edf-55f1e2ab38fd"
    description = "ELF with the JSON-RPC login of CryptoNote pools"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $login = "\"method\":\"login\""
    $submit = "\"method\":\"submit\""
    $keep = "keepalived"
    $p1 = "job_id"
    $p2 = "seed_hash"
    $p3 = "\"algo\""
  condition:
    uint32(0) == 0x464c457f and ($login or $submit) and $keep and 2 of ($p*)
}

rule Miner_XMRig_Config : miners {
  meta:
    id = "5aa1cca0-d5b4-5c43-a628-1fb77479f5d1"
    description = "XMRig configuration with pools and a donation level"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $pools = "\"pools\""
    $donate = "\"donate-level\""
    $rx1 = "\"randomx\""
    $rx2 = "\"huge-pages\""
    $u = "\"url\""
  condition:
    filesize < 100KB and $pools and $donate and $u and 1 of ($rx*)
}

rule Miner_XMRig_Binary : miners {
  meta:
    id = "e14b7aac-4347-529c-94ae-bed57c337de8"
    description = "XMRig or a build of it, by its option names and messages"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $o1 = "--donate-level"
    $o2 = "--randomx-1gb-pages"
    $o3 = "--cpu-max-threads-hint"
    $o4 = "--nicehash"
    $o5 = "--rig-id"
    $o6 = "--randomx-wrmsr"
    $t1 = "xmrig" nocase
    $t2 = "RandomX"
  condition:
    uint32(0) == 0x464c457f and 3 of ($o*) and 1 of ($t*)
}

rule Miner_RandomX_Engine : miners {
  meta:
    id = "7d8a8217-b622-5c69-a4f4-d7b7bf807b94"
    description = "ELF with the RandomX hash compiled in and a pool address"
    author = "Shrike"
    severity = "medium"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $a = "randomx_create_vm"
    $b = "randomx_init_cache"
    $c = "randomx_calculate_hash"
    $d = "randomx_alloc_dataset"
    $p = /(pool|stratum|mining)[a-z0-9.+:\/-]{3,60}:[0-9]{2,5}/
  condition:
    uint32(0) == 0x464c457f and 2 of ($a,$b,$c,$d) and $p
}

rule Miner_Ethash_Engine : miners {
  meta:
    id = "68b6a35b-90c4-579e-94a6-d49e7edec47f"
    description = "ELF that mines ethash on graphics cards"
    author = "Shrike"
    severity = "medium"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $a = "ethash_calculate_dag_item"
    $b = "eth_submitWork"
    $c = "eth_getWork"
    $d = "eth_submitHashrate"
    $e = "clCreateCommandQueue"
    $f = "cuMemAlloc"
  condition:
    uint32(0) == 0x464c457f and 2 of ($b,$c,$d) and 1 of ($a,$e,$f)
}

rule Miner_Install_Script : miners {
  meta:
    id = "4e84bdaa-81d0-51f7-b3cc-fa31f30e7ad5"
    description = "Shell script that fetches a miner and starts it against a pool"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $sh = "#!"
    $f1 = /(curl|wget)[^\n]{1,120}(xmrig|xmr-stak|minerd|cpuminer|t-rex|nbminer|kinsing|cnrig)/ nocase
    $o1 = "--donate-level"
    $o2 = /-o\s+(stratum\+tcp:\/\/)?[a-z0-9.-]+:[0-9]{2,5}\s+-u\s+\S{20,}/
    $o3 = "stratum+tcp://"
  condition:
    $sh at 0 and filesize < 500KB and $f1 and 1 of ($o*)
}

rule Miner_Competitor_Killer : miners {
  meta:
    id = "4541089f-14cb-5871-a1dd-104eb6a510e0"
    description = "Script that stops rival miners before it starts its own"
    author = "Shrike"
    severity = "high"
    attack = "T1562.001"
    reference = "https://attack.mitre.org/techniques/T1562/001/"
  strings:
    $sh = "#!"
    $k1 = /pkill\s+(-9\s+)?-f\s+\S{0,12}(xmrig|kinsing|kdevtmpfsi|minerd|cryptonight|xmr-stak)/
    $k2 = /killall\s+(-9\s+)?(xmrig|kinsing|kdevtmpfsi|minerd|xmr-stak|sysrv|kthreaddk)/
    $k3 = /grep\s+(-[a-z]+\s+)?['"]?(stratum|cryptonight|:3333|:5555|:7777|:14444|monerohash|minexmr)[^\n]{0,120}kill/
    $k4 = "crypto-pool"
    $k5 = "minexmr"
  condition:
    $sh at 0 and filesize < 1MB and (#k1 + #k2 + #k3 >= 3 or (#k1 + #k2 + #k3 >= 1 and ($k4 or $k5)))
}

rule Miner_MSR_Tuning : miners {
  meta:
    id = "886137b2-b1d7-5669-8c80-a67af4750793"
    description = "Script that sets model specific registers as RandomX miners do for speed"
    author = "Shrike"
    severity = "medium"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $sh = "#!"
    $m = "modprobe msr"
    $w1 = /wrmsr\s+-a\s+0x1a4\s/
    $w2 = /wrmsr\s+-a\s+0xc001102[0-9a-f]\s/ nocase
  condition:
    $sh at 0 and filesize < 100KB and $m and ($w1 or $w2)
}

rule Miner_HugePages_Pool : miners {
  meta:
    id = "5c5b7493-a79d-5a45-94cf-a6c843be2dd0"
    description = "Script that reserves huge pages and then connects to a mining pool"
    author = "Shrike"
    severity = "medium"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $sh = "#!"
    $h = /nr_hugepages\s*[=>]?\s*[0-9]{2,5}|[0-9]{2,5}\s*>\s*\/proc\/sys\/vm\/nr_hugepages/
    $p1 = /-o\s+\S{3,80}:[0-9]{2,5}\s+-u\s/
    $p2 = "stratum+"
    $p3 = "--coin"
  condition:
    $sh at 0 and filesize < 200KB and $h and 1 of ($p*)
}

rule Miner_Wallet_Monero_With_Pool : miners {
  meta:
    id = "7caec786-11fa-5fc7-95f5-42e3185b6e87"
    description = "Monero address beside a pool address"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $w1 = /(-u|--user|--wallet|-w)[ =]["']?[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b/
    $w2 = /"(user|wallet|address)"\s*:\s*"[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}/
    $w3 = /(WALLET|wallet|ADDRESS)\s*=\s*["']?[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}/
    $p1 = "stratum+" nocase
    $p2 = /pool\.[a-z0-9.-]{4,60}:[0-9]{2,5}/
    $p3 = "supportxmr"
    $p4 = "moneroocean"
    $p5 = "nanopool"
    $p6 = "hashvault"
  condition:
    filesize < 20MB and 1 of ($w*) and 1 of ($p*)
}

rule Miner_Process_Hider : miners {
  meta:
    id = "61d4285c-ee09-57a8-b893-180d11067f9c"
    description = "Library that hides a miner process from process listings"
    author = "Shrike"
    severity = "high"
    attack = "T1564"
    reference = "https://attack.mitre.org/techniques/T1564/"
  strings:
    $r = "readdir"
    $d = "dlsym"
    $p = "/proc/self/fd/%d"
    $s = "/proc/%s/stat"
    $n1 = "xmrig"
    $n2 = "kdevtmpfsi"
    $n3 = "minerd"
    $n4 = "kinsing"
  condition:
    uint32(0) == 0x464c457f and filesize < 200KB and $r and $d and $p and $s and 1 of ($n*)
}

rule Miner_Cron_Persistence : miners {
  meta:
    id = "c779d915-2666-5c67-8dd2-b51f6391dc7e"
    description = "Cron entry that fetches a script every few minutes and pipes it to a shell"
    author = "Shrike"
    severity = "high"
    attack = "T1053.003"
    reference = "https://attack.mitre.org/techniques/T1053/003/"
  strings:
    $c1 = /\*\/[0-9]{1,2}\s+\*\s+\*\s+\*\s+\*\s+(root\s+)?[^\n]{0,40}(curl|wget|cdl|wdl)\s[^\n]{5,200}\|\s*(ba|da)?sh/
    $c2 = /\*\s+\*\s+\*\s+\*\s+\*\s+(root\s+)?[^\n]{0,40}(curl|wget)\s[^\n]{5,200}\|\s*(ba|da)?sh/
  condition:
    filesize < 500KB and any of them
}

rule Miner_GPU_Options : miners {
  meta:
    id = "7310ff67-5548-5a6c-80ac-e2d84470030f"
    description = "Graphics card miner, by its options"
    author = "Shrike"
    severity = "medium"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $o1 = "--cuda-devices"
    $o2 = "--opencl-platforms"
    $o3 = "--dag-load-mode"
    $o4 = "--farm-recheck"
    $o5 = "--lhr-tune"
    $o6 = "--worker"
    $p = "stratum"
  condition:
    uint32(0) == 0x464c457f and 2 of ($o*) and $p
}

rule Miner_Go_Worm_Loader : miners {
  meta:
    id = "707db1a6-45f3-56da-9cc1-de5c38239548"
    description = "Go program that spreads and mines: scanners for weak services together with a miner"
    author = "Shrike"
    severity = "high"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $go = "Go build ID"
    $a1 = "redis_brute" nocase
    $a2 = "ssh_brute" nocase
    $a3 = "masscan"
    $a4 = "tomcat_brute" nocase
    $b1 = "minerPath" nocase
    $b2 = "startMiner" nocase
    $b3 = "downloadMiner" nocase
    $b4 = "randomx"
  condition:
    uint32(0) == 0x464c457f and $go and 1 of ($a*) and 1 of ($b*)
}

rule Miner_Browser_Service_Worker : miners {
  meta:
    id = "15520f8a-0da2-5b0a-bdd6-8e4f7b38ce52"
    description = "Web page that mines in the visitor browser"
    author = "Shrike"
    severity = "low"
    attack = "T1496.001"
    reference = "https://attack.mitre.org/techniques/T1496/001/"
  strings:
    $a = "CoinHive.Anonymous" nocase
    $b = "coinhive.min.js" nocase
    $c = /new\s+(CryptoLoot|CoinImp|deepMiner|Client)\.Anonymous\(/ nocase
    $d = "cryptonight.wasm"
    $e = "cryptonight-asmjs"
  condition:
    filesize < 5MB and any of them
}
