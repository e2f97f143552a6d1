import { ipv4OfKernelHex, ipv6OfHex, prefixOfMask } from '../lib/addresses.ts';
import { columns } from '../lib/columns.ts';
import { type InterfaceAddress, interfaceAddresses } from '../lib/interfaces.ts';
import { lastFailure, readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Row } from '../spec.ts';

const RTF_REJECT = 0x0200;
const RTF_ANYCAST = 0x00100000;
const RTF_LOCAL = 0x80000000;
/** Metric of the entry that stands for "no route" in every IPv6 table. */
const nullMetric = 0xffffffff;

/** Routing tables. */
export const routes: GeneratedTableSpec = {
  name: 'routes',
  kind: 'state',
  description: 'The main and local routing tables, IPv4 and IPv6. Tables of policy routing are not in it.',
  source: '/proc/net/route, /proc/net/fib_trie, /proc/net/ipv6_route',
  estimatedRows: 20,
  columns: columns(
    ['destination', 'TEXT', 'Network; 0.0.0.0 or :: for the default'],
    ['netmask', 'INTEGER', 'Length of the prefix, in bits'],
    ['gateway', 'TEXT', 'Next hop; empty for networks that are connected'],
    ['source', 'TEXT', "This machine's address on that network, where it is known"],
    ['flags', 'INTEGER', 'Flags of route(8): 1 up, 2 gateway, 4 host, 512 reject'],
    ['interface', 'TEXT', 'Interface'],
    ['mtu', 'INTEGER', 'Largest packet, in bytes; 0 for that of the interface'],
    ['metric', 'INTEGER', 'Cost: the least wins'],
    ['type', 'TEXT', 'gateway, local, broadcast, anycast or other', { additional: true }],
    ['hopcount', 'INTEGER', 'Always -1 on Linux'],
  ),
  examples: [
    "SELECT gateway, interface FROM routes WHERE destination = '0.0.0.0' AND netmask = 0",
    "SELECT destination, netmask, interface, metric FROM routes WHERE type = 'gateway'",
  ],
  *rows(context) {
    const { proc } = context.system;
    const addresses = interfaceAddresses(context.system);
    const read = (file: string): string | undefined => {
      const text = readText(`${proc}/net/${file}`);
      // A kernel without IPv6 has no such file.
      if (text === undefined && file !== 'ipv6_route') context.warn(`${proc}/net/${file} cannot be read: ${lastFailure()}`);
      return text;
    };
    const main = read('route');
    if (main !== undefined) yield* mainRoutes(main, addresses);
    const local = read('fib_trie');
    if (local !== undefined) yield* localRoutes(local, addresses);
    const ipv6 = read('ipv6_route');
    if (ipv6 !== undefined) yield* ipv6Routes(ipv6);
  },
};

/** Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT */
function* mainRoutes(text: string, addresses: readonly InterfaceAddress[]): Generator<Row> {
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, gateway, flagsHex, , , metric, mask, mtu] = line.trim().split(/\s+/);
    if (name === undefined || destination?.length !== 8 || gateway === undefined || flagsHex === undefined || mask === undefined) continue;
    const flags = Number.parseInt(flagsHex, 16);
    const network = ipv4OfKernelHex(destination);
    const netmask = prefixOfMask(ipv4OfKernelHex(mask));
    const connected = gateway === '00000000';
    yield {
      destination: network,
      netmask,
      gateway: connected ? '' : ipv4OfKernelHex(gateway),
      source: connected ? (addresses.find((a) => a.interface === name && inNetwork(a.address, network, netmask))?.address ?? '') : '',
      flags,
      interface: name,
      mtu: Number(mtu ?? 0),
      metric: Number(metric ?? 0),
      type: (flags & RTF_REJECT) !== 0 ? 'other' : 'gateway',
      hopcount: -1,
    };
  }
}

/**
 * Leaves of the trie are an address line (`|-- 192.0.2.2`) and, below it, its routes (`/32 host LOCAL`). The trie does not name
 * interfaces: that is found by address.
 */
function* localRoutes(text: string, addresses: readonly InterfaceAddress[]): Generator<Row> {
  const start = text.indexOf('Local:\n');
  if (start < 0) return;
  let leaf = '';
  for (const line of text.slice(start + 'Local:\n'.length).split('\n')) {
    // Another table begins.
    if (line !== '' && !line.startsWith(' ')) return;
    const address = /\|-- (\S+)$/.exec(line);
    if (address) {
      leaf = address[1] ?? '';
      continue;
    }
    const route = /^\s+\/(\d+) \S+ (LOCAL|BROADCAST|ANYCAST)/.exec(line);
    if (route === null) continue;
    const netmask = Number(route[1]);
    const owner =
      addresses.find((a) => a.address === leaf || a.broadcast === leaf) ??
      addresses.find((a) => !a.address.includes(':') && inNetwork(leaf, a.address, a.prefix));
    yield {
      destination: leaf,
      netmask,
      gateway: '',
      source: owner?.address ?? '',
      flags: 1,
      interface: owner?.interface ?? '',
      mtu: 0,
      metric: 0,
      type: (route[2] ?? '').toLowerCase(),
      hopcount: -1,
    };
  }
}

/** destination, prefix, source, prefix, next hop, metric, reference count, use, flags, name: all in hexadecimal */
function* ipv6Routes(text: string): Generator<Row> {
  for (const line of text.split('\n')) {
    const [destination, prefix, , , hop, metricHex, , , flagsHex, name] = line.trim().split(/\s+/);
    if (destination?.length !== 32 || prefix === undefined || hop === undefined || metricHex === undefined || flagsHex === undefined)
      continue;
    const metric = Number.parseInt(metricHex, 16);
    if (metric === nullMetric) continue;
    const flags = Number.parseInt(flagsHex, 16);
    const gateway = ipv6OfHex(hop);
    const flag = (bit: number): boolean => Math.floor(flags / bit) % 2 === 1;
    yield {
      destination: ipv6OfHex(destination),
      netmask: Number.parseInt(prefix, 16),
      gateway: gateway === '::' ? '' : gateway,
      source: '',
      flags,
      interface: name ?? '',
      mtu: 0,
      metric,
      type: flag(RTF_ANYCAST)
        ? 'anycast'
        : flag(RTF_LOCAL)
          ? 'local'
          : flag(RTF_REJECT) || destination.startsWith('ff')
            ? 'other'
            : 'gateway',
      hopcount: -1,
    };
  }
}

function inNetwork(address: string, network: string, prefix: number): boolean {
  if (address.includes(':')) return false;
  const number = (text: string): number => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  return Math.floor(number(address) / size) === Math.floor(number(network) / size);
}
