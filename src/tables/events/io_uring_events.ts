import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** io_uring does file and network work without the system calls that other tables look at. */
export const io_uring_events: EventTableSpec = {
  name: 'io_uring_events',
  kind: 'event',
  description:
    'Rings set up, and the requests in them that open, create, remove, rename, link, connect, accept, bind, listen, make sockets, pass commands to drivers, and the first that sends or receives on each file. ' +
    'What kernel threads do for a ring belongs to the process that made it. Files opened and changed are in process_file_events too, connections in socket_events.',
  source: 'tracepoints io_uring_create, io_uring_submit_req (io_uring_submit_sqe before 6.4), io_uring_complete',
  columns: [
    ...eventColumns,
    ...processColumns('executable'),
    {
      name: 'operation',
      type: 'TEXT',
      description:
        'setup, or the request by name: openat, openat2, renameat, unlinkat, mkdirat, symlinkat, linkat, setxattr, ftruncate, socket, connect, accept, bind, listen, send, recv, uring_cmd …',
    },
    { name: 'opcode', type: 'INTEGER', description: 'Number of the operation; NULL for setup', width: 'i32' },
    { name: 'fd', type: 'INTEGER', description: "Descriptor that the request is about; for setup the ring's own", width: 'i32' },
    { name: 'fixed_file', type: 'INTEGER', description: "1 when fd is a place in the ring's own table of files", width: 'i8' },
    { name: 'path', type: 'TEXT', description: 'Absolute path of the file; for rename and link the name it had, for symlink the link' },
    { name: 'dest_path', type: 'TEXT', description: 'For rename and link the new name; for symlink the text it holds' },
    { name: 'cwd', type: 'TEXT', description: 'Working directory of the process' },
    { name: 'family', type: 'TEXT', description: 'For socket, connect and bind: unix, inet, inet6, netlink, packet or vsock' },
    {
      name: 'remote_address',
      type: 'TEXT',
      description: 'Address that connect was asked for (bind: the local one); path of a Unix socket, @ before an abstract name',
    },
    { name: 'remote_port', type: 'INTEGER', description: 'Port that connect was asked for (bind: the local one)', width: 'i32' },
    { name: 'flags', type: 'TEXT', description: 'Flags by name for setup and files, else as a number; for uring_cmd the command' },
    { name: 'mode', type: 'TEXT', description: 'Permissions asked for, octal' },
    {
      name: 'size',
      type: 'BIGINT',
      description: 'Bytes asked for; for setup the entries of the queue, for ftruncate the length, for listen the backlog',
    },
    {
      name: 'result',
      type: 'BIGINT',
      description:
        'What the request completed with: a descriptor, a count or a negative errno; NULL when it had not completed after ten seconds',
    },
    {
      name: 'success',
      type: 'INTEGER',
      description: '1 when it worked, 0 when it failed; 0 and a NULL result when it had not completed',
      width: 'i8',
    },
    { name: 'error', type: 'INTEGER', description: 'errno when it failed, else 0', width: 'i32' },
    { name: 'user_data', type: 'BIGINT', description: 'The number by which the program knows the request' },
    { name: 'ring', type: 'BIGINT', description: 'Identity of the ring as long as it exists', hidden: true },
    {
      name: 'sqpoll',
      type: 'INTEGER',
      description: '1 when a kernel thread takes requests from the queue (IORING_SETUP_SQPOLL), so that no system call goes before them',
      width: 'i8',
    },
    {
      name: 'path_source',
      type: 'TEXT',
      description: "kernel when path is the opened file's, argument when it is what the request named, made absolute by name",
    },
  ],
  examples: [
    'SELECT time, executable, operation, path, result FROM io_uring_events WHERE path IS NOT NULL ORDER BY eid DESC LIMIT 20',
    "SELECT executable, remote_address, remote_port FROM io_uring_events WHERE operation = 'connect'",
    "SELECT executable, cmdline, container_id, flags FROM io_uring_events WHERE operation = 'setup'",
  ],
};
