import { columns } from '../lib/columns.ts';
import { isListening, socketsOf } from '../lib/sockets.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Sockets that wait for somebody. */
export const listening_ports: GeneratedTableSpec = {
  name: 'listening_ports',
  kind: 'state',
  description: 'Sockets that listen or are bound without a peer, of every network namespace, with the process behind each.',
  source: 'As process_open_sockets',
  estimatedRows: 100,
  columns: columns(
    ['pid', 'INTEGER', 'Process id; -1 where no process holds it', { additional: true }],
    ['port', 'INTEGER', 'Port; 0 for Unix sockets'],
    ['protocol', 'INTEGER', 'IP protocol: 6 TCP, 17 UDP'],
    ['family', 'INTEGER', 'Address family: 1 Unix, 2 IPv4, 10 IPv6, 17 packet'],
    ['address', 'TEXT', 'Local address'],
    ['fd', 'BIGINT', 'File descriptor; -1 without a process'],
    ['socket', 'BIGINT', 'Inode number'],
    ['path', 'TEXT', 'Path of a Unix socket'],
    ['net_namespace', 'TEXT', 'Number of the network namespace'],
  ),
  examples: [
    'SELECT l.port, l.address, p.name, p.path FROM listening_ports l JOIN processes p USING (pid) WHERE l.family = 2',
    "SELECT * FROM listening_ports WHERE address IN ('0.0.0.0', '::') AND protocol = 6",
  ],
  *rows(context) {
    for (const socket of socketsOf(context)) {
      if (!isListening(socket)) continue;
      yield {
        pid: socket.pid,
        port: socket.local_port,
        protocol: socket.protocol,
        family: socket.family,
        address: socket.local_address,
        fd: socket.fd,
        socket: socket.socket,
        path: socket.path,
        net_namespace: socket.net_namespace,
      };
    }
  },
};
