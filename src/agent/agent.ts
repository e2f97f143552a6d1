/** The agent: what `shrike run` starts, and in which order it starts and stops. */
import { bytesOf, type Config } from '../config/schema.ts';
import { dataFiles } from '../config/data-dir.ts';
import { removeAgentFile, writeAgentFile } from '../config/agent-file.ts';
import { ShrikeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { native } from '../native.ts';
import { type PoolOptions, QueryPool } from '../query/pool.ts';
import { type RunningSchedule, startSchedule } from '../schedule/service.ts';
import { YaraService } from '../scan/yara-service.ts';
import { replaySensor, type SensorHandle, type SensorOptions, startSensor } from '../sensor.ts';
import { defaultListen, isLocal, parseAddress, showAddress } from '../server/address.ts';
import { Metrics } from '../server/metrics.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { type PreparedToken, prepareToken, Tokens } from '../server/tokens.ts';
import { version } from '../version.ts';
import { clearTemporary, type DataDirLock, lockDataDir, prepareDataDir } from './lock.ts';
import { keepEvents, openStore } from './store.ts';
import { join } from 'node:path';

export interface AgentOptions {
  readonly config: Config;
  readonly dataDir: string;
  readonly log: Logger;
  /** Play this recording instead of watching the kernel. `speed` 1 keeps its timing, 0 is as fast as possible. */
  readonly replay?: { readonly file: string; readonly speed: number } | undefined;
}

export interface Agent {
  readonly url: string;
  readonly tokenPath: string;
  readonly tokenCreated: boolean;
  /** Where each kernel object's events come from; empty without a sensor. */
  readonly sources: Readonly<Record<string, string>>;
  /** What is missing and what that costs, a sentence each. */
  readonly warnings: readonly string[];
  /** Ends queries, detaches the sensor, frees the data folder. Idempotent. */
  stop(): Promise<void>;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** A power of two that is at least this. */
const powerOfTwo = (bytes: number) => 2 ** Math.ceil(Math.log2(bytes));

/** What was started, taken down in reverse order. */
class Started {
  readonly #steps: { readonly what: string; readonly stop: () => unknown }[] = [];
  readonly #log: Logger;
  #stopped: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(what: string, stop: () => unknown): void {
    this.#steps.push({ what, stop });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#takeDown();
    return this.#stopped;
  }

  async #takeDown(): Promise<void> {
    for (const { what, stop } of this.#steps.reverse()) {
      try {
        await stop();
      } catch (error) {
        // The rest has to be stopped all the same.
        this.#log.error({ error }, `cannot stop the ${what}`);
      }
    }
  }
}

interface Events {
  readonly sensor: SensorHandle | undefined;
  readonly warnings: readonly string[];
}

/** A machine without BPF runs the rest of the agent; a recording that cannot be played is what was asked for, and fails. */
function startEvents({ config, replay }: AgentOptions): Events {
  const { buffers, watch } = config.sensor;
  const options: SensorOptions = { ringBytes: powerOfTwo(bytesOf(buffers.ring)), watchReads: watch.reads, dnsPorts: watch.dns_ports };
  if (replay !== undefined) return { sensor: replaySensor(replay.file, replay.speed, options), warnings: [] };
  if (!config.sensor.enabled) return { sensor: undefined, warnings: ['The sensor is off: event tables stay empty.'] };
  try {
    const sensor = startSensor(options);
    return { sensor, warnings: sensor.warnings };
  } catch (error) {
    if (!(error instanceof ShrikeError)) throw error;
    return { sensor: undefined, warnings: [`No kernel events, event tables stay empty: ${messageOf(error)}.`] };
  }
}

function readToken(dataDir: string): PreparedToken {
  try {
    return prepareToken(dataDir);
  } catch (error) {
    throw new ShrikeError('E_DATA_DIR', { dir: dataDir, reason: messageOf(error) });
  }
}

/** What every pool of the agent has. */
function poolOptions({ config, dataDir }: AgentOptions, sensor: SensorHandle | undefined, startTime: number) {
  const { query } = config;
  return {
    engine: {
      version,
      dataDir,
      startTime,
      sources: sensor?.sources ?? {},
      signatures: config.yara.signatures,
      networkTables: config.tables.network,
    },
    events: true,
    memoryBytes: bytesOf(query.memory),
    heapMib: Math.max(16, Math.round(bytesOf(query.worker_memory) / 2 ** 20)),
    limits: {
      timeoutMs: query.timeout_ms,
      maxRows: query.max_rows,
      maxBytes: bytesOf(query.max_bytes),
      maxSqlBytes: bytesOf(query.max_sql_bytes),
    },
  };
}

