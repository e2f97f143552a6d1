/** An event table as files hold it: every column by name, and what kind of value it has. */
import { ShrikeError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { tables } from '../tables/index.ts';
import type { ColumnSpec, Value } from '../tables/spec.ts';

export interface FileColumn {
  readonly name: string;
  readonly kind: 'text' | 'real' | 'small' | 'integer';
}

export interface EventTable {
  readonly name: string;
  /** As the table declares them: eid, time, ntime, … */
  readonly columns: readonly FileColumn[];
}

/** Values in the order of an `EventTable`'s columns; integers beyond 2^53 are BigInts. */
export type EventRow = readonly (null | number | bigint | string)[];

function kindOf({ type, width }: ColumnSpec): FileColumn['kind'] {
  if (type === 'TEXT' || type === 'BLOB' || width === 'text') return 'text';
  if (type === 'DOUBLE' || width === 'f64') return 'real';
  return width === 'i8' || width === 'i32' || (width === undefined && type === 'INTEGER') ? 'small' : 'integer';
}

/** @throws ShrikeError E_QUERY_UNKNOWN_TABLE when it is not an event table. */
export function eventTable(name: string): EventTable {
  const events = tables.filter((table) => table.kind === 'event');
  const found = events.find((table) => table.name === name);
  if (found === undefined) {
    const like = nearest(
      name,
      events.map((table) => table.name),
    );
    const known = tables.some((table) => table.name === name);
    throw new ShrikeError('E_EXPORT_TABLE', {
      table: name,
      suggestion: known
        ? 'It has no history; use `shrike query` for what it says now.'
        : like === undefined
          ? 'List the tables with `shrike tables`.'
          : `Did you mean ${like}?`,
    });
  }
  return { name, columns: found.columns.map((column) => ({ name: column.name, kind: kindOf(column) })) };
}

/** A value of a file, as the store takes it; undefined when the column cannot hold it. */
export function valueFor({ kind }: FileColumn, value: unknown): Value | undefined {
  if (value === null || value === undefined) return null;
  if (kind === 'text') return typeof value === 'string' ? value : typeof value === 'object' ? undefined : String(value);
  if (typeof value === 'string') {
    if (kind === 'real') return value.trim() === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
    if (!/^-?\d{1,19}$/.test(value)) return undefined;
    const exact = BigInt(value);
    return exact === BigInt.asIntN(64, exact) ? narrowed(exact) : undefined;
  }
  if (typeof value === 'bigint') return kind === 'real' ? Number(value) : narrowed(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  return typeof value === 'number' && (kind === 'real' || Number.isInteger(value)) ? value : undefined;
}

function narrowed(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
