/** One run of one scheduled query: ask, compare with the last result, log, remember. */
import type { QueryPool, QueryResult } from '../query/pool.ts';
import { difference } from './differential.ts';
import { boundsEvents, type EventWindow, eventSources, withinWindow } from './event-window.ts';
import type { PackQuery } from './pack.ts';
import type { ResultLog } from './result-log.ts';
import { differenceLines, type LineHead, type LineSettings, rowTexts, snapshotLines } from './result-lines.ts';
import { digestOf, type ScheduleState, type StoredResult } from './state.ts';

export interface ExecutionContext {
  readonly pool: QueryPool;
  readonly state: ScheduleState;
  readonly results: ResultLog;
  readonly snapshots: ResultLog;
  readonly lines: LineSettings;
  readonly hostIdentifier: string;
  readonly epoch: number;
  /** Longest run in milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Decorations of this run. */
  decorations(): Promise<Readonly<Record<string, string>>>;
}

export interface Execution {
  readonly result: QueryResult;
  /** Of the log lines. */
  readonly outputBytes: number;
}

/** The newest event of these tables for which the condition holds; 0 when there is none. */
async function newestEvent(context: ExecutionContext, sources: readonly string[], condition: string): Promise<bigint> {
  let newest = 0n;
  for (const name of sources) {
    const sql = `SELECT max(eid) FROM main."${name}" WHERE ${condition}`;
    const eid = (await context.pool.all({ sql, timeoutMs: context.timeoutMs })).rows[0]?.[0];
    if ((typeof eid === 'number' || typeof eid === 'bigint') && BigInt(eid) > newest) newest = BigInt(eid);
  }
  return newest;
}

/** What is new since the last run. */
async function windowOf(
  context: ExecutionContext,
  query: PackQuery,
  sources: readonly string[],
  cursor: string | undefined,
): Promise<EventWindow> {
  // Twice the interval: runs are not exactly one apart, and no event is told yet where there is no cursor.
  const sinceTime = Math.floor(context.now() / 1000) - 2 * query.interval;
  const recent = `time >= ${sinceTime}`;
  if (cursor === undefined) return { after: undefined, upTo: await newestEvent(context, sources, recent), sinceTime };
  const after = BigInt(cursor);
  const upTo = await newestEvent(context, sources, `eid > ${after}`);
  if (upTo > 0n) return { after, upTo, sinceTime };
  // Nothing is newer. Recent events with lower numbers are of a store that began anew: its folder was removed, or it is in memory only.
  const newest = await newestEvent(context, sources, recent);
  return newest > 0n && newest < after ? { after: undefined, upTo: newest, sinceTime } : { after, upTo: after, sinceTime };
}

function headOf(context: ExecutionContext, query: PackQuery, counter: number, decorations: Readonly<Record<string, string>>): LineHead {
  const { hostIdentifier, epoch } = context;
  return { name: query.name, hostIdentifier, time: context.now(), epoch, counter, decorations };
}

async function log(file: ResultLog, lines: readonly string[]): Promise<number> {
  await file.append(lines);
  return lines.reduce((bytes, line) => bytes + Buffer.byteLength(line), 0);
}

async function ask({ pool, timeoutMs }: ExecutionContext, sql: string): Promise<QueryResult> {
  return pool.all({ sql, timeoutMs, measure: true });
}

async function snapshot(context: ExecutionContext, query: PackQuery): Promise<Execution> {
  const decorations = await context.decorations();
  const result = await ask(context, query.sql);
  const rows = rowTexts(result.columns, result.rows, context.lines);
  return { result, outputBytes: await log(context.snapshots, snapshotLines(headOf(context, query, 0, decorations), rows, context.lines)) };
}

/** Events only come: there is nothing to compare with, but where in them the last run ended. */
async function events(
  context: ExecutionContext,
  query: PackQuery,
  sources: readonly string[],
  before: StoredResult | undefined,
): Promise<Execution> {
  const decorations = await context.decorations();
  const window = await windowOf(context, query, sources, before?.cursor);
  const result = await ask(context, withinWindow(query.sql, sources, window));
  const added = rowTexts(result.columns, result.rows, context.lines);
  const counter = (before?.counter ?? 0) + (added.length > 0 ? 1 : 0);
  const outputBytes = await log(
    context.results,
    differenceLines(headOf(context, query, counter, decorations), { added, removed: [] }, context.lines),
  );
  await context.state.setResult(query.name, {
    digest: digestOf(query.sql),
    epoch: context.epoch,
    counter,
    // Without any event yet there is no place to go on from: eid > 0 would be all of history.
    ...(window.upTo > 0n ? { cursor: window.upTo.toString() } : {}),
    rows: [],
  });
  return { result, outputBytes };
}

async function differential(
  context: ExecutionContext,
  query: PackQuery,
  before: StoredResult | undefined,
  removals: boolean,
): Promise<Execution> {
  const decorations = await context.decorations();
  const result = await ask(context, query.sql);
  // Rows that a limit cut off would look removed.
  if (result.summary.truncated) throw new Error(`its result has more than ${result.rows.length} rows, too many to compare`);
  const rows = rowTexts(result.columns, result.rows, context.lines);
  const { added, removed } = difference(before?.rows ?? [], rows);
  const changed = added.length + removed.length > 0;
  const counter = before === undefined ? 0 : before.counter + (changed ? 1 : 0);
  const told = { added, removed: removals ? removed : [] };
  const outputBytes = await log(context.results, differenceLines(headOf(context, query, counter, decorations), told, context.lines));
  if (changed || before === undefined)
    await context.state.setResult(query.name, { digest: digestOf(query.sql), epoch: context.epoch, counter, rows });
  return { result, outputBytes };
}

/**
 * Runs the query once.
 *
 * @throws ShrikeError as the pool does; Error when a result cannot be compared or written. What was last told stays what the next run is compared with.
 */
export async function execute(context: ExecutionContext, query: PackQuery): Promise<Execution> {
  if (query.snapshot) return snapshot(context, query);
  const stored = await context.state.result(query.name);
  const before = stored !== undefined && stored.digest === digestOf(query.sql) && stored.epoch === context.epoch ? stored : undefined;
  const sources = eventSources(query.sql);
  if (sources.length > 0 && !boundsEvents(query.sql)) return events(context, query, sources, before);
  // Events that leave the span of time a query asks for are not removed.
  return differential(context, query, before, query.removed && sources.length === 0);
}
