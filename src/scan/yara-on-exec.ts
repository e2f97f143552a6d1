/**
 * Scans what is executed, once, in the background.
 *
 * HOW IT WORKS: every 100 ms, when the store says that process_events has new rows, one query returns the distinct files among them; up to
 * every 800 ms while they are all known already, so that a busy machine that runs the same programs again and again does not pay for it. Files
 * already known (by device, inode, change time) cost one look in a map. New ones go into a bounded queue and from there to the scanner, a few at a time;
 * what finds no room is counted (shrike_counters, table yara_events, stage lost_queue) and looked at again at its next execution. Nothing here is in the way of the
 * process: its start is over when we hear of it.
 *
 * For a script the event has the inode of its interpreter, so a script is known by its path alone: each poll that saw it run asks the scanner again, which
 * opens it, sees that it is unchanged, and answers from memory.
 *
 * What was executed may be gone a moment later, so there are several ways to it, tried in turn until one opens a file with the inode that ran:
 * /proc/PID/exe (the file itself, deleted or not, whatever the mount namespace), the path inside /proc/PID/root, the same through another process of that
 * mount namespace, and the path on the host. If none does, the file is counted as `unreachable`.
 */
import type { Logger } from '../log.ts';
import { native } from '../native.ts';
import type { QueryPool } from '../query/pool.ts';
import { recordScan } from '../tables/lib/yara-scans.ts';
import { verdictRow } from '../tables/lib/yara-tables.ts';
import type { ScanAnswer } from '../tables/lib/yara-wire.ts';
import { yara_events } from '../tables/events/yara_events.ts';
import { processColumns } from '../tables/events/common.ts';
import type { Value } from '../tables/spec.ts';
import type { RuleSet, YaraClient } from './yara-client.ts';

export interface OnExecOptions {
  readonly client: YaraClient;
  readonly rules: RuleSet;
  readonly pool: QueryPool;
  readonly log: Logger;
  readonly timeoutMs: number;
  readonly maxSize: number;
  /** Scans at the same time. */
  readonly threads: number;
  /** Files that may wait. */
  readonly queue: number;
  readonly proc?: string;
  readonly pollMs?: number;
}

const table = 'yara_events';
/** Rows that one poll reads at most; the rest is for the next one. */
const maxFiles = 4096;
/** Between two polls, in milliseconds. */
const shortest = 100;
const longest = 800;
/** Files whose verdict is remembered. */
const maxKnown = 200_000;
/** Executions of one known bad file that one poll records at most. */
const maxAlerts = 1000;

interface Executed {
  readonly key: string;
  readonly eid: number;
  readonly pid: number;
  readonly path: string;
  readonly interpreter: string | null;
  readonly inode: bigint;
  readonly namespace: number | null;
  /** Newest execution seen so far. */
  last: number;
}

/** A match, and the last event that has its row in yara_events. */
interface Bad {
  readonly answer: ScanAnswer;
  upTo: number;
}

type Verdict = 'clean' | Bad;

const number = (value: unknown): number => (typeof value === 'object' || value === undefined ? 0 : Number(value));
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const filesSql = `SELECT min(eid), max(eid), pid, path, interpreter, device, inode, ctime, mnt_namespace
  FROM process_events WHERE eid > ? AND eid <= ? AND success = 1 GROUP BY device, inode, ctime, path ORDER BY 1 LIMIT ${maxFiles}`;

const inline = processColumns().map(({ name }) => name);
const rowsSql = `SELECT eid, ntime, ${inline.join(', ')} FROM process_events
  WHERE eid >= ? AND eid <= ? AND success = 1 AND inode = ? AND path = ? LIMIT ${maxAlerts}`;

export class ScanOnExec {
  readonly #options: OnExecOptions;
  readonly #known = new Map<string, Verdict>();
  readonly #queue: Executed[] = [];
  /** Files in the queue or being scanned. */
  readonly #waiting = new Map<string, Executed>();
  /** A process seen in each mount namespace, newest last. */
  readonly #doors = new Map<number, number>();
  #rules: RuleSet;
  #active = 0;
  #last = 0;
  #pause: number;
  #timer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;

  constructor(options: OnExecOptions) {
    this.#options = options;
    this.#rules = options.rules;
    this.#pause = options.pollMs ?? shortest;
  }

  /** Begins with what is executed from now on. */
  start(): void {
    this.#last = this.#newest();
    for (const stage of ['scanned', 'matched', 'lost_queue', 'unreachable', 'scan_failed']) native().counterAdd(table, stage, 0);
    this.#schedule();
  }

  /** From now on scans with these; verdicts of the old ones are forgotten. */
  replaceRules(rules: RuleSet): void {
    this.#rules = rules;
    this.#known.clear();
  }

  /** Files that wait or are being scanned. */
  get pending(): number {
    return this.#queue.length + this.#active;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue.length = 0;
    this.#waiting.clear();
    await this.#polling;
  }

