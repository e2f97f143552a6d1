/** The schedule in the agent: which packs are there, what of them runs, and reading them again when their files change. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { bytesOf } from '../config/schema.ts';
import type { ScheduleConfig } from '../config/schedule.ts';
import type { Logger } from '../log.ts';
import type { LiveFacts } from '../query/protocol.ts';
import { type PoolOptions, QueryPool } from '../query/pool.ts';
import { readHostUuid } from '../tables/lib/host-uuid.ts';
import { parseAssignments } from '../tables/lib/os-release.ts';
import { type Machine, notHere } from './applies.ts';
import { checkQuery } from './check.ts';
import { Decorations } from './decorations.ts';
import { Discovery } from './discovery.ts';
import { withOptions } from './options.ts';
import { ScheduleReader } from './osquery-config.ts';
import type { PackQuery, Schedule } from './pack.ts';
import { ResultLog } from './result-log.ts';
import { ScheduleRunner } from './runner.ts';
import { ScheduleState } from './state.ts';

/** How often the files are looked at for changes. */
const reloadMs = 10_000;
/** Queries nobody waits for give way to those that somebody does. */
const niceness = 10;

export const scheduleFiles = { packs: 'packs', state: 'schedule', results: 'results.log', snapshots: 'snapshots.log' } as const;

export interface ScheduleOptions {
  readonly config: ScheduleConfig;
  readonly dataDir: string;
  readonly log: Logger;
  /** As the pool of other queries has it. */
  readonly pool: Pick<PoolOptions, 'engine' | 'events' | 'heapMib' | 'memoryBytes' | 'limits'>;
}

export interface RunningSchedule {
  /** For osquery_schedule and osquery_packs. */
  facts(): LiveFacts;
  stop(): Promise<void>;
}

/** This machine, as packs choose by it. */
export function thisMachine(): Machine {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // A machine without one is of no distribution.
  }
  return { hostname: hostname(), distribution: parseAssignments(release).get('ID') ?? '' };
}

