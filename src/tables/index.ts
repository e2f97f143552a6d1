/** Every table there is. A new table is one file and one line here; everything else follows from its specification. */
import type { TableSpec } from './spec.ts';

/** All tables, events first, in the order the reference shows them. */
export const tables: readonly TableSpec[] = [];

const byName = new Map(tables.map((table) => [table.name, table]));

/** The table of that name (SQL names ignore case), or undefined. */
export function findTable(name: string): TableSpec | undefined {
  return byName.get(name.toLowerCase());
}
