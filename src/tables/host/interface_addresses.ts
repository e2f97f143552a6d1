import { columns, foreign } from '../lib/columns.ts';
import { interfaceAddresses } from '../lib/interfaces.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Addresses of network interfaces. */
export const interface_addresses: GeneratedTableSpec = {
  name: 'interface_addresses',
  kind: 'state',
  description: 'IPv4 and IPv6 addresses of the network interfaces that are up.',
  source: 'getifaddrs(3), /proc/net/if_inet6',
  estimatedRows: 10,
  columns: [
    ...columns(
      ['interface', 'TEXT', 'Name of the interface'],
      ['address', 'TEXT', 'Address; link-local ones end in % and the interface'],
      ['mask', 'TEXT', 'Network mask'],
      ['broadcast', 'TEXT', 'Broadcast address'],
      ['point_to_point', 'TEXT', 'Address of the other end; not known here'],
      ['type', 'TEXT', 'How it was given; not known here'],
    ),
    ...foreign('Windows', ['friendly_name', 'TEXT']),
  ],
  examples: [
    "SELECT interface, address, mask FROM interface_addresses WHERE interface <> 'lo'",
    'SELECT a.address, d.mac FROM interface_addresses a JOIN interface_details d USING (interface)',
  ],
  *rows(context) {
    for (const { interface: name, address, mask, broadcast } of interfaceAddresses(context.system)) {
      yield { interface: name, address, mask, broadcast, point_to_point: '', type: '' };
    }
  },
};
