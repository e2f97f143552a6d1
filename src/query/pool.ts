/**
 * The query pool: a few worker threads, a bounded queue before them.
 *
 * Workers start when they are needed and leave when they have been idle for a while; one stays. A query waits in the queue at most
 * `queueTimeoutMs`; its own time limit starts when a worker takes it.
 */
import { ShrikeError } from '../errors.ts';
import type { EngineFacts } from '../tables/spec.ts';
import type { Cell, Column, Format } from './encode.ts';
import { defaultLimits, lowered, type QueryLimits } from './limits.ts';
import { MemoryWatch } from './memory.ts';
import { bindParams } from './params.ts';
import type { LiveFacts, Summary } from './protocol.ts';
import { type Job, QueryRun } from './run.ts';
import { Slot } from './slot.ts';
import type { ViewSpec } from './views.ts';

export interface PoolOptions {
  readonly engine: Omit<EngineFacts, 'tables'>;
  readonly system?: { readonly proc: string; readonly sys: string; readonly root: string };
  /** Whether the event store is open in this process. */
  readonly events: boolean;
  readonly workers?: number;
  /** Queries that may wait. */
  readonly queue?: number;
  readonly queueTimeoutMs?: number;
  readonly limits?: Partial<QueryLimits>;
  readonly heapMib?: number;
  readonly cacheKib?: number;
  /** Bytes the process may grow while queries run; beyond that they are stopped. */
  readonly memoryBytes?: number;
  /** Told of every query that ended, for metrics and the slow-query log. */
  readonly onEnd?: (end: QueryEnd) => void;
  /** Asked for each query that reads the tables of the schedule. */
  readonly facts?: () => LiveFacts;
  /** Views beside our own. */
  readonly views?: readonly ViewSpec[];
  /** Niceness of the workers; 0 without it. */
  readonly nice?: number;
}

export interface QueryEnd {
  readonly sql: string;
  /** `ok`, `truncated` or an error code. */
  readonly outcome: string;
  readonly elapsedMs: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface QueryRequest {
  readonly sql: string;
  /** Checked here: an array or an object of values as JSON has them. */
  readonly params?: unknown;
  readonly format?: Format;
  readonly limit?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly deniedTables?: readonly string[];
  readonly signal?: AbortSignal;
  /** Whether the summary is to have what the query cost. */
  readonly measure?: boolean;
}

export interface PoolStats {
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  /** Workers that died or were given up since the start. */
  readonly replaced: number;
}

export interface QueryResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly summary: Summary;
}

const idleMs = 60_000;
/** Pause before another worker is started after one that failed to start. */
const restartPauseMs = 1000;

