import { columns } from '../lib/columns.ts';
import { lastFailure, readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const ATF_PERM = 0x04;

/** IPv4 neighbours. */
export const arp_cache: GeneratedTableSpec = {
  name: 'arp_cache',
  kind: 'state',
  description: 'Hardware addresses of IPv4 neighbours, as the kernel knows them.',
  source: '/proc/net/arp',
  estimatedRows: 20,
  columns: columns(
    ['address', 'TEXT', 'IPv4 address'],
    ['mac', 'TEXT', 'Hardware address'],
    ['interface', 'TEXT', 'Interface'],
    ['permanent', 'TEXT', 'Whether it was set by hand: 1 yes, 0 learnt'],
  ),
  examples: [
    'SELECT address, mac, interface FROM arp_cache',
    'SELECT mac, count(*) AS addresses FROM arp_cache GROUP BY mac HAVING count(*) > 1',
  ],
  *rows(context) {
    const text = readText(`${context.system.proc}/net/arp`);
    if (text === undefined) {
      context.warn(`${context.system.proc}/net/arp cannot be read: ${lastFailure()}`);
      return;
    }
    for (const line of text.split('\n').slice(1)) {
      const [address, , flags, mac, , device] = line.split(/ +/);
      if (address === undefined || flags === undefined || mac === undefined || device === undefined) continue;
      yield { address, mac, interface: device, permanent: (Number.parseInt(flags, 16) & ATF_PERM) !== 0 ? '1' : '0' };
    }
  },
};
