/**
 * What a table is, declared once.
 *
 * SQL declaration, documentation, the schema browser, OpenAPI and the native store's layout are all derived from a `TableSpec`.
 * Names and columns are osquery's where osquery has the table; columns of ours follow them.
 */

/** SQL type of a column, in osquery's words. `BIGINT` and `UNSIGNED_BIGINT` are 64-bit; JSON carries them as numbers while they are exact. `DATETIME` holds seconds since the epoch. */
export type ColumnType = 'TEXT' | 'INTEGER' | 'BIGINT' | 'UNSIGNED_BIGINT' | 'DOUBLE' | 'BLOB' | 'DATETIME';

/** How an event column is laid out in the native store. `text` is dictionary-coded; the rest are fixed-width arrays. `u32` has no NULL. */
export type Width = 'i8' | 'i32' | 'u32' | 'i64' | 'f64' | 'text';

export interface ColumnSpec {
  readonly name: string;
  readonly type: ColumnType;
  /** One sentence, with the unit where there is one. */
  readonly description: string;
  /** Not in `SELECT *`. */
  readonly hidden?: boolean;
  /** A query must give this column by `=`, `IN` or `LIKE` (a generator that cannot use the pattern warns); see `requiredGroup`. */
  readonly required?: boolean;
  /** Columns with the same group name: giving any one of them satisfies the requirement (osquery: `file` wants `path` or `directory`). */
  readonly requiredGroup?: string;
  /** `=` and `IN` on this column are handed to the generator and make the plan cheap. */
  readonly index?: boolean;
  /** Handed to the generator if present, but does not replace a scan in the planner's eyes. */
  readonly additional?: boolean;
  /** Event tables only: layout in the store. Default by type: TEXT→text, INTEGER→i32, BIGINT→i64, UNSIGNED_BIGINT→i64, DOUBLE→f64. */
  readonly width?: Width;
  /** Event tables only: `process` columns are stored once per process image and chunk, `row` columns (default) per event. */
  readonly scope?: 'row' | 'process';
}

interface TableSpecBase {
  readonly name: string;
  /** One or two sentences for the reference. */
  readonly description: string;
  readonly columns: readonly ColumnSpec[];
  /** Runnable SQL; each is executed by a test. */
  readonly examples: readonly string[];
  /** Where the facts come from: a file, a system call, a kernel hook. */
  readonly source: string;
}

/** Rows come from the native event store. Column order: common columns first (see `events/common.ts`), then the table's own. */
export interface EventTableSpec extends TableSpecBase {
  readonly kind: 'event';
}

/** Rows are produced by a generator at query time, in the query worker. */
export interface GeneratedTableSpec extends TableSpecBase {
  readonly kind: 'state' | 'kubernetes' | 'engine';
  /** Estimated rows of a full scan, for the planner. Default 1,000. */
  readonly estimatedRows?: number;
  rows(context: TableContext): Iterable<Row>;
}

export type TableSpec = EventTableSpec | GeneratedTableSpec;

export type Value = null | number | bigint | string | boolean | Uint8Array;
/** One row, by column name; a column left out is NULL. */
export type Row = Readonly<Record<string, Value | undefined>>;

export type ConstraintOp = '=' | '>' | '<=' | '<' | '>=' | 'LIKE' | 'GLOB' | 'REGEXP' | '!=' | 'IS' | 'IS NULL' | 'IS NOT NULL';

/** A constraint the planner pushed down. Generators may use it to produce fewer rows; SQLite checks again, so too many is never wrong. */
export interface Constraint {
  readonly column: string;
  readonly op: ConstraintOp;
  /** Several for `IN`, none for `IS NULL`. */
  readonly values: readonly Value[];
}

/** Everything a generator may touch. Roots and clocks are arguments so that a fixture tree can stand in for the machine. */
export interface System {
  /** Default `/proc`. */
  readonly proc: string;
  /** Default `/sys`. */
  readonly sys: string;
  /** Prefix of every other file (`/etc/passwd`, …). Default the empty string. */
  readonly root: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

export interface TableContext {
  readonly constraints: readonly Constraint[];
  /** Values given by `=` or `IN`, or undefined when the column is not so constrained. */
  equals(column: string): readonly Value[] | undefined;
  /** Whether the query reads this column: skip expensive ones that it does not. */
  uses(column: string): boolean;
  readonly system: System;
  /** A fact that could not be read: reported beside the rows, once per distinct text. */
  warn(message: string): void;
  /** Throws when the query was cancelled or ran out of time. Call it in long loops that yield nothing. */
  checkInterrupt(): void;
  /** Engine facts that only the agent knows (see `EngineFacts`); undefined columns are NULL when no agent runs. */
  readonly engine: EngineFacts;
}

export interface EngineFacts {
  readonly version: string;
  readonly dataDir: string;
  readonly startTime: number;
  /** Where each hook's events come from, from the sensor's probe: `{hook: 'lsm' | 'fentry' | 'tp_btf' | 'tracepoint' | 'none'}`. */
  readonly sources: Readonly<Record<string, string>>;
  /** Every registered table. */
  readonly tables: readonly TableSpec[];
  /** Rows of `osquery_schedule` and `osquery_packs`, from the runner of schedules; undefined when none runs. */
  readonly schedule?: readonly Row[];
  readonly packs?: readonly Row[];
  /** Tables that may use the network, by the configuration: none by default (`curl`, `ec2_instance_metadata`, …). */
  readonly networkTables?: readonly string[];
  /** YARA signature groups of the configuration: files and folders of rules. */
  readonly signatures?: Readonly<Record<string, readonly string[]>>;
}
