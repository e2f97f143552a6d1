import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Namespaces made and entered. */
export const namespace_events: EventTableSpec = {
  name: 'namespace_events',
  kind: 'event',
  description:
    'Namespaces made by unshare and clone and entered by setns. Columns named …_namespace are inode numbers, as in /proc/PID/ns; old_… are those before.',
  source: 'tracepoints sys_exit (setns, unshare, clone, clone3), sched_process_fork',
  columns: [
    ...eventColumns,
    ...processColumns(),
    { name: 'operation', type: 'TEXT', description: 'setns, unshare or clone' },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    { name: 'flags', type: 'TEXT', description: 'CLONE_NEW* by name, joined by |' },
    { name: 'types', type: 'TEXT', description: 'Kinds of namespace: mnt, uts, ipc, net, pid, user, cgroup, time, separated by commas' },
    { name: 'namespace', type: 'BIGINT', description: 'For setns, the namespace behind the descriptor' },
    { name: 'mnt_namespace', type: 'BIGINT', description: "Mnt namespace afterwards; of clone the child's" },
    { name: 'uts_namespace', type: 'BIGINT', description: "Uts namespace afterwards; of clone the child's" },
    { name: 'ipc_namespace', type: 'BIGINT', description: "Ipc namespace afterwards; of clone the child's" },
    { name: 'net_namespace', type: 'BIGINT', description: "Net namespace afterwards; of clone the child's" },
    { name: 'pid_namespace', type: 'BIGINT', description: 'Pid namespace afterwards; of unshare and setns that of the children to come' },
    { name: 'user_namespace', type: 'BIGINT', description: "User namespace afterwards; of clone the child's" },
    { name: 'cgroup_namespace', type: 'BIGINT', description: "Cgroup namespace afterwards; of clone the child's" },
    { name: 'time_namespace', type: 'BIGINT', description: "Time namespace afterwards; of clone the child's" },
    { name: 'old_mnt_namespace', type: 'BIGINT', description: 'Mnt namespace before; NULL when it was not seen' },
    { name: 'old_uts_namespace', type: 'BIGINT', description: 'Uts namespace before; NULL when it was not seen' },
    { name: 'old_ipc_namespace', type: 'BIGINT', description: 'Ipc namespace before; NULL when it was not seen' },
    { name: 'old_net_namespace', type: 'BIGINT', description: 'Net namespace before; NULL when it was not seen' },
    { name: 'old_pid_namespace', type: 'BIGINT', description: 'Pid namespace before; NULL when it was not seen' },
    { name: 'old_user_namespace', type: 'BIGINT', description: 'User namespace before; NULL when it was not seen' },
    { name: 'old_cgroup_namespace', type: 'BIGINT', description: 'Cgroup namespace before; NULL when it was not seen' },
    { name: 'old_time_namespace', type: 'BIGINT', description: 'Time namespace before; NULL when it was not seen' },
    {
      name: 'target_pid',
      type: 'BIGINT',
      description:
        'Process id of the child of a clone, or the process whose namespaces were entered by pidfd, in the initial pid namespace; the number as given when there is no such process',
    },
    {
      name: 'target_exec_id',
      type: 'TEXT',
      description: 'Identity of the child of a clone, or the process whose namespaces were entered by pidfd; the exec_id of its own rows',
    },
    {
      name: 'target_path',
      type: 'TEXT',
      description: 'Executable of the child of a clone, or the process whose namespaces were entered by pidfd',
    },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    'SELECT time, path, operation, types FROM namespace_events WHERE success = 1 ORDER BY eid DESC LIMIT 20',
    "SELECT * FROM namespace_events WHERE types LIKE '%user%' AND uid <> 0",
  ],
};