/** Files of packs in the data folder. */
export function importedPacks(dataDir: string): string[] {
  const folder = join(dataDir, scheduleFiles.packs);
  try {
    return readdirSync(folder)
      .filter((name) => /\.(json|conf)$/.test(name))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** What of a schedule is for this machine; the rest with the reason. */
export function forMachine(
  schedule: Schedule,
  machine: Machine,
): { readonly queries: readonly PackQuery[]; readonly skipped: ReadonlyMap<string, string> } {
  const packs = new Map(schedule.packs.map((pack) => [pack.name, notHere(pack, machine)]));
  const skipped = new Map<string, string>();
  const queries = schedule.queries.filter((query) => {
    const ofPack = query.pack === undefined ? undefined : packs.get(query.pack);
    const reason = ofPack === undefined ? notHere(query, machine) : `its pack ${ofPack}`;
    if (reason !== undefined) skipped.set(query.name, reason);
    return reason === undefined;
  });
  return { queries, skipped };
}

/** One set of files, running. */
interface Loaded {
  readonly pool: QueryPool;
  readonly runner: ScheduleRunner;
  readonly discovery: Discovery;
  readonly decorations: Decorations;
}

class ScheduleService implements RunningSchedule {
  readonly #options: ScheduleOptions;
  readonly #results: ResultLog;
  readonly #snapshots: ResultLog;
  #loaded: Loaded | undefined;
  #stamp = '';
  #timer: NodeJS.Timeout | undefined;
  #reloading: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    const { dataDir, config } = options;
    const file = (name: string) =>
      new ResultLog({ path: join(dataDir, name), maxBytes: bytesOf(config.log.size), files: config.log.files });
    this.#results = file(scheduleFiles.results);
    this.#snapshots = file(scheduleFiles.snapshots);
  }

  /** Many queries take a while to check: the agent does not wait for them. */
  start(): void {
    this.#reloading = this.#reloadIfChanged();
    this.#timer = setInterval(() => {
      this.#reloading = this.#reloading.then(() => this.#reloadIfChanged());
    }, reloadMs);
    this.#timer.unref();
  }

  facts(): LiveFacts {
    if (this.#loaded === undefined) return {};
    return { schedule: this.#loaded.runner.rows(), packs: this.#loaded.discovery.rows() };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#reloading;
    await this.#unload();
    await Promise.all([this.#results.close(), this.#snapshots.close()]);
  }

  #files(): string[] {
    return [...this.#options.config.packs, ...importedPacks(this.#options.dataDir)];
  }

  async #reloadIfChanged(): Promise<void> {
    const files = this.#files();
    const stamp = files.map((path) => {
      const info = statSync(path, { throwIfNoEntry: false });
      return `${path}:${info?.ino}:${info?.size}:${info?.mtimeMs}`;
    });
    if (this.#stopped || stamp.join('\n') === this.#stamp) return;
    this.#stamp = stamp.join('\n');
    try {
      await this.#unload();
      if (files.length > 0) await this.#load(files);
    } catch (error) {
      this.#options.log.error({ error }, 'the schedule cannot run');
    }
  }

  async #unload(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    if (loaded === undefined) return;
    loaded.discovery.stop();
    loaded.decorations.stop();
    await loaded.runner.stop();
    await loaded.pool.close();
    await loaded.runner.idle();
  }

  async #load(files: readonly string[]): Promise<void> {
    const { log, dataDir } = this.#options;
    const reader = new ScheduleReader();
    for (const file of files) reader.addFile(file);
    const schedule = reader.schedule();
    const config = withOptions(this.#options.config, schedule.options);
    for (const { where, reason } of schedule.problems) log.warn({ where, reason }, 'part of a pack is left out');
    const { queries, skipped } = forMachine(schedule, thisMachine());
    const pool = await this.#startPool(schedule);
    const runnable: PackQuery[] = [];
    for (const query of queries) {
      const { problem } = await checkQuery(pool, query.sql);
      if (problem === undefined) runnable.push(query);
      else log.warn({ query: query.name, reason: problem }, 'a scheduled query cannot run and is left out');
    }
    const discovery = new Discovery(schedule.packs, pool, log);
    const decorations = new Decorations(schedule.decorators, pool, log);
    await discovery.start(config.pack_refresh);
    await decorations.start();
    const runner = new ScheduleRunner({
      queries: runnable,
      log,
      parallel: config.workers,
      splayPercent: config.splay_percent,
      denylistAfter: config.denylist_after,
      denylistSeconds: config.denylist_seconds,
      active: (pack) => discovery.active(pack),
      context: {
        pool,
        state: new ScheduleState(join(dataDir, scheduleFiles.state)),
        results: this.#results,
        snapshots: this.#snapshots,
        lines: {
          events: config.log.events,
          snapshotEvents: config.log.snapshot_events,
          numerics: config.log.numerics,
          decorationsTopLevel: config.log.decorations_top_level,
        },
        hostIdentifier:
          config.host_identifier === 'uuid' ? readHostUuid({ proc: '/proc', sys: '/sys', root: '', now: Date.now }) : hostname(),
        epoch: config.epoch,
        timeoutMs: config.budget_ms,
        now: Date.now,
        decorations: () => decorations.current(),
      },
    });
    this.#loaded = { pool, runner, discovery, decorations };
    runner.start();
    log.info(
      { files: files.length, queries: runnable.length, unsupported: queries.length - runnable.length, skipped: skipped.size },
      'the schedule runs',
    );
  }

  /** A pool of its own: a slow scheduled query takes no worker from those who wait for an answer. */
  async #startPool(schedule: Schedule): Promise<QueryPool> {
    const { config, pool: options } = this.#options;
    const pool = new QueryPool({
      ...options,
      limits: { ...options.limits, timeoutMs: config.budget_ms },
      workers: config.workers,
      queue: 10_000,
      // Workers are taken in turn, so a query waits at most for the decorators of others.
      queueTimeoutMs: 600_000,
      nice: niceness,
      views: Object.entries(schedule.views).map(([name, sql]) => ({ name, sql, description: '' })),
      facts: () => this.facts(),
    });
    await pool.start();
    return pool;
  }
}

/** Runs the packs of the configuration and the data folder until it is stopped. Mistakes in them are logged by name and do not stop the rest. */
export function startSchedule(options: ScheduleOptions): RunningSchedule {
  const service = new ScheduleService(options);
  service.start();
  return service;
}
