/** Every table there is. A new table is one file and one line here; everything else follows from its specification. */
import { process_events } from './events/process_events.ts';
import { process_exit_events } from './events/process_exit_events.ts';
import type { TableSpec } from './spec.ts';

/** All tables, events first, in the order the reference shows them. */
export const tables: readonly TableSpec[] = [
  process_events,
  process_exit_events,
];

const byName = new Map(tables.map((table) => [table.name, table]));

/** The table of that name (SQL names ignore case), or undefined. */
export function findTable(name: string): TableSpec | undefined {
  return byName.get(name.toLowerCase());
}
