/**
 * What the schedule must not forget: the last result of each differential query, when queries ran, their splay, who is denylisted.
 *
 * One file a query and one for the rest, each replaced in a single step, so that a crash leaves the old or the new one. Results are written to
 * the log first: after a crash between the two a difference is told twice, never not at all.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface StoredResult {
  /** Of the SQL: another query under the same name begins anew. */
  readonly digest: string;
  readonly epoch: number;
  readonly counter: number;
  /** Newest event a query of events has seen, as text. */
  readonly cursor?: string;
  readonly rows: readonly string[];
}

export interface StoredEntry {
  readonly interval: number;
  readonly splayed: number;
  /** Milliseconds since the epoch. */
  readonly due: number;
  readonly failures: number;
  /** Milliseconds since the epoch; 0: it may run. */
  readonly denylistedUntil: number;
  readonly executions: number;
  readonly lastExecuted: number;
  readonly outputBytes: number;
  readonly wallMs: number;
  readonly lastWallMs: number;
  readonly userMs: number;
  readonly lastUserMs: number;
  readonly systemMs: number;
  readonly lastSystemMs: number;
  readonly memory: number;
  readonly lastMemory: number;
}

export const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

export class ScheduleState {
  readonly #folder: string;
  #saving: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name.replace(/[^\w-]/g, '_').slice(0, 80)}-${digestOf(name).slice(0, 12)}.rows`);
  }

  /** The last result; undefined before the first and where the file is damaged. */
  async result(name: string): Promise<StoredResult | undefined> {
    let text: string;
    try {
      text = await readFile(this.#pathOf(name), 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
    const lines = text.split('\n');
    try {
      // Our own file; the count of rows tells whether it is whole.
      const head = JSON.parse(lines[0] ?? '') as Omit<StoredResult, 'rows'> & { count: number };
      const rows = lines.slice(1, -1);
      return rows.length === head.count ? { ...head, rows } : undefined;
    } catch {
      return undefined;
    }
  }

  async setResult(name: string, { rows, ...head }: StoredResult): Promise<void> {
    const lines = [JSON.stringify({ name, ...head, count: rows.length }), ...rows];
    await replace(this.#pathOf(name), `${lines.join('\n')}\n`);
  }

  async forget(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  /** Entries by name; none where there is no file or it is damaged. */
  entries(): ReadonlyMap<string, StoredEntry> {
    try {
      // Our own file, written whole or not at all.
      return new Map(Object.entries(JSON.parse(readFileSync(join(this.#folder, 'schedule.json'), 'utf8')) as Record<string, StoredEntry>));
    } catch {
      return new Map();
    }
  }

  /** Writes come one after another. */
  saveEntries(entries: ReadonlyMap<string, StoredEntry>): Promise<void> {
    const text = JSON.stringify(Object.fromEntries(entries));
    const saved = this.#saving.then(() => replace(join(this.#folder, 'schedule.json'), text));
    this.#saving = saved.catch(() => {});
    return saved;
  }
}
