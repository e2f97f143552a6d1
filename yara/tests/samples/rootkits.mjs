/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Rootkit_Preload_Readdir_Hook', as: 'library',
    lines: [
      ["readd", "ir64"],
      ["dls", "ym"],
      ["ld.so.pre", "load"],
      ["hid", "e_me"],
      ["fop", "en64"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_Preload_Accept_Hook', as: 'library',
    lines: [
      ["pam_authen", "ticate"],
      ["dls", "ym"],
      ["ld.so.pre", "load"],
      ["/bin/", "sh"],
      ["fork", "pty"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_Preload_Installer',
    lines: [
      ["#!/bin/sh"],
      ["echo /usr/lib/libx.s", "o >> /etc/ld.so.pre", "load"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_LKM_Syscall_Table', as: 'executable',
    lines: [
      ["verma", "gic=6.1.0"],
      ["sys_call_", "table"],
      ["sys_getd", "ents64"],
      ["write_", "cr0"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_LKM_Hide_Module', as: 'executable',
    lines: [
      ["verma", "gic=6.1.0"],
      ["hide_mo", "dule"],
      ["commit_", "creds"],
      ["hide_", "pid"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_LKM_Ftrace_Hook', as: 'executable',
    lines: [
      ["verma", "gic=6.1.0"],
      ["ftrace_set_fil", "ter_ip"],
      ["register_ftrace_", "function"],
      ["__x64_sys_getd", "ents64"],
      ["tcp4_seq_", "show"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_LKM_Netfilter_Trigger', as: 'executable',
    lines: [
      ["verma", "gic=6.1.0"],
      ["nf_register_net_", "hook"],
      ["call_user", "modehelper"],
      ["/bin/", "sh"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_LKM_Tcp_Seq_Show', as: 'executable',
    lines: [
      ["verma", "gic=6.1.0"],
      ["tcp4_seq_", "show"],
      ["tcp6_seq_", "show"],
      ["hid", "e"],
      ["por", "t"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_eBPF_Hider', as: 'executable',
    lines: [
      ["sys_enter_getd", "ents64"],
      ["sys_exit_getd", "ents64"],
      ["pid_to_", "hide"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_eBPF_Sudo_Hijack', as: 'bpf',
    lines: [
      ["sys_exit_", "read"],
      ["sys_enter_", "read"],
      ["su", "do"],
      ["NOPA", "SSWD"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_Userland_Proc_Hide_Bind',
    lines: [
      ["#!/bin/sh"],
      ["mou", "nt --bi", "nd /tmp/empty /proc/$PID"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_Module_Loader_Dropper',
    lines: [
      ["#!/bin/sh"],
      ["ins", "mod rk.ko"],
      ["echo rk >> /etc/mod", "ules"],
      ["dme", "sg -c"],
    ],
    without: 0,
  },
  {
    rule: 'Rootkit_Kernel_Thread_Mimic', as: 'executable',
    lines: [
      ["[kwor", "ker/u4:1]"],
      ["prc", "tl"],
      ["sets", "id"],
      ["conn", "ect"],
    ],
    without: 0,
  },
];
