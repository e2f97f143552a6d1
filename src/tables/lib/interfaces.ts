/** Addresses of network interfaces. */
import { networkInterfaces } from 'node:os';
import type { System } from '../spec.ts';
import { broadcastOf, ipv6Mask, ipv6OfHex } from './addresses.ts';
import { readLine, readText } from './procfs.ts';

export interface InterfaceAddress {
  readonly interface: string;
  readonly address: string;
  readonly mask: string;
  readonly prefix: number;
  readonly broadcast: string;
}

const IFF_BROADCAST = 0x2;

/**
 * Addresses of all interfaces: IPv4 from the C library (no file lists them by interface), so of interfaces that are up, and only when
 * `system` is this machine; IPv6 from /proc/net/if_inet6. Link-local IPv6 addresses carry `%interface`, as getnameinfo(3) writes them.
 */
export function interfaceAddresses(system: System): InterfaceAddress[] {
  const found: InterfaceAddress[] = [];
  const here = system.proc === '/proc' ? Object.entries(networkInterfaces()) : [];
  for (const [name, addresses] of here) {
    for (const { family, address, netmask, cidr } of addresses ?? []) {
      if (family !== 'IPv4') continue;
      const flags = Number.parseInt(readLine(`${system.sys}/class/net/${name}/flags`) ?? '0', 16);
      const broadcast = (flags & IFF_BROADCAST) === 0 ? undefined : broadcastOf(address, netmask);
      found.push({ interface: name, address, mask: netmask, prefix: Number(cidr?.split('/')[1] ?? 32), broadcast: broadcast ?? '' });
    }
  }
  for (const line of (readText(`${system.proc}/net/if_inet6`) ?? '').split('\n')) {
    // address, index, prefix length, scope, flags, name
    const [hex, , prefixHex, scope, , name] = line.trim().split(/ +/);
    if (hex?.length !== 32 || prefixHex === undefined || name === undefined) continue;
    const prefix = Number.parseInt(prefixHex, 16);
    const address = ipv6OfHex(hex) + (scope === '20' ? `%${name}` : '');
    found.push({ interface: name, address, mask: ipv6Mask(prefix), prefix, broadcast: '' });
  }
  return found;
}
