/** Runs test/unit/native/store/child.mjs. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const child = new URL('./child.mjs', import.meta.url).pathname;

const column = (name: string, width: string, process = false) => ({
  name,
  width,
  process,
  hidden: false,
  type: width === 'text' ? 'TEXT' : width === 'f64' ? 'DOUBLE' : 'BIGINT',
});

/** A table with a column of every width, in both scopes. */
export const table = (name: string) => ({
  name,
  columns: [
    column('eid', 'i64'),
    column('time', 'i64'),
    column('ntime', 'i64'),
    column('exec_id', 'text', true),
    column('pid', 'u32', true),
    column('path', 'text'),
    column('n', 'i32'),
    column('flag', 'i8'),
    column('size', 'f64'),
  ],
});

/** Every row of the table, as far as it has no id of its own making. */
export const everything = 'SELECT eid, time, ntime, exec_id, pid, path, n, flag, size FROM t ORDER BY eid';

/** Files of a table's folder. */
export const files = (directory: string, ending: string, name = 't') =>
  readdirSync(join(directory, name)).filter((file) => file.endsWith(ending));

export interface Run {
  readonly directory: string;
  readonly tables?: readonly ReturnType<typeof table>[];
  readonly steps: readonly object[];
  readonly memoryBytes?: number;
  readonly chunkRows?: number;
  readonly retention?: { readonly bytes?: number; readonly seconds?: number };
}

/** A folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'shrike-store-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const input = (run: Run) => JSON.stringify({ tables: [table('t')], ...run });

/** What the steps gave. */
// biome-ignore lint/suspicious/noExplicitAny: each step gives something else, and the test says what
export function inProcess(run: Run): any[] {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [child, input(run)], { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (status !== 0 && signal !== 'SIGKILL') throw new Error(`the store's process ended with ${status ?? signal}: ${stderr}`);
  return JSON.parse(stdout);
}

/** Lets a storm rage for a while, kills it, and returns the last number that had been written a second before. */
export function killed(run: Run, afterMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, input(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let began = 0;
    process_.stdout.on('data', (part) => {
      output += part;
      if (began === 0) {
        began = Date.now();
        setTimeout(() => process_.kill('SIGKILL'), afterMs);
      }
    });
    process_.on('exit', (code) => {
      if (code !== null) return reject(new Error(`the storm ended by itself, with ${code}`));
      const now = Date.now();
      const seen = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { at: number; written: number });
      resolve(seen.filter(({ at }) => at < now - 1000).at(-1)?.written ?? 0);
    });
  });
}
