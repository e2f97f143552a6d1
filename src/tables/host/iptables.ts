import { isIPv6 } from 'node:net';
import { ipv6Mask } from '../lib/addresses.ts';
import { columns } from '../lib/columns.ts';
import { findProgram, runProgram } from '../lib/programs.ts';
import type { GeneratedTableSpec, Row } from '../spec.ts';

/** Rules of the packet filter. */
export const iptables: GeneratedTableSpec = {
  name: 'iptables',
  kind: 'state',
  description: 'Rules of the packet filter, IPv4 and IPv6, as iptables shows them, and the policies of its chains.',
  source: 'iptables-save, ip6tables-save',
  estimatedRows: 50,
  columns: columns(
    ['filter_name', 'TEXT', 'Table: filter, nat, mangle, …'],
    ['chain', 'TEXT', 'Chain'],
    ['policy', 'TEXT', 'What happens to packets that no rule takes; only in rows of chains'],
    ['target', 'TEXT', 'What happens to packets that the rule takes'],
    ['protocol', 'INTEGER', 'Number of the protocol; 0 for all'],
    ['src_port', 'TEXT', 'Source ports'],
    ['dst_port', 'TEXT', 'Destination ports'],
    ['src_ip', 'TEXT', 'Source address'],
    ['src_mask', 'TEXT', 'Mask of the source address'],
    ['iniface', 'TEXT', 'Interface of arrival'],
    ['iniface_mask', 'TEXT', 'Mask of its name'],
    ['dst_ip', 'TEXT', 'Destination address'],
    ['dst_mask', 'TEXT', 'Mask of the destination address'],
    ['outiface', 'TEXT', 'Interface of departure'],
    ['outiface_mask', 'TEXT', 'Mask of its name'],
    ['match', 'TEXT', 'yes if the rule has further conditions'],
    ['packets', 'INTEGER', 'Packets it took'],
    ['bytes', 'INTEGER', 'Bytes it took'],
    ['rule', 'TEXT', 'The whole rule, as iptables writes it'],
  ),
  examples: [
    "SELECT chain, policy FROM iptables WHERE policy <> ''",
    "SELECT chain, target, src_ip, dst_port FROM iptables WHERE filter_name = 'filter' AND chain = 'INPUT'",
  ],
  *rows(context) {
    let found = false;
    for (const [name, family] of [
      ['iptables-save', 4],
      ['ip6tables-save', 6],
    ] as const) {
      const program = findProgram(name);
      if (program === undefined) continue;
      found = true;
      const result = runProgram(program, ['-c']);
      if ('error' in result) context.warn(`${name}: ${result.error}`);
      else yield* parseSave(result.output, family);
    }
    if (!found) context.warn('iptables is not installed: nothing tells its rules');
  },
};

const protocols: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
  all: 0,
};

/** The output of iptables-save -c: `*table`, `:CHAIN policy [packets:bytes]`, `[packets:bytes] -A CHAIN …`. */
export function* parseSave(text: string, family: 4 | 6): Generator<Row> {
  let table = '';
  const any = family === 4 ? '0.0.0.0' : '::';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const chain = /^:(\S+) (\S+) \[(\d+):(\d+)\]/.exec(line);
    if (chain) {
      const policy = chain[2] === '-' ? '' : (chain[2] ?? '');
      if (policy !== '')
        yield { ...blank(any), filter_name: table, chain: chain[1], policy, packets: Number(chain[3]), bytes: Number(chain[4]), rule: '' };
      continue;
    }
    const rule = /^\[(\d+):(\d+)\] -A (\S+) ?(.*)$/.exec(line);
    if (rule === null) continue;
    yield {
      ...blank(any),
      filter_name: table,
      chain: rule[3],
      packets: Number(rule[1]),
      bytes: Number(rule[2]),
      rule: rule[4] ?? '',
      ...parseRule(rule[4] ?? '', family),
    };
  }
}

function blank(any: string): Row {
  return {
    policy: '',
    target: '',
    protocol: 0,
    src_port: '',
    dst_port: '',
    src_ip: any,
    src_mask: any,
    iniface: 'all',
    iniface_mask: '',
    dst_ip: any,
    dst_mask: any,
    outiface: 'all',
    outiface_mask: '',
    match: '',
  };
}

function parseRule(text: string, family: 4 | 6): Row {
  const words = text.match(/"(?:\\"|[^"])*"|\S+/g) ?? [];
  const row: Record<string, string | number> = {};
  let negated = '';
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '!') {
      negated = '!';
      continue;
    }
    if (!word.startsWith('-')) continue;
    const value = negated + (words[i + 1] ?? '');
    negated = '';
    if (word === '-s') [row['src_ip'], row['src_mask']] = network(value, family);
    else if (word === '-d') [row['dst_ip'], row['dst_mask']] = network(value, family);
    else if (word === '-p') row['protocol'] = protocols[value.replace('!', '')] ?? (Number.parseInt(value.replace('!', ''), 10) || 0);
    else if (word === '-i') row['iniface'] = value;
    else if (word === '-o') row['outiface'] = value;
    else if (word === '-j' || word === '-g') row['target'] = value;
    else if (word === '--sport' || word === '--sports') row['src_port'] = value;
    else if (word === '--dport' || word === '--dports') row['dst_port'] = value;
    else if (word === '-m') row['match'] = 'yes';
  }
  return row;
}

function network(text: string, family: 4 | 6): [string, string] {
  const [address = '', mask = family === 4 ? '32' : '128'] = text.split('/');
  const prefix = Number(mask);
  if (Number.isNaN(prefix)) return [address, mask];
  if (isIPv6(address.replace('!', ''))) return [address, ipv6Mask(prefix)];
  const bits = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
  return [address, [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')];
}
