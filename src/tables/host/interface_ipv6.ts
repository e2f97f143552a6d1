import { columns } from '../lib/columns.ts';
import { listNames, readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** State of IPv6 on interfaces. */
export const interface_ipv6: GeneratedTableSpec = {
  name: 'interface_ipv6',
  kind: 'state',
  description: 'Settings of IPv6 on each interface.',
  source: '/proc/sys/net/ipv6/conf',
  estimatedRows: 10,
  columns: columns(
    ['interface', 'TEXT', 'Name of the interface'],
    ['hop_limit', 'INTEGER', 'Hops a packet may make'],
    ['forwarding_enabled', 'INTEGER', 'Whether packets are forwarded: 1 yes'],
    ['redirect_accept', 'INTEGER', 'Whether redirects are obeyed: 1 yes'],
    ['rtadv_accept', 'INTEGER', 'Whether router advertisements are obeyed: 1 yes'],
  ),
  examples: ['SELECT * FROM interface_ipv6', 'SELECT interface FROM interface_ipv6 WHERE forwarding_enabled = 1'],
  *rows(context) {
    const details = context.system;
    if (listNames(`${details.proc}/sys/net/ipv6/conf`) === undefined) context.warn('this kernel has no IPv6');
    for (const name of listNames(`${details.sys}/class/net`) ?? []) {
      const value = (key: string): number | null => {
        const text = readText(`${details.proc}/sys/net/ipv6/conf/${name}/${key}`);
        return text === undefined ? null : Number.parseInt(text, 10);
      };
      const hop_limit = value('hop_limit');
      // Interfaces without IPv6 have no such folder.
      if (hop_limit === null) continue;
      yield {
        interface: name,
        hop_limit,
        forwarding_enabled: value('forwarding'),
        redirect_accept: value('accept_redirects'),
        rtadv_accept: value('accept_ra'),
      };
    }
  },
};
