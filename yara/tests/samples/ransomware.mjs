/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Ransom_Linux_ESXi', as: 'executable',
    lines: [
      ["esx", "cli vm process ki", "ll --type=force"],
      ["/vmfs/vol", "umes"],
      [".vm", "dk"],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Note_And_Encrypt_ELF', as: 'executable',
    lines: [
      ["All your files are en", "crypted"],
      ["Download Tor Bro", "wser"],
      ["expand 32-", "byte k"],
      ["readd", "ir"],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Note_Text',
    lines: [
      ["Your net", "work has been en", "crypted."],
      ["Do not try to re", "name encrypted files."],
      ["Install Tor Bro", "wser. Pay in bit", "coin."],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Shell_Openssl',
    lines: [
      ["#!/bin/sh"],
      ["find /ho", "me -type f | while re", "ad f; do open", "ssl enc -aes-256-cbc -in \"$f\" -out \"$f.lock\" -k $K"],
      ["rm -", "f $f; done"],
      ["echo \"pay\" > /HOW_TO_DEC", "RYPT.txt"],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Python_Fernet',
    lines: [
      ["for r,d,f in os.wa", "lk(\"/home\"): data = Fer", "net(k).encrypt(b)"],
      ["open(p+'.lock", "ed','wb'); os.rem", "ove(p); note=\"send bit", "coin\""],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Database_Dump_Note',
    lines: [
      ["dr", "op table users;"],
      ["insert into READ_ME_TO_", "RECOVER values ('data is bac", "ked up, send 0.1 B", "TC to bc1qaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');"],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Stops_Databases', as: 'executable',
    lines: [
      ["system", "ctl stop my", "sql"],
      ["expand 32-", "byte k"],
      [".lock", "ed"],
    ],
    without: 0,
  },
  {
    rule: 'Ransom_Snapshot_Removal',
    lines: [
      ["#!/bin/sh"],
      ["lvrem", "ove -f vg/snap"],
      ["rm -rf /srv/back", "up"],
      ["open", "ssl enc -aes-256-cbc -in a -out b"],
    ],
    without: 0,
  },
  {
    rule: 'Wiper_Dd_Disk',
    lines: [
      ["#!/bin/sh"],
      ["for d in /dev/sd", "a /dev/sdb; do d", "d if=/dev/zero of=/dev/s", "da bs=1M &"],
      ["done"],
    ],
    without: 0,
  },
  {
    rule: 'Wiper_ELF_Overwrite', as: 'executable',
    lines: [
      ["/dev/s", "d%c"],
      ["rm -rf --no-preserve", "-root /*"],
      ["/dev/", "zero"],
      ["sysrq-", "trigger"],
    ],
    without: 0,
  },
];
