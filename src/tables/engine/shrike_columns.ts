import { columns } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Every column of every table. */
export const shrike_columns: GeneratedTableSpec = {
  name: 'shrike_columns',
  kind: 'engine',
  description: 'Every column of every table.',
  source: 'The table specifications',
  estimatedRows: 2000,
  columns: columns(
    ['table_name', 'TEXT', 'Table', { index: true }],
    ['position', 'INTEGER', 'Place in the table, from 0'],
    ['name', 'TEXT', 'Name'],
    ['type', 'TEXT', 'SQL type'],
    ['description', 'TEXT', 'What it means'],
    ['hidden', 'INTEGER', 'Whether SELECT * leaves it out: 1 yes'],
    ['required', 'INTEGER', 'Whether a query must give it (or another of its group): 1 yes'],
    ['indexed', 'INTEGER', 'Whether giving it makes the query cheap: 1 yes'],
  ),
  examples: [
    "SELECT name, type, description FROM shrike_columns WHERE table_name = 'processes'",
    "SELECT table_name FROM shrike_columns WHERE name = 'container_id'",
  ],
  *rows(context) {
    const wanted = textsOf(context, 'table_name');
    for (const table of context.engine.tables) {
      if (wanted !== undefined && !wanted.includes(table.name)) continue;
      for (const [position, column] of table.columns.entries()) {
        yield {
          table_name: table.name,
          position,
          name: column.name,
          type: column.type,
          description: column.description,
          hidden: column.hidden === true ? 1 : 0,
          required: column.required === true ? 1 : 0,
          indexed: column.index === true ? 1 : 0,
        };
      }
    }
  },
};
