/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Botnet_Default_Password_Table', as: 'executable',
    lines: [
      ["xc3", "511"],
      ["viz", "xv"],
      ["juan", "tech"],
      ["busy", "box"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Busybox_Probe', as: 'executable',
    lines: [
      ["/bin/busy", "box MIRAX"],
      ["applet not", " found"],
      ["ncor", "rect"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Flood_Methods', as: 'executable',
    lines: [
      ["attack_tcp_", "syn"],
      ["attack_udp_", "plain"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Irc_Bot_Perl',
    lines: [
      ["#!/usr/bi", "n/perl"],
      ["PRIV", "MSG NICK JOIN"],
      ["udpfl", "ood tcpfl", "ood"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Irc_Bot_ELF', as: 'executable',
    lines: [
      ["NICK", " %s"],
      ["JOIN", " %s"],
      ["TSUN", "AMI"],
      ["KILL", "ALL"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Gafgyt_Commands', as: 'executable',
    lines: [
      ["SCAN", "NER ON"],
      ["GETLOCAL", "IP"],
      ["LOLNO", "GTFO"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Router_Exploit_Urls', as: 'executable',
    lines: [
      ["/GponForm/diag_", "Form"],
      ["/ctrlt/Device", "Upgrade_1"],
      ["wg", "et"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Watchdog_Disable', as: 'executable',
    lines: [
      ["/dev/wat", "chdog"],
      ["/dev/misc/wat", "chdog"],
      ["/proc/net/t", "cp"],
      ["/ex", "e"],
      ["tel", "netd"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_SSH_Bruteforcer', as: 'executable',
    lines: [
      ["libssh2_userauth_", "password"],
      ["vul", "n.txt"],
      ["bru", "te"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Redis_Worm',
    lines: [
      ["redis-", "cli -h $ip con", "fig set dir /var/spool/cr", "on"],
      ["config set dbfile", "name root"],
      ["# :63", "79"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Docker_Api_Worm',
    lines: [
      ["mass", "can -p2375"],
      ["do", "cker -H tcp://$ip:23", "75 run -d alpine"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Kinsing_Traits', as: 'executable',
    lines: [
      ["Go bui", "ld ID: \"x\""],
      ["main.redis", "Brute"],
      ["main.getActive", "C2CUrl"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_XorDDoS_Traits', as: 'executable',
    lines: [
      ["/etc/cron.hourly/g", "cc.sh"],
      ["/var/run/gc", "c.pid"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_P2P_Config_Exchange', as: 'executable',
    lines: [
      ["router.bit", "torrent.com"],
      ["router.utor", "rent.com"],
      ["tel", "netd"],
      ["ipta", "bles -I INPUT"],
    ],
    without: 0,
  },
  {
    rule: 'Botnet_Iptables_Port_Lock', as: 'executable',
    lines: [
      ["ipta", "bles -A INPUT -p tcp --destination-port 23 -j DR", "OP"],
      ["busy", "box"],
    ],
    without: 0,
  },
];