export class QueryPool {
  readonly limits: QueryLimits;
  readonly #options: PoolOptions;
  readonly #size: number;
  readonly #queueSize: number;
  readonly #queueTimeoutMs: number;
  readonly #slots = new Set<Slot>();
  readonly #waiting = new Set<QueryRun>();
  readonly #expiry = new Map<QueryRun, NodeJS.Timeout>();
  #replaced = 0;
  #closed = false;
  #started: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #reaper: NodeJS.Timeout | undefined;
  #pausedUntil = 0;
  readonly #memory: MemoryWatch;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.limits = { ...defaultLimits, ...options.limits };
    this.#size = options.workers ?? 2;
    this.#queueSize = options.queue ?? 256;
    this.#queueTimeoutMs = options.queueTimeoutMs ?? 30_000;
    this.#memory = new MemoryWatch(options.memoryBytes ?? 512 * 1024 * 1024, (far) => this.#shed(far));
  }

  /** Starts the first worker. Rejects with E_QUERY_WORKER when it cannot open a connection, as when the addon was not built. */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#started = { resolve, reject };
      this.#spawn();
    });
    this.#reaper = setInterval(() => this.#reap(), idleMs / 4);
    this.#reaper.unref();
  }

  stats(): PoolStats {
    const busy = [...this.#slots].filter(({ state }) => state === 'busy').length;
    return { workers: this.#slots.size, busy, waiting: this.#waiting.size, replaced: this.#replaced };
  }

  /**
   * Runs one statement.
   *
   * @returns its events; iterate them, or `cancel()`.
   * @throws ShrikeError E_QUERY_TOO_LONG, E_QUERY_PARAMS, E_QUERY_LIMIT or E_QUERY_BUSY before it is accepted.
   */
  query(request: QueryRequest): QueryRun {
    const job = this.#check(request);
    const idle = this.#idle();
    if (idle === undefined && this.#waiting.size >= this.#queueSize) throw this.#busy();
    const run: QueryRun = new QueryRun(job, {
      took: () => this.#slotOf(run)?.credit(),
      cancelled: () => this.#cancel(run),
      ended: (end) => this.#options.onEnd?.({ sql: job.sql, ...end }),
    });
    const { signal } = request;
    if (signal !== undefined) {
      if (signal.aborted) run.cancel();
      else signal.addEventListener('abort', () => run.cancel(), { once: true });
    }
    if (run.ended) return run;
    if (idle !== undefined) this.#run(idle, run);
    else this.#enqueue(run);
    return run;
  }

  /** Runs one statement and collects its rows as arrays: for code in this process. */
  async all(request: Omit<QueryRequest, 'format'>): Promise<QueryResult> {
    let columns: readonly Column[] = [];
    const rows: (readonly Cell[])[] = [];
    for await (const event of this.query({ ...request, format: 'rows' })) {
      if (event.kind === 'columns') columns = event.columns;
      // With format 'rows' chunks are arrays.
      else if (event.kind === 'chunk') rows.push(...(event.data as readonly (readonly Cell[])[]));
      else return { columns, rows, summary: event.summary };
    }
    throw new ShrikeError('E_QUERY_CANCELLED');
  }

  /** Stops every query and worker. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#reaper);
    this.#memory.stop();
    for (const run of [...this.#waiting]) run.cancel();
    await Promise.all([...this.#slots].map((slot) => slot.close()));
  }

  #check(request: QueryRequest): Job {
    if (this.#closed) throw new ShrikeError('E_QUERY_CANCELLED');
    const { maxSqlBytes, maxRows, timeoutMs, maxBytes } = this.limits;
    const length = Buffer.byteLength(request.sql);
    if (length > maxSqlBytes) throw new ShrikeError('E_QUERY_TOO_LONG', { length, limit: maxSqlBytes });
    return {
      sql: request.sql,
      bindings: bindParams(request.sql, request.params),
      format: request.format ?? 'rows',
      timeoutMs: lowered('timeout_ms', 'timeout_ms', request.timeoutMs, timeoutMs),
      maxRows: lowered('limit', 'max_rows', request.limit, maxRows),
      maxBytes,
      deniedTables: request.deniedTables ?? [],
      measure: request.measure ?? false,
      facts: /osquery_(schedule|packs)/i.test(request.sql) ? this.#options.facts?.() : undefined,
    };
  }

  #busy(): ShrikeError {
    return new ShrikeError('E_QUERY_BUSY', { workers: this.#size, waiting: this.#waiting.size });
  }

  #idle(): Slot | undefined {
    return [...this.#slots].find(({ state }) => state === 'idle');
  }

  #slotOf(run: QueryRun): Slot | undefined {
    return [...this.#slots].find((slot) => slot.runs(run));
  }

  #run(slot: Slot, run: QueryRun): void {
    slot.start(run);
    this.#memory.watch(() => this.stats().busy > 0);
  }

  /** Whose memory it is nobody can tell: the oldest query ends first, and all of them when that does not help in time. */
  #shed(far: boolean): void {
    const busy = [...this.#slots].filter(({ state }) => state === 'busy');
    if (!far && busy.some(({ stopping }) => stopping)) return;
    const oldest = busy.filter(({ stopping }) => !stopping).sort((a, b) => a.since - b.since);
    for (const slot of far ? oldest : oldest.slice(0, 1)) slot.fail(new ShrikeError('E_QUERY_MEMORY'));
  }

  #enqueue(run: QueryRun): void {
    this.#waiting.add(run);
    const expire = () => {
      this.#dequeue(run);
      run.fail(this.#busy());
    };
    this.#expiry.set(run, setTimeout(expire, this.#queueTimeoutMs));
    this.#grow();
  }

  #dequeue(run: QueryRun): boolean {
    clearTimeout(this.#expiry.get(run));
    this.#expiry.delete(run);
    return this.#waiting.delete(run);
  }

  #cancel(run: QueryRun): void {
    if (!this.#dequeue(run)) this.#slotOf(run)?.stop();
  }

  /** Starts another worker when queries wait, none is starting already, and there is room. */
  #grow(): void {
    const starting = [...this.#slots].some(({ state }) => state === 'starting');
    if (this.#closed || starting || this.#slots.size >= this.#size) return;
    const pause = this.#pausedUntil - performance.now();
    if (pause > 0) setTimeout(() => this.#waiting.size > 0 && this.#grow(), pause + 1).unref();
    else this.#spawn();
  }

  #spawn(): void {
    const { engine, system, events, heapMib, cacheKib, views = [], nice = 0 } = this.#options;
    const setup = { engine, system: system ?? { proc: '/proc', sys: '/sys', root: '' }, events, cacheKib: cacheKib ?? 8192, views, nice };
    const slot = new Slot(
      { setup, heapMib: heapMib ?? 256 },
      { idle: (which) => this.#onIdle(which), gone: (which, error) => this.#onGone(which, error) },
    );
    this.#slots.add(slot);
  }

  #onIdle(slot: Slot): void {
    this.#started?.resolve();
    this.#started = undefined;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#dequeue(next);
    this.#run(slot, next);
    if (this.#waiting.size > 0) this.#grow();
  }

  #onGone(slot: Slot, error: Error | undefined): void {
    this.#slots.delete(slot);
    if (error === undefined || this.#closed) return;
    this.#replaced++;
    if (slot.wasReady) {
      this.#grow();
      return;
    }
    const failure = new ShrikeError('E_QUERY_WORKER', { reason: error.message });
    this.#started?.reject(failure);
    this.#started = undefined;
    this.#pausedUntil = performance.now() + restartPauseMs;
    // With no worker left that could take them, waiting queries get the reason rather than a time-out.
    if (this.#slots.size > 0) return;
    for (const run of [...this.#waiting]) {
      this.#dequeue(run);
      run.fail(failure);
    }
  }

  #reap(): void {
    const idle = [...this.#slots].filter((slot) => slot.state === 'idle' && performance.now() - slot.since > idleMs);
    const spare = Math.min(idle.length, this.#slots.size - 1);
    for (const slot of idle.slice(0, spare)) void slot.close();
  }
}
