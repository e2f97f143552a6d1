/** Sockets of network namespaces, from /proc/PID/net, and who holds them, from /proc/PID/fd. */
import type { TableContext } from '../spec.ts';
import { ipv4OfKernelHex, ipv6OfKernelHex } from './addresses.ts';
import { integersOf } from './constraints.ts';
import { namespaceNumber } from './mount-view.ts';
import { allPids, Denials, pidsOf } from './pids.ts';
import { listNames, readLink, readText, wasDenied } from './procfs.ts';

export interface SocketRow {
  /** -1 when no process that we may look into holds it. */
  readonly pid: number;
  readonly fd: number;
  /** Inode number; 0 for sockets without one (TIME_WAIT). */
  readonly socket: number;
  readonly family: number;
  readonly protocol: number;
  readonly local_address: string;
  readonly remote_address: string;
  readonly local_port: number;
  readonly remote_port: number;
  readonly path: string;
  readonly state: string;
  readonly net_namespace: string;
}

interface Holder {
  readonly pid: number;
  readonly fd: number;
}

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_PACKET = 17;

/** osquery's names; the index is the kernel's number. */
const tcpStates = [
  'UNKNOWN',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSED',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'SYN_RECV',
];
/** As /proc/net/unix prints them. */
const unixStates: Readonly<Record<string, string>> = { '01': 'UNCONNECTED', '02': 'CONNECTING', '03': 'CONNECTED', '04': 'DISCONNECTING' };
const UNIX_LISTENS = 0x00010000;

const inetFiles: readonly [file: string, family: number, protocol: number][] = [
  ['tcp', AF_INET, 6],
  ['tcp6', AF_INET6, 6],
  ['udp', AF_INET, 17],
  ['udp6', AF_INET6, 17],
  ['udplite', AF_INET, 136],
  ['udplite6', AF_INET6, 136],
  ['raw', AF_INET, 255],
  ['raw6', AF_INET6, 255],
  ['icmp', AF_INET, 1],
  ['icmp6', AF_INET6, 58],
];

/**
 * Sockets of every network namespace, once per process and descriptor that holds them. `pid =` looks into those processes only; -1
 * stands for sockets that nobody holds.
 */
export function* socketsOf(context: TableContext): Generator<SocketRow> {
  const { proc } = context.system;
  const given = integersOf(context, 'pid');
  const onlyHeld = given !== undefined && !given.includes(-1);
  const holders = new Map<number, Holder[]>();
  const namespaces = new Map<string, string>();
  const denials = new Denials();
  for (const pid of onlyHeld ? pidsOf(context) : allPids(context)) {
    context.checkInterrupt();
    const folder = `${proc}/${pid}`;
    if (!addHolders(holders, folder, pid)) {
      if (wasDenied()) denials.add();
      if (onlyHeld) continue;
    }
    const namespace = namespaceNumber(readLink(`${folder}/ns/net`));
    if (namespace !== null && !namespaces.has(namespace)) namespaces.set(namespace, folder);
  }
  if (namespaces.size === 0 && !onlyHeld) namespaces.set(namespaceNumber(readLink(`${proc}/self/ns/net`)) ?? '', `${proc}/self`);
  for (const [namespace, folder] of namespaces) {
    for (const socket of socketsIn(context, `${folder}/net`, namespace)) {
      const held = holders.get(socket.socket);
      if (held === undefined) {
        if (!onlyHeld) yield socket;
      } else {
        for (const holder of held) yield { ...socket, ...holder };
      }
    }
  }
  denials.report(context, 'sockets');
}

function addHolders(holders: Map<number, Holder[]>, folder: string, pid: number): boolean {
  const names = listNames(`${folder}/fd`);
  if (names === undefined) return false;
  for (const name of names) {
    const target = readLink(`${folder}/fd/${name}`);
    if (target === undefined || !target.startsWith('socket:[')) continue;
    const inode = Number(target.slice('socket:['.length, -1));
    const holder = { pid, fd: Number(name) };
    const list = holders.get(inode);
    if (list) list.push(holder);
    else holders.set(inode, [holder]);
  }
  return true;
}

