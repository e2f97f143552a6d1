import { basename } from 'node:path';
import { columns, foreign } from '../lib/columns.ts';
import { lastFailure, listNames, readLine, readLink } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Network interfaces and their counters. */
export const interface_details: GeneratedTableSpec = {
  name: 'interface_details',
  kind: 'state',
  description: 'Network interfaces: hardware address, state and counters.',
  source: '/sys/class/net',
  estimatedRows: 10,
  columns: [
    ...columns(
      ['interface', 'TEXT', 'Name'],
      ['mac', 'TEXT', 'Hardware address'],
      ['type', 'INTEGER', 'Hardware type: 1 Ethernet, 772 loopback'],
      ['mtu', 'INTEGER', 'Largest packet, in bytes'],
      ['metric', 'INTEGER', 'Always 0 on Linux, where routes have metrics'],
      ['flags', 'INTEGER', 'Flags of netdevice(7); 1 is up'],
      ['ipackets', 'BIGINT', 'Packets received'],
      ['opackets', 'BIGINT', 'Packets sent'],
      ['ibytes', 'BIGINT', 'Bytes received'],
      ['obytes', 'BIGINT', 'Bytes sent'],
      ['ierrors', 'BIGINT', 'Errors receiving'],
      ['oerrors', 'BIGINT', 'Errors sending'],
      ['idrops', 'BIGINT', 'Packets dropped on receipt'],
      ['odrops', 'BIGINT', 'Packets dropped on sending'],
      ['collisions', 'BIGINT', 'Collisions'],
      ['last_change', 'BIGINT', 'Always -1 on Linux'],
      ['link_speed', 'BIGINT', 'Speed of the link, in Mbit/s; 0 when unknown'],
      ['pci_slot', 'TEXT', 'Slot of the PCI device'],
    ),
    ...foreign('Windows', ['friendly_name', 'TEXT'], ['description', 'TEXT'], ['manufacturer', 'TEXT'], ['connection_id', 'TEXT']),
    ...foreign('Windows', ['connection_status', 'TEXT'], ['enabled', 'INTEGER'], ['physical_adapter', 'INTEGER'], ['speed', 'INTEGER']),
    ...foreign(
      'Windows',
      ['service', 'TEXT'],
      ['dhcp_enabled', 'INTEGER'],
      ['dhcp_lease_expires', 'TEXT'],
      ['dhcp_lease_obtained', 'TEXT'],
    ),
    ...foreign(
      'Windows',
      ['dhcp_server', 'TEXT'],
      ['dns_domain', 'TEXT'],
      ['dns_domain_suffix_search_order', 'TEXT'],
      ['dns_host_name', 'TEXT'],
    ),
    ...foreign('Windows', ['dns_server_search_order', 'TEXT']),
  ],
  examples: [
    'SELECT interface, mac, mtu, ibytes, obytes FROM interface_details',
    'SELECT interface FROM interface_details WHERE flags & 256',
  ],
  *rows(context) {
    const folder = `${context.system.sys}/class/net`;
    const names = listNames(folder);
    if (names === undefined) {
      context.warn(`${folder} cannot be listed: ${lastFailure()}`);
      return;
    }
    for (const name of names) {
      const here = `${folder}/${name}`;
      // bonding_masters is a file among the folders.
      const index = readLine(`${here}/ifindex`);
      if (index === undefined) continue;
      const number = (file: string): number => Number(readLine(`${here}/${file}`) ?? 0);
      const count = (file: string): number => number(`statistics/${file}`);
      const device = context.uses('pci_slot') ? readLink(`${here}/device`) : undefined;
      const slot = device === undefined ? '' : basename(device);
      yield {
        interface: name,
        mac: readLine(`${here}/address`) || '00:00:00:00:00:00',
        type: number('type'),
        mtu: number('mtu'),
        metric: 0,
        flags: Number.parseInt(readLine(`${here}/flags`) ?? '0', 16),
        ipackets: count('rx_packets'),
        opackets: count('tx_packets'),
        ibytes: count('rx_bytes'),
        obytes: count('tx_bytes'),
        ierrors: count('rx_errors'),
        oerrors: count('tx_errors'),
        idrops: count('rx_dropped'),
        odrops: count('tx_dropped'),
        collisions: count('collisions'),
        last_change: -1,
        // Reading it fails where the driver does not know, and is -1 where there is no link.
        link_speed: Math.max(0, number('speed')),
        pci_slot: /^[0-9a-f]{4}:[0-9a-f]{2}:/.test(slot) ? slot : '',
      };
    }
  },
};
