/** Event table specifications in the addon's words. */
import type { NativeEventTable } from '../native.ts';
import type { ColumnSpec, ColumnType, EventTableSpec, TableSpec, Width } from '../tables/spec.ts';

const widths: Readonly<Record<ColumnType, Width>> = {
  TEXT: 'text',
  INTEGER: 'i32',
  BIGINT: 'i64',
  UNSIGNED_BIGINT: 'i64',
  DATETIME: 'i64',
  DOUBLE: 'f64',
  BLOB: 'text',
};

const column = ({ name, type, hidden, width, scope }: ColumnSpec) => ({
  name,
  width: width ?? widths[type],
  process: scope === 'process',
  hidden: hidden ?? false,
  type: type.replace('_', ' '),
});

/** The event tables among them, laid out for `storeOpen`. */
export function eventLayout(tables: readonly TableSpec[]): NativeEventTable[] {
  return tables
    .filter((table): table is EventTableSpec => table.kind === 'event')
    .map(({ name, columns }) => ({ name, columns: columns.map(column) }));
}
