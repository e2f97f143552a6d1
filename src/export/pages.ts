/** The rows of an event table between two times, a page at a time, so that neither side holds more than one and no query runs long. */
import type { EventRow, EventTable } from './event-table.ts';
import { valueFor } from './event-table.ts';

/** Runs one query and gives its rows by column name. */
export type Ask = (
  sql: string,
  params: readonly unknown[],
  limit: number,
) => AsyncIterable<Readonly<Record<string, null | number | string>>>;

export interface Period {
  /** Seconds since the epoch; both included. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** Rows of a page, and of a row group of a Parquet file. */
export const pageRows = 10_000;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Oldest first, by eid. Events that happen while pages are read are not among them. */
export async function* pagesOf(table: EventTable, { since, until }: Period, ask: Ask, size = pageRows): AsyncGenerator<EventRow[]> {
  const names = table.columns.map((column) => quoted(column.name)).join(', ');
  const bounds = [...(since === undefined ? [] : [since]), ...(until === undefined ? [] : [until])];
  const period = `${since === undefined ? '' : ' AND time >= ?'}${until === undefined ? '' : ' AND time <= ?'}`;
  let end: unknown;
  for await (const row of ask(`SELECT max(eid) AS last FROM ${quoted(table.name)}`, [], 1)) end = row['last'];
  if (end === null || end === undefined) return;
  let after: unknown = 0;
  for (;;) {
    const page: EventRow[] = [];
    const sql = `SELECT ${names} FROM ${quoted(table.name)} WHERE eid > ? AND eid <= ?${period} ORDER BY eid LIMIT ${size}`;
    for await (const row of ask(sql, [after, end, ...bounds], size)) {
      after = row['eid'];
      // An event table gives nothing its column could not hold: text, numbers and NULL.
      page.push(table.columns.map((column) => (valueFor(column, row[column.name]) ?? null) as EventRow[number]));
    }
    if (page.length > 0) yield page;
    if (page.length < size) return;
  }
}
