import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Sockets: who connects to what, who listens, and how much went over it. */
export const socket_events: EventTableSpec = {
  name: 'socket_events',
  kind: 'event',
  description:
    'Connections as they are made, accepted and ended; bind, listen, raw and packet sockets. A connect that does not block has two rows: in_progress, then its outcome. A datagram socket has a connect row for each new place it sends to, not for each datagram. Addresses and ports are the kernel’s own; IPv4-mapped IPv6 is shown as IPv4.',
  source:
    'tracepoints sys_exit (socket, connect, accept, bind, listen) and inet_sock_set_state; cgroup programs skb and sock_release for UDP',
  columns: [
    ...eventColumns,
    ...processColumns(),
    {
      name: 'action',
      type: 'TEXT',
      description: 'connect, accept, bind, listen, close, or socket (raw, packet, AF_ALG, AF_VSOCK and AF_XDP sockets as they are made)',
    },
    { name: 'fd', type: 'BIGINT', description: 'Descriptor of the socket; NULL where none was given', width: 'i32' },
    { name: 'family', type: 'INTEGER', description: 'Address family: 1 AF_UNIX, 2 IPv4, 10 IPv6, 17 packet', width: 'i32' },
    {
      name: 'protocol',
      type: 'INTEGER',
      description: 'Transport protocol: 6 TCP, 17 UDP, 262 MPTCP; for a packet socket the Ethernet type',
      hidden: true,
      width: 'i32',
    },
    { name: 'local_address', type: 'TEXT', description: 'Address on this side' },
    { name: 'remote_address', type: 'TEXT', description: 'Address on the other side; NULL where there is none' },
    { name: 'local_port', type: 'INTEGER', description: 'Port on this side', width: 'i32' },
    { name: 'remote_port', type: 'INTEGER', description: 'Port on the other side; NULL where there is none', width: 'i32' },
    {
      name: 'socket',
      type: 'TEXT',
      description: 'Path of the AF_UNIX socket connected to, bound or listened on; an abstract name begins with @',
      hidden: true,
    },
    { name: 'uptime', type: 'BIGINT', description: 'Seconds since boot', width: 'i32' },
    { name: 'success', type: 'INTEGER', description: '1 when it succeeded', hidden: true, width: 'i8' },
    { name: 'status', type: 'TEXT', description: 'succeeded, failed, or in_progress for a connect whose outcome comes in a later row' },
    { name: 'type', type: 'TEXT', description: 'stream, dgram, raw, seqpacket or packet' },
    {
      name: 'error',
      type: 'INTEGER',
      description: 'errno; 0 when there was none. In a close row: why the connection ended, for example 104 for a reset',
      width: 'i32',
    },
    { name: 'bytes_sent', type: 'BIGINT', description: 'Close rows: bytes of payload sent, repetitions not counted' },
    { name: 'bytes_received', type: 'BIGINT', description: 'Close rows: bytes of payload received' },
    {
      name: 'duration',
      type: 'BIGINT',
      description: 'Close rows: nanoseconds since the socket was connected, accepted, bound or first used',
    },
    {
      name: 'direction',
      type: 'TEXT',
      description: 'outgoing when this side began it, incoming when the other did; NULL where neither has',
    },
    { name: 'io_uring', type: 'INTEGER', description: '1 when asked for through io_uring', width: 'i8' },
    { name: 'net_namespace', type: 'BIGINT', description: 'Inode number of the network namespace', width: 'u32' },
  ],
  examples: [
    "SELECT time, path, remote_address, remote_port, status FROM socket_events WHERE action = 'connect' AND family IN (2, 10)",
    "SELECT path, remote_address, sum(bytes_sent) AS sent FROM socket_events WHERE action = 'close' GROUP BY path, remote_address ORDER BY sent DESC",
    "SELECT path, local_address, local_port FROM socket_events WHERE action = 'listen'",
    "SELECT pid, path, socket FROM socket_events WHERE family = 1 AND action = 'connect'",
  ],
};
