/** Runs queries at their intervals, several side by side, and keeps account of what they cost. */
import { ShrikeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Row } from '../tables/spec.ts';
import { type Execution, type ExecutionContext, execute } from './execution.ts';
import type { PackQuery } from './pack.ts';
import type { StoredEntry } from './state.ts';

export interface RunnerOptions {
  readonly context: ExecutionContext;
  readonly queries: readonly PackQuery[];
  readonly log: Logger;
  /** Queries that run at the same time. */
  readonly parallel: number;
  /** Largest share by which an interval is made longer or shorter, in percent. */
  readonly splayPercent: number;
  /** Runs in a row that exceed their budget before a query is denylisted. */
  readonly denylistAfter: number;
  /** Seconds. */
  readonly denylistSeconds: number;
  /** Whether the queries of this pack run now. */
  active(pack: string): boolean;
  /** From 0 to 1. */
  random?(): number;
}

/** Errors that say a query costs too much, rather than that something is wrong. */
const overBudget = new Set(['E_QUERY_TIMEOUT', 'E_QUERY_MEMORY']);
const saveMs = 5000;
/** What was due while no agent ran is spread over this. */
const catchUpMs = 60_000;

interface Entry extends StoredEntry {
  readonly query: PackQuery;
  readonly running: boolean;
  /** What went wrong last, so that it is logged once. */
  readonly error: string | undefined;
}

const fresh = {
  failures: 0,
  denylistedUntil: 0,
  executions: 0,
  lastExecuted: 0,
  outputBytes: 0,
  wallMs: 0,
  lastWallMs: 0,
  userMs: 0,
  lastUserMs: 0,
  systemMs: 0,
  lastSystemMs: 0,
  memory: 0,
  lastMemory: 0,
} as const;

