// Rootkits and LD_PRELOAD hooks.

rule Rootkit_Preload_Readdir_Hook : rootkits {
  meta:
    id = "a9dbda49-7bb6-5b55-afb0-b2298bdca227"
    description = "Shared library that replaces readdir and hides names"
    author = "Shrike"
    severity = "critical"
    attack = "T1574.006"
    reference = "https://attack.mitre.org/techniques/T1574/006/"
  strings:
    $a = "readdir64"
    $b = "dlsym"
    $c1 = "/proc/self/fd/%d"
    $c2 = "ld.so.preload"
    $d1 = "hide" nocase
    $d2 = "HIDDEN"
    $d3 = "magic_string" nocase
    $e1 = "fopen64"
    $e2 = "lstat64"
    $e3 = "__xstat"
    $e4 = "unlinkat"
  condition:
    uint32(0) == 0x464c457f and uint16(16) == 3 and filesize < 500KB and $a and $b and 1 of ($c*) and 1 of ($d*) and 1 of ($e*)
}

rule Rootkit_Preload_Accept_Hook : rootkits {
  meta:
    id = "27fbb49a-048b-5ee6-a4e8-724e5014e6c1"
    description = "Shared library that replaces accept or pam functions and gives a shell"
    author = "Shrike"
    severity = "critical"
    attack = "T1574.006"
    reference = "https://attack.mitre.org/techniques/T1574/006/"
  strings:
    $a1 = "accept"
    $a2 = "pam_authenticate"
    $a3 = "pam_acct_mgmt"
    $b = "dlsym"
    $c = "ld.so.preload"
    $s1 = "/bin/sh"
    $s2 = "/bin/bash"
    $h1 = "HISTFILE"
    $h2 = "openpty"
    $h3 = "forkpty"
    $h4 = "setgid"
  condition:
    uint32(0) == 0x464c457f and uint16(16) == 3 and filesize < 500KB and 1 of ($a*) and $b and $c and 1 of ($s*) and 1 of ($h*)
}

rule Rootkit_Preload_Installer : rootkits {
  meta:
    id = "d161874b-bb8c-50f7-957d-dcf4fe74f37d"
    description = "Script that writes /etc/ld.so.preload"
    author = "Shrike"
    severity = "high"
    attack = "T1574.006"
    reference = "https://attack.mitre.org/techniques/T1574/006/"
  strings:
    $sh = "#!"
    $a = /(echo|printf)\s+[^\n]{0,20}\/\S+\.so[^\n]{0,20}>>?\s*\/etc\/ld\.so\.preload/
    $b = /(cp|mv|install)\s+\S+\s+\/etc\/ld\.so\.preload/
  condition:
    $sh at 0 and filesize < 1MB and any of ($a,$b)
}

rule Rootkit_LKM_Syscall_Table : rootkits {
  meta:
    id = "a11caf66-6c00-5abc-800b-8d934931fd8e"
    description = "Kernel module that looks for the system call table and changes it"
    author = "Shrike"
    severity = "critical"
    attack = "T1014"
    reference = "https://attack.mitre.org/techniques/T1014/"
  strings:
    $m = "vermagic="
    $a1 = "sys_call_table"
    $a2 = "kallsyms_lookup_name"
    $b1 = "sys_getdents64"
    $b2 = "sys_kill"
    $b3 = "orig_getdents"
    $b4 = "new_getdents"
    $c1 = "write_cr0"
    $c2 = "cr0_write"
    $c3 = "set_memory_rw"
  condition:
    uint32(0) == 0x464c457f and $m and 1 of ($a*) and 1 of ($b*) and 1 of ($c*)
}

rule Rootkit_LKM_Hide_Module : rootkits {
  meta:
    id = "61568cd7-5acb-556b-bd99-ade002958fc4"
    description = "Kernel module that takes itself off the list of modules and gives root"
    author = "Shrike"
    severity = "critical"
    attack = "T1014"
    reference = "https://attack.mitre.org/techniques/T1014/"
  strings:
    $m = "vermagic="
    $a1 = "hide_module" nocase
    $a2 = "module_hidden" nocase
    $a3 = "hidemod" nocase
    $b1 = "give_root" nocase
    $b2 = "set_root" nocase
    $b3 = "prepare_creds"
    $b4 = "commit_creds"
    $c1 = "hide_pid" nocase
    $c2 = "hide_proc" nocase
    $c3 = "hidden_pid" nocase
    $c4 = "hide_port" nocase
  condition:
    uint32(0) == 0x464c457f and $m and 1 of ($a*) and 1 of ($b*) and 1 of ($c*)
}

rule Rootkit_LKM_Ftrace_Hook : rootkits {
  meta:
    id = "08089ac1-d433-53f9-be2b-62023d4916eb"
    description = "Kernel module that hooks system calls by ftrace and hides"
    author = "Shrike"
    severity = "high"
    attack = "T1014"
    reference = "https://attack.mitre.org/techniques/T1014/"
  strings:
    $m = "vermagic="
    $a1 = "ftrace_set_filter_ip"
    $a2 = "register_ftrace_function"
    $b1 = "__x64_sys_getdents64"
    $b2 = "__x64_sys_kill"
    $b3 = "tcp4_seq_show"
    $b4 = "__x64_sys_openat"
  condition:
    uint32(0) == 0x464c457f and $m and all of ($a*) and 2 of ($b*)
}

