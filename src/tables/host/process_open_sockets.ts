import { columns } from '../lib/columns.ts';
import { socketsOf } from '../lib/sockets.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Sockets of every network namespace and the processes that hold them. */
export const process_open_sockets: GeneratedTableSpec = {
  name: 'process_open_sockets',
  kind: 'state',
  description: 'Network, Unix and packet sockets of every network namespace, one row for each process and descriptor that holds one.',
  source: '/proc/PID/net/{tcp,udp,raw,icmp,unix,packet}…, /proc/PID/fd',
  estimatedRows: 500,
  columns: columns(
    ['pid', 'INTEGER', 'Process id; -1 where no process holds it (any more)', { additional: true }],
    ['fd', 'BIGINT', 'File descriptor; -1 without a process'],
    ['socket', 'BIGINT', 'Inode number'],
    ['family', 'INTEGER', 'Address family: 1 Unix, 2 IPv4, 10 IPv6, 17 packet'],
    ['protocol', 'INTEGER', 'IP protocol (6 TCP, 17 UDP), or EtherType of a packet socket'],
    ['local_address', 'TEXT', 'Local address'],
    ['remote_address', 'TEXT', 'Remote address'],
    ['local_port', 'INTEGER', 'Local port'],
    ['remote_port', 'INTEGER', 'Remote port'],
    ['path', 'TEXT', 'Path of a Unix socket; @ begins an abstract name'],
    ['state', 'TEXT', 'State of TCP and Unix sockets'],
    ['net_namespace', 'TEXT', 'Number of the network namespace'],
  ),
  examples: [
    "SELECT pid, remote_address, remote_port FROM process_open_sockets WHERE state = 'ESTABLISHED'",
    'SELECT p.name, s.local_port, s.remote_address FROM process_open_sockets s JOIN processes p USING (pid) WHERE s.family IN (2, 10)',
  ],
  *rows(context) {
    for (const row of socketsOf(context)) yield { ...row };
  },
};
