import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** The end of each process; joins `process_events` by exec_id. A table of its own, so that process_events has one row for each exec, as osquery's users expect. */
export const process_exit_events: EventTableSpec = {
  name: 'process_exit_events',
  kind: 'event',
  description: 'The end of each process, with how it ended and how long it lived. Join process_events by exec_id.',
  source: 'tracepoint sched_process_exit, when the last thread of a process ends',
  columns: [
    ...eventColumns,
    ...processColumns(),
    { name: 'uptime', type: 'BIGINT', description: 'Seconds since boot', width: 'i32' },
    { name: 'exit_code', type: 'INTEGER', description: 'Exit code; NULL when a signal ended it', width: 'i32' },
    { name: 'signal', type: 'INTEGER', description: 'Number of the signal that ended it; 0 when none did', width: 'i8' },
    { name: 'core_dumped', type: 'INTEGER', description: '1 when it left a core dump', width: 'i8' },
    { name: 'duration', type: 'BIGINT', description: 'Nanoseconds from its creation to its end' },
    { name: 'exec_duration', type: 'BIGINT', description: 'Nanoseconds from its last exec to its end; NULL when it never called exec' },
    { name: 'user_time', type: 'BIGINT', description: 'Nanoseconds of processor time in user mode' },
    { name: 'system_time', type: 'BIGINT', description: 'Nanoseconds of processor time in the kernel' },
  ],
  examples: [
    'SELECT path, signal, count(*) FROM process_exit_events WHERE signal > 0 GROUP BY path, signal',
    'SELECT e.cmdline, x.exit_code, x.duration / 1000000 AS ms FROM process_events e JOIN process_exit_events x USING (exec_id) ORDER BY x.eid DESC LIMIT 10',
  ],
};
