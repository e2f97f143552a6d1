/** What the pool and a worker say to each other. Both ends are this package, so messages are typed and not checked. */
import type { ErrorCode } from '../errors.ts';
import type { EngineFacts } from '../tables/spec.ts';
import type { Cell, Column, Format } from './encode.ts';
import type { Bindings } from './params.ts';
import type { ViewSpec } from './views.ts';

/** Slots of the control array that both threads share. */
export const control = {
  /** Chunks the worker may still send before it has to wait. */
  credits: 0,
  /** Token of the statement that is to stop; 0 for none. */
  stop: 1,
  length: 2,
} as const;

/** Given to a worker once, as its workerData. */
export interface WorkerSetup {
  readonly control: Int32Array;
  readonly engine: Omit<EngineFacts, 'tables'>;
  readonly system: { readonly proc: string; readonly sys: string; readonly root: string };
  /** Whether event tables are there: false in a command that answers without the agent. */
  readonly events: boolean;
  /** Bound of SQLite's page cache, in KiB. */
  readonly cacheKib: number;
  /** Views beside our own, as name and SELECT. */
  readonly views: readonly ViewSpec[];
  /** Niceness of the thread, for queries that nobody waits for. */
  readonly nice: number;
}

/** Facts that change while the agent runs. */
export type LiveFacts = Pick<EngineFacts, 'schedule' | 'packs'>;

/** What a query cost its worker. */
export interface QueryCost {
  readonly userMs: number;
  readonly systemMs: number;
  /** Growth of the JavaScript heap, in bytes. */
  readonly memory: number;
}

export interface RunMessage {
  readonly type: 'run';
  readonly token: number;
  readonly sql: string;
  readonly bindings: Bindings;
  readonly format: Format;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly deniedTables: readonly string[];
  /** Whether the summary is to have the cost. */
  readonly measure: boolean;
  readonly facts: LiveFacts | undefined;
}

export type ToWorker = RunMessage | { readonly type: 'close' };

/** Encoded text, or rows of values. */
export type ChunkData = Uint8Array | readonly (readonly Cell[])[];

export interface Summary {
  readonly rows: number;
  readonly bytes: number;
  /** More rows were there than the limits let through. */
  readonly truncated: boolean;
  readonly warnings: readonly string[];
  /** Tables the statement read. */
  readonly tables: readonly string[];
  /** Milliseconds in the worker, preparing included, waiting for a slow reader included. */
  readonly elapsedMs: number;
  readonly cost?: QueryCost;
}

export type FromWorker =
  | { readonly type: 'ready'; readonly connection: number }
  | { readonly type: 'columns'; readonly token: number; readonly columns: readonly Column[] }
  | { readonly type: 'chunk'; readonly token: number; readonly data: ChunkData; readonly rows: number }
  | { readonly type: 'done'; readonly token: number; readonly summary: Summary }
  | {
      readonly type: 'failed';
      readonly token: number;
      readonly code: ErrorCode;
      readonly details: Readonly<Record<string, string | number>>;
      readonly position: number | undefined;
      readonly warnings: readonly string[];
    };
