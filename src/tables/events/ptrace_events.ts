import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Processes that reach into others. */
export const ptrace_events: EventTableSpec = {
  name: 'ptrace_events',
  kind: 'event',
  description: "Processes that trace, change or read the memory of others. A debugger's reading and stepping is left out.",
  source: 'tracepoint sys_exit (ptrace, process_vm_readv, process_vm_writev, pidfd_getfd)',
  columns: [
    ...eventColumns,
    ...processColumns(),
    {
      name: 'operation',
      type: 'TEXT',
      description:
        'attach, seize, traceme, detach, poketext, pokedata, pokeuser, setregs, setfpregs, setregset, setsiginfo, setsigmask, kill, process_vm_readv, process_vm_writev or pidfd_getfd',
    },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    {
      name: 'target_pid',
      type: 'BIGINT',
      description: 'Process id of the process acted on, in the initial pid namespace; the number as given when there is no such process',
    },
    { name: 'target_exec_id', type: 'TEXT', description: 'Identity of the process acted on; the exec_id of its own rows' },
    { name: 'target_path', type: 'TEXT', description: 'Executable of the process acted on' },
    { name: 'address', type: 'BIGINT', description: 'Address in the other process' },
    { name: 'value', type: 'BIGINT', description: 'Data argument of ptrace; descriptor that pidfd_getfd copies' },
    { name: 'length', type: 'BIGINT', description: 'Bytes read or written; of a failed call, bytes of its first part' },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    'SELECT time, path, operation, target_path, target_pid FROM ptrace_events WHERE success = 1 ORDER BY eid DESC LIMIT 20',
    "SELECT * FROM ptrace_events WHERE operation IN ('poketext', 'pokedata', 'process_vm_writev')",
  ],
};