export class ScheduleRunner {
  readonly #options: RunnerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #saver: NodeJS.Timeout | undefined;
  #dirty = true;
  #stopped = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    const stored = options.context.state.entries();
    for (const query of options.queries) this.#entries.set(query.name, this.#entry(query, stored.get(query.name)));
  }

  start(): void {
    const first = this.#options.queries.filter(({ startupPriority }) => startupPriority !== undefined);
    for (const { name } of first.sort((a, b) => (a.startupPriority ?? 0) - (b.startupPriority ?? 0))) this.#waiting.add(name);
    this.#timer = setInterval(() => this.tick(), 1000);
    this.#saver = setInterval(() => void this.#save(), saveMs);
    this.#timer.unref();
    this.#saver.unref();
    this.#next();
  }

  /** Starts what is due. */
  tick(): void {
    const now = this.#options.context.now();
    for (const [name, entry] of this.#entries) if (entry.due <= now && !entry.running && this.#may(entry, now)) this.#waiting.add(name);
    this.#next();
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Starts nothing more and saves; running queries end with their pool. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearInterval(this.#saver);
    this.#waiting.clear();
    await this.#save();
  }

  /** Rows of osquery_schedule. */
  rows(): Row[] {
    const now = this.#options.context.now();
    return [...this.#entries.values()].map((entry) => ({
      name: entry.query.name,
      query: entry.query.sql,
      interval: entry.query.interval,
      executions: entry.executions,
      last_executed: entry.lastExecuted,
      denylisted: entry.denylistedUntil > now ? 1 : 0,
      output_size: entry.outputBytes,
      wall_time: Math.round(entry.wallMs / 1000),
      wall_time_ms: Math.round(entry.wallMs),
      last_wall_time_ms: Math.round(entry.lastWallMs),
      user_time: Math.round(entry.userMs),
      last_user_time: Math.round(entry.lastUserMs),
      system_time: Math.round(entry.systemMs),
      last_system_time: Math.round(entry.lastSystemMs),
      average_memory: entry.executions === 0 ? 0 : Math.round(entry.memory / entry.executions),
      last_memory: entry.lastMemory,
    }));
  }

  #entry(query: PackQuery, stored: StoredEntry | undefined): Entry {
    const { context, splayPercent, random = Math.random } = this.#options;
    const now = context.now();
    if (stored !== undefined && stored.interval === query.interval) {
      // A clock that was set back must not put a run off for longer than an interval.
      const due =
        stored.due <= now ? now + random() * Math.min(catchUpMs, stored.splayed * 1000) : Math.min(stored.due, now + stored.splayed * 1000);
      return { ...stored, due, query, running: false, error: undefined };
    }
    const share = ((random() * 2 - 1) * splayPercent) / 100;
    const splayed = Math.max(1, Math.round(query.interval * (1 + share)));
    return { ...fresh, interval: query.interval, splayed, due: now + splayed * 1000, query, running: false, error: undefined };
  }

  #may(entry: Entry, now: number): boolean {
    const { pack } = entry.query;
    if (pack !== undefined && !this.#options.active(pack)) return false;
    return entry.denylistedUntil <= now || !entry.query.denylist;
  }

  #update(name: string, change: Partial<Entry>): void {
    const entry = this.#entries.get(name);
    if (entry !== undefined) this.#entries.set(name, { ...entry, ...change });
    this.#dirty = true;
  }

  #next(): void {
    for (const name of this.#waiting) {
      if (this.#stopped || this.#running.size >= this.#options.parallel) return;
      this.#waiting.delete(name);
      const run = this.#run(name).finally(() => {
        this.#running.delete(run);
        this.#next();
      });
      this.#running.add(run);
    }
  }

  async #run(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.running) return;
    const { context } = this.#options;
    const now = context.now();
    // The next run is counted from when this one was due, so that waiting does not add up; what was missed is not made up for.
    const step = entry.splayed * 1000;
    // A run at start is beside those at intervals.
    const due = entry.due > now ? entry.due : Math.max(entry.due, now - step + 1) + step;
    this.#update(name, { running: true, due });
    const started = performance.now();
    try {
      this.#succeeded(entry, await execute(context, entry.query), performance.now() - started);
    } catch (error) {
      if (!this.#stopped) this.#failed(entry, error, performance.now() - started);
    } finally {
      this.#update(name, { running: false });
    }
  }

  #succeeded(entry: Entry, { result, outputBytes }: Execution, elapsedMs: number): void {
    const { userMs = 0, systemMs = 0, memory = 0 } = result.summary.cost ?? {};
    this.#count(entry, elapsedMs, { userMs, systemMs, memory, outputBytes });
    this.#update(entry.query.name, { failures: 0, error: undefined });
    if (result.summary.truncated)
      this.#options.log.warn({ query: entry.query.name, rows: result.rows.length }, 'the result of a scheduled query was cut');
  }

  #failed(entry: Entry, error: unknown, elapsedMs: number): void {
    const { log, denylistAfter, denylistSeconds, context } = this.#options;
    const { name } = entry.query;
    this.#count(entry, elapsedMs, { userMs: 0, systemMs: 0, memory: 0, outputBytes: 0 });
    const reason = error instanceof Error ? error.message : String(error);
    const failures = error instanceof ShrikeError && overBudget.has(error.code) ? entry.failures + 1 : 0;
    if (failures >= denylistAfter && entry.query.denylist) {
      this.#update(name, { failures: 0, denylistedUntil: context.now() + denylistSeconds * 1000, error: reason });
      log.error({ query: name, reason, seconds: denylistSeconds }, 'a scheduled query keeps exceeding its budget and is denylisted');
      return;
    }
    this.#update(name, { failures, error: reason });
    if (entry.error !== reason) log.warn({ query: name, reason }, 'a scheduled query failed');
  }

  #count(entry: Entry, wallMs: number, cost: { userMs: number; systemMs: number; memory: number; outputBytes: number }): void {
    this.#update(entry.query.name, {
      executions: entry.executions + 1,
      lastExecuted: Math.floor(this.#options.context.now() / 1000),
      outputBytes: entry.outputBytes + cost.outputBytes,
      wallMs: entry.wallMs + wallMs,
      lastWallMs: wallMs,
      userMs: entry.userMs + cost.userMs,
      lastUserMs: cost.userMs,
      systemMs: entry.systemMs + cost.systemMs,
      lastSystemMs: cost.systemMs,
      memory: entry.memory + cost.memory,
      lastMemory: cost.memory,
    });
  }

  async #save(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    const stored = [...this.#entries].map(([name, { query, running, error, ...kept }]) => [name, kept] as const);
    try {
      await this.#options.context.state.saveEntries(new Map(stored));
    } catch (error) {
      this.#dirty = true;
      this.#options.log.warn({ error }, 'cannot save the state of the schedule');
    }
  }
}
