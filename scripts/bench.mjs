#!/usr/bin/env node
/**
 * `npm run bench [-- NAME… | --write]`: runs test/bench/NAME.mjs, each of which prints one Markdown table, all of them unless some are named.
 * With --write their output, with the machine it was measured on, becomes docs/benchmarks.md.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { buildAll } from './build.mjs';
import { files, main, root } from './lib/steps.mjs';
import { setup } from './setup.mjs';

/** Runs one benchmark, showing its output as it comes. */
function bench(path) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (part) => {
      output += part;
      process.stdout.write(part);
    });
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${basename(path)} ended with ${code}`))));
  });
}

await main(async () => {
  const names = process.argv.slice(2).filter((argument) => argument !== '--write');
  const all = files('test/bench', /^[^_].*\.mjs$/).filter((path) => dirname(path) === join(root, 'test', 'bench'));
  const chosen = names.length === 0 ? all : all.filter((path) => names.includes(basename(path, '.mjs')));
  const unknown = names.find((name) => !all.some((path) => basename(path, '.mjs') === name));
  if (unknown !== undefined)
    throw new Error(`there is no benchmark ${unknown}; there are ${all.map((path) => basename(path, '.mjs')).join(', ')}`);
  await setup({ tests: true });
  await buildAll({ tests: true });
  const parts = [];
  for (const path of chosen) parts.push((await bench(path)).trim());
  if (!process.argv.includes('--write')) return;
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  mkdirSync(join(root, 'docs'), { recursive: true });
  const head = `# Benchmarks\n\nPrinted by \`npm run bench -- --write\`, version ${version}, on ${machine}. Compare ratios, not machines.\n`;
  writeFileSync(join(root, 'docs', 'benchmarks.md'), `${head}\n${parts.join('\n\n')}\n`);
});
