/** Name files of /etc. */
import { columns, pidWithNamespace } from '../lib/columns.ts';
import { commentOf, plainLines, readNeeded } from '../lib/config-files.ts';
import { mountViews } from '../lib/mount-view.ts';
import type { GeneratedTableSpec, Row } from '../spec.ts';

/** Names of hosts. */
export const etc_hosts: GeneratedTableSpec = {
  name: 'etc_hosts',
  kind: 'state',
  description: 'Addresses and names of the hosts file, of the machine or of a container.',
  source: '/etc/hosts',
  estimatedRows: 10,
  columns: [...columns(['address', 'TEXT', 'Address'], ['hostnames', 'TEXT', 'Names, separated by blanks']), pidWithNamespace],
  examples: ['SELECT address, hostnames FROM etc_hosts', "SELECT * FROM etc_hosts WHERE address NOT IN ('127.0.0.1', '::1')"],
  *rows(context) {
    for (const view of mountViews(context)) {
      for (const line of plainLines(readNeeded(context, view.root, '/etc/hosts') ?? '')) {
        const [address = '', ...names] = line.split(/\s+/);
        if (names.length > 0) yield { address, hostnames: names.join(' '), ...view.columns };
      }
    }
  },
};

/** Names of ports. */
export const etc_services: GeneratedTableSpec = {
  name: 'etc_services',
  kind: 'state',
  description: 'Names of well-known ports.',
  source: '/etc/services',
  estimatedRows: 300,
  columns: columns(
    ['name', 'TEXT', 'Name of the service'],
    ['port', 'INTEGER', 'Port'],
    ['protocol', 'TEXT', 'Protocol: tcp or udp'],
    ['aliases', 'TEXT', 'Other names, separated by blanks'],
    ['comment', 'TEXT', 'Comment'],
  ),
  examples: [
    'SELECT name, protocol FROM etc_services WHERE port = 53',
    "SELECT l.port, s.name FROM listening_ports l LEFT JOIN etc_services s ON s.port = l.port AND s.protocol = 'tcp' WHERE l.protocol = 6",
  ],
  *rows(context) {
    for (const line of (readNeeded(context, context.system.root, '/etc/services') ?? '').split('\n')) {
      const [name = '', portAndProtocol = '', ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/);
      const [port = '', protocol = ''] = portAndProtocol.split('/');
      if (name === '' || protocol === '' || !/^\d+$/.test(port)) continue;
      yield { name, port: Number(port), protocol, aliases: aliases.join(' '), comment: commentOf(line) };
    }
  },
};

/** Names of protocols. */
export const etc_protocols: GeneratedTableSpec = {
  name: 'etc_protocols',
  kind: 'state',
  description: 'Names of IP protocols.',
  source: '/etc/protocols',
  estimatedRows: 60,
  columns: columns(
    ['name', 'TEXT', 'Name of the protocol'],
    ['number', 'INTEGER', 'Number of the protocol'],
    ['alias', 'TEXT', 'Other names, separated by blanks'],
    ['comment', 'TEXT', 'Comment'],
  ),
  examples: [
    "SELECT number FROM etc_protocols WHERE name = 'tcp'",
    'SELECT s.pid, p.name FROM process_open_sockets s JOIN etc_protocols p ON p.number = s.protocol WHERE s.family = 2',
  ],
  *rows(context) {
    for (const line of (readNeeded(context, context.system.root, '/etc/protocols') ?? '').split('\n')) {
      const [name = '', number = '', ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/);
      if (name === '' || !/^\d+$/.test(number)) continue;
      yield { name, number: Number(number), alias: aliases.join(' '), comment: commentOf(line) };
    }
  },
};

/** What the C library starts from: RES_RECURSE, RES_DEFNAMES and RES_DNSRCH. */
const defaultOptions = 0x2c1;

/** Name servers. */
export const dns_resolvers: GeneratedTableSpec = {
  name: 'dns_resolvers',
  kind: 'state',
  description: 'Name servers and search domains, of the machine or of a container.',
  source: '/etc/resolv.conf',
  estimatedRows: 5,
  columns: [
    ...columns(
      ['id', 'INTEGER', 'Place among those of its type, from 0'],
      ['type', 'TEXT', 'nameserver, sortlist or search'],
      ['address', 'TEXT', 'Address, or the domain'],
      ['netmask', 'TEXT', 'Mask of an address of a sortlist; 32 for name servers'],
      ['options', 'BIGINT', 'Options of the resolver, as the bits the C library starts from'],
    ),
    pidWithNamespace,
  ],
  examples: ["SELECT address FROM dns_resolvers WHERE type = 'nameserver'", "SELECT address FROM dns_resolvers WHERE type = 'search'"],
  *rows(context) {
    for (const view of mountViews(context)) {
      const found: Record<'nameserver' | 'sortlist' | 'search', Row[]> = { nameserver: [], sortlist: [], search: [] };
      for (const line of (readNeeded(context, view.root, '/etc/resolv.conf') ?? '').split('\n')) {
        const [keyword = '', ...values] = (/^[#;]/.test(line) ? '' : line).trim().split(/\s+/);
        // The library reads three name servers; a later search or domain replaces the one before.
        if (keyword === 'nameserver' && found.nameserver.length < 3 && values[0] !== undefined)
          found.nameserver.push({ address: values[0], netmask: '32' });
        else if (keyword === 'search' || keyword === 'domain') found.search = values.map((address) => ({ address, netmask: '' }));
        else if (keyword === 'sortlist') {
          found.sortlist = values.map((value) => ({ address: value.split('/')[0] ?? '', netmask: value.split('/')[1] ?? '' }));
        }
      }
      for (const type of ['nameserver', 'sortlist', 'search'] as const) {
        for (const [id, row] of found[type].entries()) yield { id, type, ...row, options: defaultOptions, ...view.columns };
      }
    }
  },
};
