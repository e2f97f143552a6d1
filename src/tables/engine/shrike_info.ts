import { columns } from '../lib/columns.ts';
import { native } from '../../native.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** The program that answers. */
export const shrike_info: GeneratedTableSpec = {
  name: 'shrike_info',
  kind: 'engine',
  description: 'The program that answers: version, data folder, where its events come from.',
  source: 'The agent itself',
  estimatedRows: 1,
  columns: columns(
    ['pid', 'INTEGER', 'Process id'],
    ['version', 'TEXT', 'Version of Shrike'],
    ['node_version', 'TEXT', 'Version of Node.js'],
    ['data_dir', 'TEXT', 'Folder of its data'],
    ['start_time', 'BIGINT', 'When the agent started, in seconds since the epoch; NULL without an agent'],
    ['event_sources', 'TEXT', 'Where the events of each hook come from, as a JSON object'],
    ['tables', 'INTEGER', 'Number of tables'],
    ['events_stored', 'BIGINT', 'Events that can be queried now'],
    ['events_bytes', 'BIGINT', 'Memory they take, in bytes'],
    ['resident_size', 'BIGINT', 'Memory of the whole program, in bytes'],
  ),
  examples: [
    'SELECT version, data_dir, event_sources FROM shrike_info',
    'SELECT key AS hook, value AS source FROM shrike_info, json_each(event_sources)',
  ],
  *rows(context) {
    const { engine } = context;
    const stats = context.uses('events_stored') || context.uses('events_bytes') ? native().storeStats() : [];
    yield {
      pid: process.pid,
      version: engine.version,
      node_version: process.version,
      data_dir: engine.dataDir,
      start_time: engine.startTime > 0 ? Math.floor(engine.startTime / 1000) : null,
      event_sources: JSON.stringify(engine.sources),
      tables: engine.tables.length,
      events_stored: stats.reduce((sum, table) => sum + table.rows, 0),
      events_bytes: stats.reduce((sum, table) => sum + table.bytes, 0),
      resident_size: context.uses('resident_size') ? process.memoryUsage.rss() : null,
    };
  },
};
