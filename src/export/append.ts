/** Rows of a file into an event table: new eids, the times they had. */
import type { Value } from '../tables/spec.ts';
import { type EventTable, valueFor } from './event-table.ts';
import type { FileRow, RowFile } from './readers.ts';

/** Takes rows as `storeAppend` does: in column order, without eid. */
export type Append = (rows: readonly (readonly Value[])[]) => void;

/** Appends every row; returns how many. What is wrong is an Error that names the row and the column; rows before its batch are in. */
export async function appendRows(table: EventTable, file: RowFile, append: Append): Promise<number> {
  const columns = table.columns.slice(1);
  const known = new Set(table.columns.map((column) => column.name));
  let done = 0;
  const valuesOf = (row: FileRow, at: number): Value[] => {
    for (const name of Object.keys(row)) if (!known.has(name)) throw new Error(`row ${at}: ${table.name} has no column ${name}`);
    return columns.map((column) => {
      const value = valueFor(column, row[column.name]);
      if (value === undefined) throw new Error(`row ${at}: ${JSON.stringify(row[column.name])} is no value for ${column.name}`);
      if (value === null && column.name === 'time') throw new Error(`row ${at} has no time`);
      return value;
    });
  };
  for await (const batch of file.batches()) {
    append(batch.map((row, i) => valuesOf(row, done + i + 1)));
    done += batch.length;
  }
  return done;
}
