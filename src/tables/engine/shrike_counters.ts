import { columns } from '../lib/columns.ts';
import { native } from '../../native.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** What happened to events on their way. */
export const shrike_counters: GeneratedTableSpec = {
  name: 'shrike_counters',
  kind: 'engine',
  description:
    'Events counted at each stage since the agent started: produced, stored, evicted, lost, per table. No event goes missing without one of these counting it.',
  source: 'The sensor and the event store',
  estimatedRows: 100,
  columns: columns(
    ['table', 'TEXT', 'Event table, or the empty text where a loss cannot be told by table'],
    ['stage', 'TEXT', 'What was counted: produced, stored, evicted, lost, …'],
    ['value', 'BIGINT', 'How many'],
  ),
  examples: [
    'SELECT "table", value FROM shrike_counters WHERE stage = \'lost\' AND value > 0',
    'SELECT stage, sum(value) AS events FROM shrike_counters GROUP BY stage',
  ],
  *rows() {
    for (const { table, stage, value } of native().counters()) yield { table, stage, value };
  },
};