function* socketsIn(context: TableContext, net: string, namespace: string): Generator<SocketRow> {
  for (const [file, family, protocol] of inetFiles) {
    // Files of protocols that the kernel was built without are not there.
    const text = readText(`${net}/${file}`);
    if (text === undefined) continue;
    context.checkInterrupt();
    yield* inetSockets(text, family, protocol, namespace);
  }
  const unix = readText(`${net}/unix`);
  if (unix !== undefined) yield* unixSockets(unix, namespace);
  const packet = readText(`${net}/packet`);
  if (packet !== undefined) yield* packetSockets(packet, namespace);
}

function* inetSockets(text: string, family: number, protocol: number, namespace: string): Generator<SocketRow> {
  const decode = family === AF_INET ? ipv4OfKernelHex : ipv6OfKernelHex;
  const digits = family === AF_INET ? 8 : 32;
  for (let start = text.indexOf('\n') + 1; start > 0 && start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    //   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 …
    const line = text.slice(start, end);
    start = end + 1;
    const local = line.indexOf(': ') + 2;
    if (local < 2) continue;
    const remote = local + digits + 6;
    const state = line.slice(remote + digits + 6, remote + digits + 8);
    const rest = line
      .slice(remote + digits + 9)
      .trim()
      .split(/ +/);
    const localPort = Number.parseInt(line.slice(local + digits + 1, local + digits + 5), 16);
    // The port of a raw socket is its protocol.
    const raw = protocol === 255;
    yield {
      pid: -1,
      fd: -1,
      socket: Number(rest[5] ?? 0),
      family,
      protocol: raw ? localPort : protocol,
      local_address: decode(line.slice(local, local + digits)),
      remote_address: decode(line.slice(remote, remote + digits)),
      local_port: raw ? 0 : localPort,
      remote_port: Number.parseInt(line.slice(remote + digits + 1, remote + digits + 5), 16),
      path: '',
      state: protocol === 6 ? (tcpStates[Number.parseInt(state, 16)] ?? 'UNKNOWN') : '',
      net_namespace: namespace,
    };
  }
}

function* unixSockets(text: string, namespace: string): Generator<SocketRow> {
  for (const line of text.split('\n').slice(1)) {
    // 0000000000000000: 00000002 00000000 00010000 0001 01 12345 /run/x: the path may hold blanks.
    const match = /^\S+ \S+ \S+ (\S+) \S+ (\S+) +(\d+) ?(.*)$/.exec(line);
    if (match === null) continue;
    const listens = (Number.parseInt(match[1] ?? '0', 16) & UNIX_LISTENS) !== 0;
    yield {
      ...addressless(Number(match[3]), AF_UNIX, 0, namespace),
      path: match[4] ?? '',
      state: listens ? 'LISTEN' : (unixStates[match[2] ?? ''] ?? ''),
    };
  }
}

function* packetSockets(text: string, namespace: string): Generator<SocketRow> {
  for (const line of text.split('\n').slice(1)) {
    // sk RefCnt Type Proto Iface R Rmem User Inode
    const fields = line.trim().split(/ +/);
    if (fields.length < 9) continue;
    yield addressless(Number(fields[8]), AF_PACKET, Number.parseInt(fields[3] ?? '0', 16), namespace);
  }
}

function addressless(socket: number, family: number, protocol: number, namespace: string): SocketRow {
  return {
    pid: -1,
    fd: -1,
    socket,
    family,
    protocol,
    local_address: '',
    remote_address: '',
    local_port: 0,
    remote_port: 0,
    path: '',
    state: '',
    net_namespace: namespace,
  };
}

/** Whether a socket waits for somebody: listens (TCP, Unix) or is bound without a peer. */
export function isListening(socket: SocketRow): boolean {
  if (socket.family === AF_UNIX) return socket.path !== '' && (socket.state === 'LISTEN' || socket.state === 'UNCONNECTED');
  if (socket.protocol === 6 && socket.family !== AF_PACKET) return socket.state === 'LISTEN';
  return socket.remote_port === 0;
}
