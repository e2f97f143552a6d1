import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** What happens to files. Filtering is done in the kernel: see bpf/file.bpf.c. */
export const process_file_events: EventTableSpec = {
  name: 'process_file_events',
  kind: 'event',
  description:
    'Files created, opened for writing, truncated, renamed, linked, removed, and their mode, owner and attributes changed; reads of the paths that sensor.watch.reads names. ' +
    'Attempts that failed are here too, with three exceptions: opens that failed are only reported when writing was refused (EACCES, EPERM, EROFS, ETXTBSY) or the path is watched, ' +
    'making what is there already (EEXIST) is not reported, and neither are opens of devices, pipes, sockets and files of /proc, /sys and the like unless the path is watched.',
  source:
    'tracepoint sys_exit and the open file behind its result; where the kernel has trampolines, security_path_* for the paths of all other calls; io_uring tracepoints',
  columns: [
    ...eventColumns,
    ...processColumns('executable'),
    {
      name: 'operation',
      type: 'TEXT',
      description:
        'open (for writing), create, read (of a watched path), truncate, rename, unlink, rmdir, link, symlink, mkdir, mknod, chmod, chown, setxattr or removexattr',
    },
    { name: 'ppid', type: 'BIGINT', description: 'Process id of the parent, the same as parent', width: 'u32' },
    { name: 'partial', type: 'INTEGER', description: '1 when the path could not be told in full', width: 'i8' },
    { name: 'cwd', type: 'TEXT', description: 'Working directory of the process' },
    { name: 'path', type: 'TEXT', description: 'Absolute path of the file; for rename and link the name it had, for symlink the link' },
    { name: 'dest_path', type: 'TEXT', description: 'For rename and link the new name; for symlink the text it holds' },
    { name: 'fsuid', type: 'BIGINT', description: 'File system user id' },
    { name: 'fsgid', type: 'BIGINT', description: 'File system group id' },
    { name: 'suid', type: 'BIGINT', description: 'Saved user id' },
    { name: 'sgid', type: 'BIGINT', description: 'Saved group id' },
    { name: 'uptime', type: 'BIGINT', description: 'Seconds since boot', width: 'i32' },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
    { name: 'syscall', type: 'TEXT', description: 'Name of the system call, or of the io_uring operation' },
    {
      name: 'flags',
      type: 'TEXT',
      description: 'Flags of the call by name, joined by |: O_WRONLY|O_APPEND, RENAME_EXCHANGE, AT_REMOVEDIR',
    },
    { name: 'mode', type: 'TEXT', description: 'Permissions in octal: for chmod, mkdir and mknod those asked for, else those of the file' },
    { name: 'inode', type: 'BIGINT', description: 'Inode of the file; NULL where only the path is known' },
    { name: 'device', type: 'BIGINT', description: 'Device of the file as the kernel numbers it; NULL where only the path is known' },
    { name: 'size', type: 'BIGINT', description: 'Size of the file in bytes; for truncate the one asked for' },
    { name: 'fstype', type: 'TEXT', description: 'Type of the file system, for example ext4; NULL where only the path is known' },
    { name: 'attribute', type: 'TEXT', description: 'For setxattr and removexattr the name of the attribute' },
    { name: 'new_uid', type: 'BIGINT', description: 'For chown the owner asked for; NULL when it was to stay' },
    { name: 'new_gid', type: 'BIGINT', description: 'For chown the group asked for; NULL when it was to stay' },
    {
      name: 'path_source',
      type: 'TEXT',
      description:
        "kernel when the path is the kernel's own for the file; argument when it is what the caller named, made absolute by name (symbolic links in it are not followed, and a second thread could have changed it meanwhile)",
    },
    { name: 'io_uring', type: 'INTEGER', description: '1 when it was done through io_uring', width: 'i8' },
  ],
  examples: [
    "SELECT time, operation, path, executable FROM process_file_events WHERE path LIKE '/etc/%' ORDER BY eid DESC LIMIT 20",
    "SELECT executable, cmdline, path FROM process_file_events WHERE operation = 'read' AND path = '/etc/shadow'",
    "SELECT executable, path, mode FROM process_file_events WHERE operation = 'chmod' AND mode GLOB '[4-7]*'",
  ],
};
