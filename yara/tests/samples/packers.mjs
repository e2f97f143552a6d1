/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Packer_UPX_Standard', as: 'executable',
    lines: [
      ["UP", "X!"],
      ["$Info: This file is pac", "ked with the UPX executable packer http://upx.sf.net $"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_UPX_Tampered', as: 'executable',
    lines: [
      ["PROT_EXEC|PROT_", "WRITE failed."],
      ["/proc/self/", "exe"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_Ezuri_Loader', as: 'executable',
    lines: [
      ["main.runFrom", "Memory"],
      ["/proc/self/", "fd/"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_Shc_Script', as: 'executable',
    lines: [
      ["has exp", "ired!"],
      ["abnormal beh", "avior!"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_PyInstaller_Network', as: 'executable',
    lines: [
      ["MEI\f\u000b\n\u000b\u000e"],
      ["_MEI", "PASS2"],
      ["_soc", "ket"],
      ["pyn", "put"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_Gzexe_Script',
    lines: [
      ["#!/bin/sh"],
      ["sk", "ip=44"],
      ["gztmp", "dir=x"],
      ["ta", "il +$skip <\"$0\""],
    ],
    without: 0,
  },
  {
    rule: 'Packer_Base64_ELF_In_Text',
    lines: [
      ["base", "64 -d <<E"],
      ["f0VMRg", "IBAQAAAAAAAAAAAAA"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_Hex_ELF_In_Text',
    lines: [
      ["xx", "d -r -p <<E"],
      ["7f454c4602", "01010000000000"],
    ],
    without: 0,
  },
  {
    rule: 'Packer_Xor_ELF_Header',
    lines: [
      [".mhc75.me,mhoty,y97,75/rn/3"],
      ["FMHCB^3/3/4"],
    ],
    without: 0,
  },
];