rule Rootkit_LKM_Netfilter_Trigger : rootkits {
  meta:
    id = "9425fc8d-0433-54bd-af34-933c22d482fe"
    description = "Kernel module with a netfilter hook that starts a program in user space"
    author = "Shrike"
    severity = "high"
    attack = "T1205"
    reference = "https://attack.mitre.org/techniques/T1205/"
  strings:
    $m = "vermagic="
    $a = "nf_register_net_hook"
    $b = "call_usermodehelper"
    $c1 = "/bin/sh"
    $c2 = "/bin/bash"
  condition:
    uint32(0) == 0x464c457f and filesize < 1MB and $m and $a and $b and 1 of ($c*)
}

rule Rootkit_LKM_Tcp_Seq_Show : rootkits {
  meta:
    id = "0092e429-97dc-55f5-b27f-0a61f5ef8447"
    description = "Kernel module that changes the listing of TCP connections"
    author = "Shrike"
    severity = "high"
    attack = "T1014"
    reference = "https://attack.mitre.org/techniques/T1014/"
  strings:
    $m = "vermagic="
    $a1 = "tcp4_seq_show"
    $a2 = "tcp6_seq_show"
    $a3 = "udp4_seq_show"
    $b1 = "hide"
    $b2 = "port"
  condition:
    uint32(0) == 0x464c457f and filesize < 500KB and $m and 2 of ($a*) and all of ($b*)
}

rule Rootkit_eBPF_Hider : rootkits {
  meta:
    id = "cd91fe81-d52a-5d7d-b8c6-3d692acf4207"
    description = "eBPF object that changes what getdents returns or overwrites user memory"
    author = "Shrike"
    severity = "critical"
    attack = "T1014"
    reference = "https://attack.mitre.org/techniques/T1014/"
  strings:
    $a = "sys_enter_getdents64"
    $b = "sys_exit_getdents64"
    $c1 = "pid_to_hide"
    $c2 = "hide_pid"
    $c3 = "map_to_patch"
    $c4 = "pid_to_hide_len"
  condition:
    uint32(0) == 0x464c457f and $a and $b and 1 of ($c*)
}

rule Rootkit_eBPF_Sudo_Hijack : rootkits {
  meta:
    id = "5863fd7a-86ba-5ebd-ae32-2fed9f74510a"
    description = "eBPF object that rewrites what sudo reads"
    author = "Shrike"
    severity = "critical"
    attack = "T1548"
    reference = "https://attack.mitre.org/techniques/T1548/"
  strings:
    $a1 = "sys_exit_read"
    $a2 = "sys_enter_read"
    $b = "sudo"
    $c1 = "sudoers"
    $c2 = "NOPASSWD"
  condition:
    uint32(0) == 0x464c457f and uint16(18) == 247 and all of ($a*) and $b and 1 of ($c*)
}

rule Rootkit_Userland_Proc_Hide_Bind : rootkits {
  meta:
    id = "953542f2-acef-51ca-8fe2-14bfe863dfcc"
    description = "Script that hides a process by a mount over its folder in /proc"
    author = "Shrike"
    severity = "medium"
    attack = "T1564.013"
    reference = "https://attack.mitre.org/techniques/T1564/013/"
  strings:
    $a = /mount\s+(-o\s*bind|--bind|-B)\s+\S+\s+["']?\/proc\/(\$\{?\w+\}?|[0-9]+|\$\$)/
    $sh = "#!"
  condition:
    $sh at 0 and filesize < 500KB and $a
}

rule Rootkit_Module_Loader_Dropper : rootkits {
  meta:
    id = "30211aa9-be02-578b-9c4f-59c882aa18fd"
    description = "Script that builds or fetches a kernel module, loads it and makes that permanent"
    author = "Shrike"
    severity = "high"
    attack = "T1547.006"
    reference = "https://attack.mitre.org/techniques/T1547/006/"
  strings:
    $sh = "#!"
    $i = /insmod\s+\S+\.ko/
    $p1 = "/etc/modules"
    $p2 = "modules-load.d"
    $h1 = /dmesg\s+-[cC]/
    $h2 = /rm\s+-rf?\s+\S+\.(c|ko|o)\b/
  condition:
    $sh at 0 and filesize < 500KB and $i and 1 of ($p*) and 1 of ($h*)
}

rule Rootkit_Kernel_Thread_Mimic : rootkits {
  meta:
    id = "438eb6b8-e7f3-536d-bace-57bfa536e0ab"
    description = "ELF that renames itself to a kernel thread"
    author = "Shrike"
    severity = "medium"
    attack = "T1036.004"
    reference = "https://attack.mitre.org/techniques/T1036/004/"
  strings:
    $k1 = "[kworker/"
    $k2 = "[kthreadd]"
    $k3 = "[ksoftirqd/"
    $k4 = "[migration/"
    $k5 = "[kswapd0]"
    $k6 = "[rcu_sched]"
    $p = "prctl"
    $s1 = "setsid"
    $s2 = "daemon"
    $n = "connect"
  condition:
    uint32(0) == 0x464c457f and filesize < 3MB and 1 of ($k*) and $p and 1 of ($s*) and $n
}
