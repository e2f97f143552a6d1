/**
 * The addon's interface, typed. `build/Release/shrike.node` is a Node addon and a SQLite loadable extension in one shared object.
 *
 * The event store behind it is per process: every worker that loads the addon sees the same rows.
 */
import { createRequire } from 'node:module';
import { addonPath } from './paths.ts';
import type { Value, Width } from './tables/spec.ts';

export interface NativeEventColumn {
  readonly name: string;
  readonly width: Width;
  readonly process: boolean;
  readonly hidden: boolean;
  /** SQL type for the declaration, e.g. `BIGINT`. */
  readonly type: string;
}

export interface NativeEventTable {
  readonly name: string;
  readonly columns: readonly NativeEventColumn[];
}

export interface NativeGeneratedTable {
  readonly name: string;
  readonly estimatedRows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly type: string;
    readonly hidden: boolean;
    readonly index: boolean;
    readonly additional: boolean;
    /** Requirement group, or the empty string. */
    readonly required: string;
  }[];
}

export interface NativeConstraint {
  readonly column: number;
  /** A `ConstraintOp` of `tables/spec.ts`. */
  readonly op: string;
  readonly values: readonly Value[];
}

/** Called for each scan of a generated table, on the connection's own thread. Rows are arrays in column order; errors thrown reach the user as their own message. */
export type GenerateRows = (table: number, constraints: readonly NativeConstraint[], usedColumns: bigint) => Iterable<readonly Value[]>;

export interface CounterSample {
  readonly table: string;
  readonly stage: string;
  readonly value: number;
}

export interface StoreTableStats {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  readonly chunks: number;
  /** Chunks that are on disk only. */
  readonly segments: number;
  readonly diskBytes: number;
  readonly retentionBytes: number | null;
  readonly retentionSeconds: number | null;
  /** NULL when empty. */
  readonly minTime: number | null;
  readonly maxTime: number | null;
  readonly minEid: number | null;
  readonly maxEid: number | null;
}

export interface SensorStatus {
  /** Why it could not start, or what went wrong with a recording; empty when nothing did. */
  readonly problem: string;
  readonly running: boolean;
  /** Records written to the recording so far. */
  readonly recorded: number;
  readonly warnings: readonly string[];
  /** Kernel object → `fentry`, `tp_btf` or `none`. */
  readonly sources: Readonly<Record<string, string>>;
}

export interface NativeSensorOptions {
  readonly bpfDir: string;
  readonly ringBytes: number;
  readonly watchReads: readonly string[];
  readonly dnsPorts?: readonly number[];
  readonly record?: string;
}

export interface Retention {
  /** Bytes on disk; the oldest go first. */
  readonly bytes?: number;
  /** Age of the newest row of a segment. */
  readonly seconds?: number;
}

export interface StoreStatus {
  /** Whether rows go to disk. */
  readonly persistent: boolean;
  /** Why nothing can be written now, in a sentence; empty when it can. */
  readonly error: string;
  /** Files that could not be read and were set aside since the agent started. */
  readonly setAside: number;
  readonly memoryBytes: number;
}

export interface Native {
  /**
   * Recovers what `directory` holds and keeps the store there from now on. After `storeOpen`, before the first row.
   *
   * @throws TypeError naming the folder that cannot be made.
   */
  storePersist(options: {
    readonly directory: string;
    readonly retention?: Retention;
    readonly tables?: Readonly<Record<string, Retention>>;
  }): void;
  /** Writes now what the store's thread would write within its next half second. */
  storeFlush(): void;
  /** Writes what is left and ends the store's thread. Idempotent. */
  storeStop(): void;
  storeStatus(): StoreStatus;

