import { columns } from '../lib/columns.ts';
import { Denials, pidsOf } from '../lib/pids.ts';
import { readText, wasDenied } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Environment variables of processes. */
export const process_envs: GeneratedTableSpec = {
  name: 'process_envs',
  kind: 'state',
  description: 'Environment variables that processes started with (later changes stay in their own memory and are not seen).',
  source: '/proc/PID/environ',
  estimatedRows: 5000,
  columns: columns(
    ['pid', 'INTEGER', 'Process id', { index: true }],
    ['key', 'TEXT', 'Name of the variable'],
    ['value', 'TEXT', 'Its value'],
  ),
  examples: [
    "SELECT pid, value FROM process_envs WHERE key = 'LD_PRELOAD'",
    "SELECT p.name, e.key FROM processes p JOIN process_envs e USING (pid) WHERE e.key LIKE '%TOKEN%'",
  ],
  *rows(context) {
    const denials = new Denials();
    for (const pid of pidsOf(context)) {
      context.checkInterrupt();
      const text = readText(`${context.system.proc}/${pid}/environ`);
      if (text === undefined) {
        if (wasDenied()) denials.add();
        continue;
      }
      for (const entry of text.split('\0')) {
        const equals = entry.indexOf('=');
        if (equals > 0) yield { pid, key: entry.slice(0, equals), value: entry.slice(equals + 1) };
      }
    }
    denials.report(context, 'environments');
  },
};
