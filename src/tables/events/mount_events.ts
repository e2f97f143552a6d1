import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** What appears in the file tree, and where its root is. */
export const mount_events: EventTableSpec = {
  name: 'mount_events',
  kind: 'event',
  description: 'File systems mounted, remounted, moved and unmounted, and changes of the root, whether they worked or not.',
  source:
    'tracepoint sys_exit (mount, umount2, move_mount, open_tree, fsopen, fspick, fsconfig, fsmount, mount_setattr, pivot_root, chroot)',
  columns: [
    ...eventColumns,
    ...processColumns(),
    { name: 'operation', type: 'TEXT', description: 'mount, bind, remount, move, propagation, umount, or the name of the system call' },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    { name: 'source', type: 'TEXT', description: 'What is mounted: a device, a name, a path; for pivot_root where the old root goes' },
    { name: 'target', type: 'TEXT', description: 'Where, from the root of the mount namespace; the new root for pivot_root and chroot' },
    { name: 'fstype', type: 'TEXT', description: 'Type of the file system' },
    { name: 'flags', type: 'TEXT', description: 'Flags of the call by name, joined by |' },
    { name: 'attributes', type: 'TEXT', description: 'Attributes that mount_setattr and fsmount set, by name; cleared ones in !()' },
    {
      name: 'data',
      type: 'TEXT',
      description: 'Options of the file system, at most 1,023 bytes; for fsconfig the command and its key and value',
    },
    { name: 'device', type: 'BIGINT', description: 'Device of the mounted file system where the kernel shows it, as it numbers it' },
    { name: 'truncated', type: 'INTEGER', description: '1 when a path or the data was cut short', width: 'i8' },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    'SELECT time, path, operation, source, target, fstype FROM mount_events WHERE success = 1 ORDER BY eid DESC LIMIT 20',
    "SELECT * FROM mount_events WHERE container_id IS NOT NULL AND operation IN ('mount', 'bind')",
  ],
};
