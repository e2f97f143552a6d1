#!/usr/bin/env node
/**
 * YARA: the same rules over the same folder by the yara command and by `shrike yara scan`, in alternating runs; then the same files again from memory.
 *
 *   node test/bench/yara.mjs [FOLDER] [ROUNDS]
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = process.argv[2] ?? '/usr/bin';
const rounds = Number(process.argv[3] ?? 5);
const rules = readdirSync(join(root, 'yara'))
  .filter((name) => name.endsWith('.yar'))
  .map((name) => `${basename(name, '.yar')}:${join(root, 'yara', name)}`);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function seconds(command, args) {
  const start = performance.now();
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error !== undefined || status === null || status > 1) throw new Error(`${command} ended with ${status}: ${error?.message ?? ''}`);
  return (performance.now() - start) / 1000;
}

/** @returns {Promise<{name: string, value: string}[]>} */
export async function run() {
  const peer = ['/usr/bin/yara', '/usr/local/bin/yara'].find(existsSync);
  const shrike = join(root, 'bin', 'shrike');
  const rows = [];
  for (const threads of [1, 2]) {
    const theirs = [];
    const ours = [];
    // Interleaved, so that what else the machine does hits both.
    for (let round = 0; round < rounds; round++) {
      if (peer !== undefined) theirs.push(seconds(peer, ['-r', '-N', '-w', '-p', String(threads), ...rules, folder]));
      ours.push(seconds(shrike, ['yara', 'scan', '-r', '-N', '-w', '-p', String(threads), ...rules, folder]));
    }
    const ratios = theirs.map((time, round) => ours[round] / time);
    rows.push({ name: `${threads} thread${threads > 1 ? 's' : ''}: shrike`, value: `${median(ours).toFixed(2)} s` });
    if (peer === undefined) rows.push({ name: 'yara command', value: 'not installed (Debian package yara)' });
    else
      rows.push({
        name: `${threads} thread${threads > 1 ? 's' : ''}: yara`,
        value: `${median(theirs).toFixed(2)} s, shrike takes ${median(ratios).toFixed(2)} of that`,
      });
  }
  const { YaraClient } = await import(join(root, 'dist', 'scan', 'yara-client.js'));
  const { walk } = await import(join(root, 'dist', 'scan', 'yara-walk.js'));
  const { ownRules } = await import(join(root, 'dist', 'tables', 'lib', 'yara-sources.js'));
  const client = new YaraClient();
  const set = await client.compile({ sources: ownRules(), threads: 2 });
  const paths = [];
  for await (const path of walk(folder, { recursive: true, noFollow: true, problem: () => {} })) paths.push(path);
  const all = async () => {
    const start = performance.now();
    const answers = await Promise.all(paths.map((path) => client.scan(set, { path })));
    return { ms: performance.now() - start, cached: answers.filter(({ cached }) => cached).length };
  };
  const first = await all();
  const second = await all();
  client.close();
  rows.push({ name: `${paths.length} files, first scan`, value: `${first.ms.toFixed(0)} ms` });
  rows.push({
    name: 'second scan',
    value: `${second.ms.toFixed(0)} ms, ${(first.ms / second.ms).toFixed(0)} times faster, ${second.cached} from memory`,
  });
  return rows;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await run();
  console.log(`## YARA over ${folder}, ${rules.length} rule files\n\n| what | measured |\n| --- | --- |`);
  for (const { name, value } of rows) console.log(`| ${name} | ${value} |`);
}
