import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Signals between processes, and fatal ones from the kernel. */
export const signal_events: EventTableSpec = {
  name: 'signal_events',
  kind: 'event',
  description:
    'Signals sent to other processes, attempts that failed, and signals by which the kernel ends a process. What a process sends itself and signals of timers and children are left out.',
  source:
    'tracepoints signal_generate, sched_process_exit and sys_exit (kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal)',
  columns: [
    ...eventColumns,
    ...processColumns(),
    {
      name: 'operation',
      type: 'TEXT',
      description:
        'kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal; kernel when no process sent it: then the process columns are those of the one that is ended',
    },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    { name: 'signal', type: 'INTEGER', description: 'Number; 0 asks whether the process is there', width: 'i32' },
    { name: 'signal_name', type: 'TEXT', description: 'SIGKILL, SIGSEGV, …' },
    {
      name: 'target_pid',
      type: 'BIGINT',
      description: 'Process id of the process signalled, in the initial pid namespace; the number as given when there is no such process',
    },
    { name: 'target_exec_id', type: 'TEXT', description: 'Identity of the process signalled; the exec_id of its own rows' },
    { name: 'target_path', type: 'TEXT', description: 'Executable of the process signalled' },
    { name: 'code', type: 'TEXT', description: 'Why: SI_USER, SI_QUEUE, SI_TKILL, SI_KERNEL, SEGV_MAPERR, SYS_SECCOMP, …' },
    { name: 'address', type: 'BIGINT', description: 'Where a fault was, or the instruction whose system call was refused' },
    { name: 'result', type: 'TEXT', description: 'delivered, ignored, already pending, queue full, or delivered without details' },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    "SELECT time, path, signal_name, target_path, target_pid FROM signal_events WHERE signal_name = 'SIGKILL' ORDER BY eid DESC LIMIT 20",
    "SELECT path, signal_name, code, count(*) FROM signal_events WHERE operation = 'kernel' GROUP BY 1, 2, 3",
  ],
};
