/** What every script here shares: running a command quietly, and a line with its time for each step. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A step went wrong and has already said all there is to say. */
export class StepFailed extends Error {}

/**
 * Runs a command and collects what it prints.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] `stdio: 'inherit'` shows the output as it comes.
 * @returns {Promise<{code: number, output: string}>} output is standard output and standard error in the order they came.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const parts = [];
    child.stdout?.on('data', (part) => parts.push(part));
    child.stderr?.on('data', (part) => parts.push(part));
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), output: Buffer.concat(parts).toString() }));
  });
}

/** Runs a command and throws with its whole output when it fails. Resolves to its output. */
export async function must(command, args, options) {
  const { code, output } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output}`);
  return output;
}

const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/**
 * One line per step with its time; nothing at all when the step had nothing to do.
 *
 * @param {string} name
 * @param {() => Promise<string | undefined>} work resolves to what was done, or undefined when everything was up to date.
 */
export async function step(name, work) {
  const start = performance.now();
  try {
    const done = await work();
    if (done !== undefined) console.error(`${name.padEnd(14)} ${done} (${seconds(start)})`);
  } catch (error) {
    if (!(error instanceof StepFailed))
      console.error(`${name.padEnd(14)} failed (${seconds(start)})\n${error instanceof Error ? error.message : error}`);
    throw new StepFailed(name);
  }
}

/** Runs steps side by side; every one runs to its end before the first failure is thrown. */
export async function together(steps) {
  const results = await Promise.allSettled(steps);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

/** A script's main: failures become exit code 1 (2 for usage), with no stack where the message has been shown. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StepFailed)) console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/** Whether a module was started from the command line rather than imported. */
export const isMain = (meta) => process.argv[1] !== undefined && fileURLToPath(meta.url) === process.argv[1];

/** All files under a folder (relative to the checkout) whose name matches, sorted; none when the folder is missing. */
export function files(folder, pattern = /./) {
  const top = join(root, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

const fileHashes = new Map();
/** A fingerprint of texts and of the contents of files; a missing file counts as one that is there and different. */
export function fingerprint(paths, texts = []) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text}\0`);
  for (const path of paths) {
    let digest = fileHashes.get(path);
    if (digest === undefined) {
      digest = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'missing';
      fileHashes.set(path, digest);
    }
    hash.update(`${path}\0${digest}\0`);
  }
  return hash.digest('hex');
}

const stampPath = (name) => join(root, 'build', 'stamps', name);
/** Whether a step's inputs are the same as when it last ended well. */
export const unchanged = (name, print) => existsSync(stampPath(name)) && readFileSync(stampPath(name), 'utf8') === print;
/** Remembers the inputs of a step that ended well. */
export function remember(name, print) {
  mkdirSync(dirname(stampPath(name)), { recursive: true });
  writeFileSync(stampPath(name), print);
}

/** Holds a lock file while `work` runs, so that two builds in one checkout take turns instead of breaking each other. */
export async function exclusively(name, work) {
  const path = join(root, 'build', `${name}.lock`);
  mkdirSync(dirname(path), { recursive: true });
  for (let said = false; ; ) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = existsSync(path) ? readFileSync(path, 'utf8') : '';
      if (owner !== '' && !existsSync(`/proc/${owner}`)) {
        rmSync(path, { force: true });
        continue;
      }
      if (!said) console.error(`${name.padEnd(14)} waiting for process ${owner}, which is at it in this folder`);
      said = true;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
