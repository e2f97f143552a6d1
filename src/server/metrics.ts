/** Prometheus metrics. Everything is read when it is asked for, so that being measured costs nothing in between. */
import { readdirSync } from 'node:fs';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Native } from '../native.ts';
import type { PoolStats, QueryEnd } from '../query/pool.ts';

export interface MetricSources {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly native: Pick<Native, 'counters' | 'storeStats'>;
  pool(): PoolStats;
}

/** The registry and the few numbers that are counted here. */
export class Metrics {
  readonly registry = new Registry();
  readonly #queries: Counter<'outcome'>;
  readonly #rows: Counter;
  readonly #bytes: Counter;
  readonly #seconds: Histogram;
  readonly #requests: Counter<'route' | 'method' | 'status'>;

  constructor() {
    const registers = [this.registry];
    this.#queries = new Counter({
      name: 'shrike_queries_total',
      help: 'SQL queries by outcome: ok, truncated or an error code',
      labelNames: ['outcome'],
      registers,
    });
    this.#rows = new Counter({ name: 'shrike_query_rows_total', help: 'Rows given by SQL queries', registers });
    this.#bytes = new Counter({ name: 'shrike_query_bytes_total', help: 'Bytes of encoded rows given by SQL queries', registers });
    const buckets = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];
    this.#seconds = new Histogram({
      name: 'shrike_query_seconds',
      help: 'Seconds from submission to the end of a SQL query',
      buckets,
      registers,
    });
    this.#requests = new Counter({
      name: 'shrike_http_requests_total',
      help: 'HTTP requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    });
  }

  query(end: QueryEnd): void {
    this.#queries.inc({ outcome: end.outcome });
    this.#rows.inc(end.rows);
    this.#bytes.inc(end.bytes);
    this.#seconds.observe(end.elapsedMs / 1000);
  }

  request(route: string, method: string, status: number): void {
    this.#requests.inc({ route, method, status: String(status) });
  }

  /** Adds what is read from elsewhere. Call once. */
  observe(sources: MetricSources): void {
    this.#observeProcess(sources);
    this.#observeStore(sources);
    const registers = [this.registry];
    new Gauge({
      name: 'shrike_query_workers',
      help: 'Query workers by state',
      labelNames: ['state'],
      registers,
      collect() {
        const { workers, busy } = sources.pool();
        this.set({ state: 'busy' }, busy);
        this.set({ state: 'idle' }, workers - busy);
      },
    });
    new Gauge({
      name: 'shrike_query_waiting',
      help: 'Queries that wait for a worker',
      registers,
      collect() {
        this.set(sources.pool().waiting);
      },
    });
    new Gauge({
      name: 'shrike_query_workers_replaced',
      help: 'Query workers that died or were given up since the start',
      registers,
      collect() {
        this.set(sources.pool().replaced);
      },
    });
  }

  #observeStore({ native }: MetricSources): void {
    const registers = [this.registry];
    new Counter({
      name: 'shrike_events_total',
      help: 'Events by table and stage: produced, received, stored, evicted, lost and so on, as in shrike_counters',
      labelNames: ['table', 'stage'],
      registers,
      collect() {
        this.reset();
        for (const { table, stage, value } of native.counters()) this.inc({ table, stage }, value);
      },
    });
    const perTable = (name: string, help: string, field: 'rows' | 'bytes') =>
      new Gauge({
        name,
        help,
        labelNames: ['table'],
        registers,
        collect() {
          for (const table of native.storeStats()) this.set({ table: table.name }, table[field]);
        },
      });
    perTable('shrike_store_rows', 'Rows held in the event store', 'rows');
    perTable('shrike_store_bytes', 'Bytes held in the event store', 'bytes');
  }

  #observeProcess({ version, startTime }: MetricSources): void {
    const registers = [this.registry];
    new Gauge({ name: 'shrike_build_info', help: 'Always 1; the version is a label', labelNames: ['version'], registers }).set(
      { version },
      1,
    );
    new Gauge({ name: 'process_start_time_seconds', help: 'When the agent started, in seconds since the epoch', registers }).set(
      startTime / 1000,
    );
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    gauge('process_resident_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
    gauge('process_open_fds', 'Open file descriptors', () => readdirSync('/proc/self/fd').length);
    gauge('nodejs_heap_used_bytes', 'JavaScript heap in use on the main thread', () => process.memoryUsage().heapUsed);
    new Counter({
      name: 'process_cpu_seconds_total',
      help: 'CPU time of all threads',
      registers,
      collect() {
        const { user, system } = process.cpuUsage();
        this.reset();
        this.inc((user + system) / 1e6);
      },
    });
  }
}
