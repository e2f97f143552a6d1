import { columns } from '../lib/columns.ts';
import { native, type StoreTableStats } from '../../native.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Every table there is. */
export const shrike_tables: GeneratedTableSpec = {
  name: 'shrike_tables',
  kind: 'engine',
  description: 'Every table, with what the store holds of the event tables.',
  source: 'The table specifications; the event store',
  estimatedRows: 200,
  columns: columns(
    ['name', 'TEXT', 'Name'],
    ['kind', 'TEXT', 'event, state, kubernetes or engine'],
    ['description', 'TEXT', 'What it holds'],
    ['source', 'TEXT', 'Where its facts come from'],
    ['columns', 'INTEGER', 'Number of columns'],
    ['required', 'TEXT', 'Columns a query must give, separated by commas; | between those of which one is enough'],
    ['examples', 'TEXT', 'Example queries, as a JSON array'],
    ['rows', 'BIGINT', 'Rows held now; NULL for tables whose rows are made when asked for'],
    ['bytes', 'BIGINT', 'Memory they take, in bytes'],
    ['disk_bytes', 'BIGINT', 'Disk space of those that are no longer in memory, in bytes'],
    ['segments', 'BIGINT', 'Files that hold them'],
    ['retention_bytes', 'BIGINT', 'Disk space they may take, in bytes; NULL without a limit'],
    ['retention_seconds', 'BIGINT', 'How long they are kept on disk; NULL without a limit'],
    ['min_time', 'BIGINT', 'Oldest row, in seconds since the epoch'],
    ['max_time', 'BIGINT', 'Newest row, in seconds since the epoch'],
  ),
  examples: [
    "SELECT name, rows, bytes FROM shrike_tables WHERE kind = 'event'",
    "SELECT name, description FROM shrike_tables WHERE name LIKE 'process%'",
  ],
  *rows(context) {
    const needsStats = ['rows', 'bytes', 'disk_bytes', 'segments', 'retention_bytes', 'retention_seconds', 'min_time', 'max_time'].some(
      (name) => context.uses(name),
    );
    const stats = new Map<string, StoreTableStats>(
      needsStats
        ? native()
            .storeStats()
            .map((table) => [table.name, table])
        : [],
    );
    for (const table of context.engine.tables) {
      const held = stats.get(table.name);
      const groups = new Map<string, string[]>();
      for (const column of table.columns) {
        if (column.required !== true) continue;
        const group = column.requiredGroup ?? `=${column.name}`;
        groups.set(group, [...(groups.get(group) ?? []), column.name]);
      }
      yield {
        name: table.name,
        kind: table.kind,
        description: table.description,
        source: table.source,
        columns: table.columns.length,
        required: [...groups.values()].map((names) => names.join('|')).join(','),
        examples: JSON.stringify(table.examples),
        rows: held?.rows ?? (table.kind === 'event' ? 0 : null),
        bytes: held?.bytes ?? null,
        disk_bytes: held?.diskBytes ?? null,
        segments: held?.segments ?? null,
        retention_bytes: held?.retentionBytes ?? null,
        retention_seconds: held?.retentionSeconds ?? null,
        min_time: held?.minTime ?? null,
        max_time: held?.maxTime ?? null,
      };
    }
  },
};
