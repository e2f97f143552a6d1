/** `shrike tables --cost`: reads each table once, from this process, and says what it took. */
import { dataDirOf } from '../config/data-dir.ts';
import { ShrikeError } from '../errors.ts';
import { QueryPool } from '../query/pool.ts';
import { tables } from '../tables/index.ts';
import type { TableSpec } from '../tables/spec.ts';
import { version } from '../version.ts';
import { createPrinter } from './printer.ts';
import { formatOf } from './query-command.ts';
import { exitCodes } from './report.ts';
import { tableNamed } from './tables-command.ts';
import { styleFor } from './text.ts';

/** A table that takes longer is told so. */
const limitMs = 5000;

interface Cost {
  readonly name: string;
  readonly rows: number | null;
  /** Milliseconds of a reading of all rows and columns. */
  readonly ms: number | null;
  /** CPU milliseconds of it. */
  readonly cpu_ms: number | null;
  /** Columns that make it cheap. */
  readonly bounded_by: string;
  readonly note: string;
}

function boundsOf({ columns }: TableSpec): string {
  return columns
    .filter(({ index, required }) => index === true || required === true)
    .map(({ name }) => name)
    .join(', ');
}

async function measure(pool: QueryPool, table: TableSpec): Promise<Cost> {
  const cost = { name: table.name, rows: null, ms: null, cpu_ms: null, bounded_by: boundsOf(table), note: '' };
  if (table.columns.some(({ required }) => required === true))
    return { ...cost, note: 'gives nothing without a bound; costs what the bound leaves' };
  try {
    const { summary } = await pool.all({ sql: `SELECT * FROM "${table.name}"`, measure: true });
    const cpu = summary.cost === undefined ? null : Math.round((summary.cost.userMs + summary.cost.systemMs) * 10) / 10;
    return { ...cost, rows: summary.rows, ms: Math.round(summary.elapsedMs * 10) / 10, cpu_ms: cpu, note: summary.warnings[0] ?? '' };
  } catch (error) {
    if (!(error instanceof ShrikeError)) throw error;
    return { ...cost, note: error.code === 'E_QUERY_TIMEOUT' ? `takes longer than ${limitMs / 1000} s: always bound it` : error.message };
  }
}

/** Measures one table, or all state tables. */
export async function tablesCost(name: string | undefined, flags: { readonly format?: string }): Promise<number> {
  const chosen = name === undefined ? tables.filter(({ kind }) => kind === 'state' || kind === 'engine') : [tableNamed(name)];
  const dataDir = dataDirOf({});
  const pool = new QueryPool({
    engine: { version, dataDir, startTime: 0, sources: {} },
    events: false,
    workers: 1,
    limits: { timeoutMs: limitMs },
  });
  await pool.start();
  const printer = createPrinter(formatOf(flags.format ?? 'table'), {
    write: (text) => process.stdout.write(text),
    style: styleFor(process.stdout),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
  });
  const types = { name: 'TEXT', rows: 'BIGINT', ms: 'DOUBLE', cpu_ms: 'DOUBLE', bounded_by: 'TEXT', note: 'TEXT' };
  printer.begin(Object.entries(types).map(([column, type]) => ({ name: column, type })));
  try {
    for (const table of chosen) {
      const row = await measure(pool, table);
      printer.row({ row: { ...row }, text: JSON.stringify(row) });
    }
  } finally {
    printer.end();
    await pool.close();
  }
  return exitCodes.fine;
}
