/** Rows as lines of text. */
import type { EventRow, EventTable } from './event-table.ts';

/** Takes pages of rows and gives bytes to `put`. */
export interface RowWriter {
  write(rows: readonly EventRow[]): Promise<void>;
  end(): Promise<void>;
}

export type Put = (bytes: Uint8Array | string) => Promise<void>;

const json = (value: EventRow[number]) => (typeof value === 'bigint' ? String(value) : JSON.stringify(value));

/** One JSON object a line; integers are written whole, also where JavaScript would round them. */
export function ndjsonWriter(table: EventTable, put: Put): RowWriter {
  const keys = table.columns.map((column) => JSON.stringify(column.name));
  return {
    write: (rows) => put(rows.map((row) => `{${row.map((value, i) => `${keys[i]}:${json(value)}`).join(',')}}\n`).join('')),
    end: () => Promise.resolve(),
  };
}

/** NULL is nothing, the empty string is "". */
function field(value: EventRow[number]): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return value === '' || /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** RFC 4180 with a line of names. */
export function csvWriter(table: EventTable, put: Put): RowWriter {
  const head = `${table.columns.map((column) => field(column.name)).join(',')}\r\n`;
  let begun = false;
  const begin = () => {
    const text = begun ? '' : head;
    begun = true;
    return text;
  };
  return {
    write: (rows) => put(begin() + rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')),
    end: () => put(begin()),
  };
}
