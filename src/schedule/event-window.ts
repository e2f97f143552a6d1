/**
 * Lets a query of events see each of them once: the tables it reads are shadowed by common table expressions over what is new.
 *
 * `SELECT * FROM process_events` becomes `WITH process_events AS (SELECT … FROM main.process_events WHERE eid > 7 AND eid <= 9) SELECT …`.
 * A query that bounds events by time itself is left as it is.
 */
import { type Token, tokenize, unquote } from '../query/lexer.ts';
import { views } from '../query/views.ts';
import { findTable, tables } from '../tables/index.ts';

export interface EventWindow {
  /** Exclusive; undefined: from `sinceTime` on. */
  readonly after: bigint | undefined;
  readonly upTo: bigint;
  /** Seconds since the epoch. */
  readonly sinceTime: number;
}

const eventTables = new Set(tables.filter(({ kind }) => kind === 'event').map(({ name }) => name));
/** Views over one event table that pass on its eid and time. */
const eventViews = new Set(
  views.filter(({ sql }) => [...eventTables].some((table) => new RegExp(`FROM ${table}\\b`).test(sql))).map(({ name }) => name),
);

const isName = ({ kind }: Token) => kind === 'word' || kind === 'quoted';

/** Event tables, and views over them, that the query names. */
export function eventSources(sql: string): string[] {
  const names = [...tokenize(sql)].filter(isName).map((token) => unquote(token.text).toLowerCase());
  return [...new Set(names)].filter((name) => eventTables.has(name) || eventViews.has(name));
}

/** Whether the query says itself which events it wants: by time or eid. */
export function boundsEvents(sql: string): boolean {
  return /\b(time|eid|ntime)"?\s*(>=?|<=?|=|==|between\b|in\b)/i.test(sql) || /(>=?|<=?|=)\s*(\w+\.)?"?(time|eid|ntime)\b/i.test(sql);
}

function columnsOf(name: string, sql: string): string {
  const table = findTable(name);
  if (table === undefined) return '*';
  // Hidden columns only where they are named, so that SELECT * gives what it always gives.
  const named = new Set([...tokenize(sql)].filter(isName).map((token) => unquote(token.text).toLowerCase()));
  return table.columns
    .filter((column) => column.hidden !== true || named.has(column.name))
    .map((column) => `"${column.name}"`)
    .join(', ');
}

/** The condition that holds for events in the window. */
export function windowCondition({ after, upTo, sinceTime }: EventWindow): string {
  return `${after === undefined ? `time >= ${sinceTime}` : `eid > ${after}`} AND eid <= ${upTo}`;
}

/** The query over the window alone. */
export function withinWindow(sql: string, sources: readonly string[], window: EventWindow): string {
  const shadows = sources
    .map((name) => `"${name}" AS (SELECT ${columnsOf(name, sql)} FROM main."${name}" WHERE ${windowCondition(window)})`)
    .join(', ');
  const tokens = tokenize(sql);
  const first = tokens.next().value;
  if (first === undefined || first === null) return sql;
  if (first.text.toUpperCase() !== 'WITH') return `WITH ${shadows} ${sql}`;
  const second = tokens.next().value;
  const recursive = second !== undefined && second !== null && second.text.toUpperCase() === 'RECURSIVE';
  const end = recursive ? second.end : first.end;
  return `${sql.slice(0, end)} ${shadows}, ${sql.slice(end)}`;
}
