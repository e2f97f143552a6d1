import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Who a process is and what it may do, as it changes. */
export const privilege_events: EventTableSpec = {
  name: 'privilege_events',
  kind: 'event',
  description:
    'Changes of users, groups and capabilities: by system call, by an exec that grants them, or by nothing that explains them. The process columns are as they are afterwards.',
  source: 'tracepoints sys_exit (set*id, setgroups, capset, prctl), sched_process_exec',
  columns: [
    ...eventColumns,
    ...processColumns(),
    {
      name: 'operation',
      type: 'TEXT',
      description:
        'Name of the system call; set_securebits, set_keepcaps, set_no_new_privs, capbset_drop, cap_ambient for prctl; exec_setuid, exec_setgid, exec_file_caps; unexplained for ids that changed without any of these',
    },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    { name: 'arguments', type: 'TEXT', description: 'What was asked for, separated by commas' },
    { name: 'old_uid', type: 'BIGINT', description: 'Real user id before' },
    { name: 'new_uid', type: 'BIGINT', description: 'Real user id afterwards' },
    { name: 'old_gid', type: 'BIGINT', description: 'Real group id before' },
    { name: 'new_gid', type: 'BIGINT', description: 'Real group id afterwards' },
    { name: 'old_euid', type: 'BIGINT', description: 'Effective user id before' },
    { name: 'new_euid', type: 'BIGINT', description: 'Effective user id afterwards' },
    { name: 'old_egid', type: 'BIGINT', description: 'Effective group id before' },
    { name: 'new_egid', type: 'BIGINT', description: 'Effective group id afterwards' },
    { name: 'old_suid', type: 'BIGINT', description: 'Saved user id before' },
    { name: 'new_suid', type: 'BIGINT', description: 'Saved user id afterwards' },
    { name: 'old_sgid', type: 'BIGINT', description: 'Saved group id before' },
    { name: 'new_sgid', type: 'BIGINT', description: 'Saved group id afterwards' },
    { name: 'old_fsuid', type: 'BIGINT', description: 'File system user id before' },
    { name: 'new_fsuid', type: 'BIGINT', description: 'File system user id afterwards' },
    { name: 'old_fsgid', type: 'BIGINT', description: 'File system group id before' },
    { name: 'new_fsgid', type: 'BIGINT', description: 'File system group id afterwards' },
    { name: 'caps_gained', type: 'TEXT', description: 'Effective capabilities gained, by name, separated by commas' },
    { name: 'caps_lost', type: 'TEXT', description: 'Effective capabilities lost' },
    { name: 'cap_permitted', type: 'TEXT', description: 'Permitted capabilities afterwards' },
    { name: 'cap_effective', type: 'TEXT', description: 'Effective capabilities afterwards' },
    { name: 'cap_inheritable', type: 'TEXT', description: 'Inheritable capabilities afterwards' },
    { name: 'cap_ambient', type: 'TEXT', description: 'Ambient capabilities afterwards' },
    { name: 'cap_bounding', type: 'TEXT', description: 'Capabilities an exec may still give' },
    { name: 'groups', type: 'TEXT', description: 'Supplementary groups afterwards, at most 32' },
    { name: 'securebits', type: 'TEXT', description: 'Secure bits afterwards, by name' },
    { name: 'user_namespace', type: 'BIGINT', description: 'User namespace that the capabilities are for' },
    {
      name: 'escalated',
      type: 'INTEGER',
      description: '1 when it became root, or gained a capability it was not permitted before',
      width: 'i8',
    },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    'SELECT time, path, operation, old_euid, new_euid, caps_gained FROM privilege_events WHERE escalated = 1',
    "SELECT * FROM privilege_events WHERE operation = 'unexplained'",
  ],
};