  // Sensor (process-wide; one at a time).
  /** Why there can be no runtime events here; empty when there can. */
  sensorUnavailable(): string;
  sensorStart(options: NativeSensorOptions): SensorStatus;
  sensorReplay(options: NativeSensorOptions & { readonly file: string; readonly speed: number }): SensorStatus;
  sensorStatus(): SensorStatus;
  sensorStop(): SensorStatus;
  /** What the sensor makes of a cgroup path; `runcNames` are containers that runc has state for. For tests. */
  sensorParseCgroup(
    path: string,
    runcNames: readonly string[],
  ): { readonly containerId: string | null; readonly podUid: string | null; readonly runtime: string | null };

  // Store (process-wide).
  /** May be called again: the budget changes, tables that are not there yet are made. `chunkRows` (at most 65,536) is for tests. */
  storeOpen(options: { readonly memoryBytes: number; readonly tables: readonly NativeEventTable[]; readonly chunkRows?: number }): void;
  /**
   * Synthetic rows for tests and imports: column order of the table without `eid`; process columns inline. Text may be a Buffer, for bytes that
   * are not UTF-8. Returns the last eid.
   */
  storeAppend(table: string, rows: readonly (readonly Value[])[]): number;
  /**
   * Made-up rows at full speed, for benchmarks and tests: `texts` different strings in the first text column, `contexts` different processes, a
   * second of time every 1,000 rows. Returns the last eid.
   */
  storeSynthetic(
    table: string,
    options: { readonly rows: number; readonly texts?: number; readonly contexts?: number; readonly seed?: number; readonly time?: number },
  ): number;
  /** Appends what the table holds `copies` times more, each copy `seconds` later than the one before, for benchmarks. Returns the rows added. */
  storeReplicate(table: string, options: { readonly copies: number; readonly seconds: number }): number;
  storeStats(): StoreTableStats[];
  /** Drops every row of every table, counting none of them. For tests. */
  storeClear(): void;
  counters(): CounterSample[];
  /** Counts for a stage that runs in JavaScript; shown beside the native ones. `n` is at least 0. */
  counterAdd(table: string, stage: string, n: number): void;

  // YARA (process-wide scanner, a process of its own; see native/yara/scanner/broker.cc).
  /** A new connection to the scanner, as the descriptor of a stream socket the caller owns. Starts the scanner if need be; throws when it cannot. */
  yaraConnect(executable: string): number;
  yaraClose(fd: number): void;
  /** Bytes the socket took without waiting; -1 when the scanner is gone. */
  yaraSend(fd: number, bytes: Uint8Array): number;
  /** Waits up to `waitMs` for bytes: how many came, 0 for none, -1 when the scanner is gone. */
  yaraReceive(fd: number, into: Uint8Array, waitMs: number): number;

  // SQLite (per thread). Call before opening a connection and `loadExtension(extensionPath)`; the extension declares the tables
  // registered on this thread on every connection opened on it.
  registerTables(generated: readonly NativeGeneratedTable[], generate: GenerateRows): void;
  /** The id of the newest connection on this thread that loaded the extension. */
  lastConnection(): number;
  /** From here on the connection only reads: the authorizer refuses all else. `deniedTables` may be replaced per statement. */
  lockConnection(connection: number): void;
  /** Names the statement that runs next, so that `interrupt` can only hit it. Call it before the statement is prepared: that is when tables are checked. */
  beginStatement(connection: number, token: number, deniedTables: readonly string[]): void;
  /** Returns the tables read, whether an interrupt reached it, and, where the authorizer refused it, why in words (SQLite's own message is only "not authorized"). */
  endStatement(connection: number): { readonly interrupted: boolean; readonly tables: readonly string[]; readonly refused: string | null };
  /** From any thread. Whether the token was the running statement. */
  interrupt(connection: number, token: number): boolean;
  /** On the connection's thread: whether the running statement was interrupted. */
  interrupted(connection: number): boolean;
}

/** Absolute path for `loadExtension`, without which SQLite cannot find the tables. */
export const extensionPath = addonPath;

let loaded: Native | undefined;

/** Loads the addon; throws when it was not built. */
export function native(): Native {
  loaded ??= createRequire(import.meta.url)(addonPath) as Native;
  return loaded;
}