async function startPool(options: AgentOptions, metrics: Metrics, shared: PoolOptions): Promise<QueryPool> {
  const { config, log } = options;
  const { query } = config;
  const pool = new QueryPool({
    ...shared,
    workers: query.workers,
    queue: query.queue,
    queueTimeoutMs: query.queue_timeout_ms,
    onEnd: (end) => {
      metrics.query(end);
      if (end.elapsedMs >= config.server.slow_ms) log.warn({ ...end, sql: end.sql.slice(0, 500) }, 'slow query');
    },
  });
  await pool.start();
  return pool;
}

async function startHttp(
  options: AgentOptions,
  pool: QueryPool,
  yara: YaraService,
  metrics: Metrics,
  token: PreparedToken,
): Promise<RunningServer> {
  const { config, log } = options;
  const { server, query, tls } = config;
  const address = parseAddress(config.listen ?? defaultListen);
  return startServer({
    address,
    tls,
    tokens: new Tokens([token.digest, ...config.tokens]),
    pool,
    yara,
    metrics,
    log,
    version,
    bodyLimit: bytesOf(server.body_limit),
    rateLimit: server.rate_limit,
    slowMs: server.slow_ms,
    stallMs: query.timeout_ms + query.queue_timeout_ms + 30_000,
    problems: () => {
      const { error } = native().storeStatus();
      return [
        ...(pool.stats().workers > 0 ? [] : ['no query worker runs']),
        ...(error === '' ? [] : [`events are in memory only: ${error}`]),
      ];
    },
  });
}

function addressWarnings(config: Config): string[] {
  const address = parseAddress(config.listen ?? defaultListen);
  if (isLocal(address) || config.tls !== undefined) return [];
  return [
    `${showAddress(address)} is reachable from other machines without TLS: tokens and answers can be read on the way. Set tls.cert and tls.key.`,
  ];
}

async function startAll(options: AgentOptions, started: Started): Promise<Agent> {
  const { config, dataDir } = options;
  const startTime = Date.now();
  // Mistakes in the address are cheapest to say before anything starts.
  const warnings = addressWarnings(config);
  prepareDataDir(dataDir);
  const lock: DataDirLock = lockDataDir(dataDir);
  started.add('lock', () => lock.release());
  clearTemporary(dataDir);
  const token = readToken(dataDir);
  if (token.differs)
    warnings.push(
      `${join(dataDir, dataFiles.token)} is not the token that is accepted; delete it and ${dataFiles.tokenHash} to make a new one.`,
    );
  openStore(config);
  if (config.store.persist) {
    keepEvents(config, dataDir);
    started.add('store', () => native().storeStop());
  }
  const { sensor, warnings: lacking } = startEvents(options);
  const missing = [...lacking];
  if (sensor !== undefined) started.add('sensor', () => sensor.stop());
  const metrics = new Metrics();
  const shared = poolOptions(options, sensor, startTime);
  let schedule: RunningSchedule | undefined;
  const pool = await startPool(options, metrics, { ...shared, facts: () => schedule?.facts() ?? {} });
  started.add('query pool', () => pool.close());
  metrics.observe({ version, startTime, native: native(), pool: () => pool.stats() });
  const yara = new YaraService({ config: config.yara, pool, log: options.log, events: sensor !== undefined });
  started.add('YARA scanner', () => yara.stop());
  missing.push(...(await yara.start()));
  schedule = startSchedule({ config: config.schedule, dataDir, log: options.log, pool: shared });
  started.add('schedule', () => schedule?.stop());
  const server = await startHttp(options, pool, yara, metrics, token);
  started.add('server', () => server.close());
  const certificate = config.tls === undefined ? {} : { certificate: config.tls.cert };
  writeAgentFile(dataDir, { url: server.url, started: startTime, version, ...certificate });
  started.add('agent file', () => removeAgentFile(dataDir));
  return {
    url: server.url,
    tokenPath: join(dataDir, dataFiles.token),
    tokenCreated: token.created,
    sources: sensor?.sources ?? {},
    warnings: [...warnings, ...missing],
    stop: () => started.stop(),
  };
}

/**
 * Starts the agent.
 *
 * @throws ShrikeError E_DATA_DIR, E_DATA_DIR_LOCKED, E_NOT_BUILT, E_SENSOR (a recording), E_QUERY_WORKER, E_LISTEN_*, E_TLS; what had started by then is stopped.
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const started = new Started(options.log);
  try {
    return await startAll(options, started);
  } catch (error) {
    await started.stop();
    throw error;
  }
}
