import { columns } from '../lib/columns.ts';
import { lastFailure, readLine } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** How long the machine has been up. */
export const uptime: GeneratedTableSpec = {
  name: 'uptime',
  kind: 'state',
  description: 'How long the machine has been up.',
  source: '/proc/uptime',
  estimatedRows: 1,
  columns: columns(
    ['days', 'INTEGER', 'Whole days'],
    ['hours', 'INTEGER', 'Hours beyond the days'],
    ['minutes', 'INTEGER', 'Minutes beyond the hours'],
    ['seconds', 'INTEGER', 'Seconds beyond the minutes'],
    ['total_seconds', 'BIGINT', 'All of it, in seconds'],
  ),
  examples: ['SELECT days, hours, minutes FROM uptime', 'SELECT 1 FROM uptime WHERE total_seconds < 600'],
  *rows(context) {
    const text = readLine(`${context.system.proc}/uptime`);
    if (text === undefined) {
      context.warn(`${context.system.proc}/uptime cannot be read: ${lastFailure()}`);
      return;
    }
    const total = Math.floor(Number.parseFloat(text));
    yield {
      days: Math.floor(total / 86400),
      hours: Math.floor(total / 3600) % 24,
      minutes: Math.floor(total / 60) % 60,
      seconds: total % 60,
      total_seconds: total,
    };
  },
};