  #newest(): number {
    return (
      native()
        .storeStats()
        .find(({ name }) => name === 'process_events')?.maxEid ?? this.#last
    );
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.#polling = this.#poll()
        .catch((error: unknown) => this.#options.log.error({ error }, 'executed files could not be looked up'))
        .finally(() => {
          if (this.#timer !== undefined) this.#schedule();
        });
    }, this.#pause);
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    const newest = this.#newest();
    if (newest <= this.#last) return;
    const { rows } = await this.#options.pool.all({ sql: filesSql, params: [this.#last, newest] });
    let seen = newest;
    let met = 0;
    for (const [first, last, pid, path, interpreter, device, inode, ctime, namespace] of rows) {
      const file = text(path);
      if (file === null) continue;
      if (rows.length === maxFiles) seen = Math.min(newest, number(first));
      const key = `${device}:${inode}:${ctime}:${file}`;
      const executed: Executed = {
        key,
        eid: number(first),
        pid: number(pid),
        path: file,
        interpreter: text(interpreter),
        inode: BigInt(number(inode)),
        namespace: namespace === null ? null : number(namespace),
        last: number(last),
      };
      if (!this.#known.has(key)) met++;
      this.#remember(executed);
      await this.#meet(executed);
    }
    this.#last = seen;
    if (this.#options.pollMs === undefined) this.#pause = met > 0 ? shortest : Math.min(longest, this.#pause * 2);
  }

  #remember({ namespace, pid }: Executed): void {
    if (namespace === null) return;
    this.#doors.delete(namespace);
    this.#doors.set(namespace, pid);
    if (this.#doors.size > 4096) this.#doors.delete(this.#doors.keys().next().value ?? 0);
  }

  async #meet(executed: Executed): Promise<void> {
    const { key, last } = executed;
    const known = this.#known.get(key);
    if (known === 'clean') return;
    if (known !== undefined) {
      await this.#alert(executed, last, known);
      return;
    }
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) {
      waiting.last = last;
    } else if (this.#queue.length >= this.#options.queue) {
      native().counterAdd(table, 'lost_queue', 1);
    } else {
      this.#waiting.set(key, executed);
      this.#queue.push(executed);
      this.#work();
    }
  }

  #set(key: string, verdict: Verdict): void {
    this.#known.delete(key);
    this.#known.set(key, verdict);
    if (this.#known.size > maxKnown) this.#known.delete(this.#known.keys().next().value ?? '');
  }

  #work(): void {
    while (this.#active < this.#options.threads * 2) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#active++;
      void this.#scan(next).finally(() => {
        this.#active--;
        this.#waiting.delete(next.key);
        this.#work();
      });
    }
  }

  #candidates({ pid, path, interpreter, namespace }: Executed): { root: string; path: string }[] {
    const proc = this.#options.proc ?? '/proc';
    const door = namespace === null ? undefined : this.#doors.get(namespace);
    // For a script the executable of the process is the interpreter.
    const own = interpreter === null ? [{ root: '', path: `${proc}/${pid}/exe` }] : [];
    const through = [pid, ...(door === undefined || door === pid ? [] : [door])].map((each) => ({ root: `${proc}/${each}/root`, path }));
    return [...own, ...through, { root: '', path }];
  }

  async #scan(executed: Executed): Promise<void> {
    const { client, timeoutMs, maxSize, log } = this.#options;
    const rules = this.#rules;
    try {
      const script = executed.interpreter !== null;
      const target = { candidates: this.#candidates(executed), inode: script ? 0 : executed.inode };
      const answer = await client.scan(rules, target, { timeoutMs, maxSize, strings: 100, noCache: !script });
      const { failure } = answer;
      if (failure === 'open' || failure === 'kind') {
        native().counterAdd(table, 'unreachable', 1);
        return;
      }
      if (!answer.cached) native().counterAdd(table, failure === undefined ? 'scanned' : 'scan_failed', 1);
      recordScan(answer, executed.path, 'exec', rules.key);
      if (failure !== undefined)
        log.warn({ path: executed.path, failure, error: answer.error, rule: answer.culprit }, 'an executed file could not be scanned');
      const bad = { answer, upTo: executed.eid - 1 };
      // With rules that were replaced meanwhile the verdict is still one to tell, but not one to keep.
      if (!script && rules === this.#rules) this.#set(executed.key, answer.matches.length > 0 ? bad : 'clean');
      if (answer.matches.length > 0) await this.#alert(executed, executed.last, bad);
    } catch (error) {
      native().counterAdd(table, 'scan_failed', 1);
      log.error({ error, path: executed.path }, 'an executed file could not be scanned');
    }
  }

  /** A row for each execution of a file that matches. */
  async #alert(executed: Executed, to: number, bad: Bad): Promise<void> {
    const { answer, upTo } = bad;
    if (to <= upTo) return;
    // Set before anything is awaited, so that no execution gets two rows.
    bad.upTo = to;
    const from = upTo + 1;
    const { rows } = await this.#options.pool.all({ sql: rowsSql, params: [from, to, Number(executed.inode), executed.path] });
    const verdict = verdictRow(answer);
    const now = Math.floor(Date.now() / 1000);
    const appended = rows.map(([eid, ntime, ...process]): Value[] => {
      const byName: Record<string, Value> = {
        ...Object.fromEntries(inline.map((name, index) => [name, plain(process[index])])),
        time: now,
        ntime: plain(ntime),
      };
      const own: Record<string, Value | undefined> = {
        ...verdict,
        target_path: executed.path,
        category: 'exec',
        action: 'EXECUTED',
        exec_eid: number(eid),
        inode: answer.inode ?? null,
      };
      return yara_events.columns.slice(1).map(({ name }) => byName[name] ?? own[name] ?? null);
    });
    if (appended.length === 0) return;
    native().storeAppend(table, appended);
    native().counterAdd(table, 'matched', appended.length);
  }
}

/** A cell of an answer as the store takes it. */
function plain(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return String(value);
}
