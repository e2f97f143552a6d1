#!/usr/bin/env node
/**
 * Puts the samples together: for each rule one that must match and one that just misses it. Nothing here does anything: texts are in pieces and addresses
 * are those reserved for documentation; programs are an ELF header and texts behind it.
 *
 *   node yara/tests/make-samples.mjs FOLDER     writes FOLDER/RULE.positive and FOLDER/RULE.negative
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** e_type and e_machine: executable and shared object for x86-64, relocatable for BPF. */
const kinds = { executable: [2, 62], library: [3, 62], bpf: [1, 247] };

function elfHeader(kind) {
  const [type, machine] = kinds[kind];
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  // 64 bits, little-endian, version 1; the size of this header.
  header.set([2, 1, 1], 4);
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  return header;
}

/** @param {{lines: readonly (readonly string[])[], as?: string}} sample */
function assemble({ lines, as }, without) {
  const texts = lines.filter((_, index) => index !== without).map((pieces) => pieces.join(''));
  if (as === undefined) return Buffer.from(`${texts.join('\n')}\n`, 'latin1');
  return Buffer.concat([elfHeader(as), Buffer.from(`\0${texts.join('\0')}\0`, 'latin1')]);
}

/**
 * Every sample.
 *
 * @returns {Promise<{rule: string, file: string, positive: Buffer, negative: Buffer}[]>} `file` is the name of the rule file
 */
export async function makeSamples() {
  const made = [];
  for (const name of readdirSync(join(here, 'samples')).sort()) {
    const { samples } = await import(pathToFileURL(join(here, 'samples', name)).href);
    for (const sample of samples)
      made.push({ rule: sample.rule, file: name.replace(/\.mjs$/, ''), positive: assemble(sample), negative: assemble(sample, sample.without) });
  }
  return made;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2];
  if (folder === undefined) {
    console.error('usage: make-samples.mjs FOLDER');
    process.exit(2);
  }
  mkdirSync(folder, { recursive: true });
  for (const { rule, positive, negative } of await makeSamples()) {
    writeFileSync(join(folder, `${rule}.positive`), positive);
    writeFileSync(join(folder, `${rule}.negative`), negative);
  }
}
