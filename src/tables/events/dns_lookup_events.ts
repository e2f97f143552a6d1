import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Questions to name servers and their answers, with the process that asked. */
export const dns_lookup_events: EventTableSpec = {
  name: 'dns_lookup_events',
  kind: 'event',
  description:
    'Questions that processes send to name servers, and the answers they get: one row for the query, one for the response (one for each question, where a message has several). Port 53 over UDP and TCP, whichever library asks. Encrypted DNS (DoT, DoH, DoQ) and packets made by hand through raw or packet sockets are not seen here; socket_events has the sockets.',
  source: 'cgroup programs skb/egress and skb/ingress at the root of the cgroup2 hierarchy',
  columns: [
    ...eventColumns,
    ...processColumns(),
    {
      name: 'name',
      type: 'TEXT',
      description: 'Name asked for, in lower case, without the final dot; bytes that are not printable as \\DDD',
    },
    { name: 'type', type: 'TEXT', description: 'Type asked for: A, AAAA, TXT, …; TYPEn where it has no name' },
    { name: 'type_id', type: 'INTEGER', description: 'Type asked for, as a number', hidden: true, width: 'i32' },
    { name: 'status', type: 'INTEGER', description: 'Response code as a number; NULL in a query', width: 'i32' },
    { name: 'response', type: 'TEXT', description: 'What was answered, separated by semicolons', hidden: true },
    { name: 'action', type: 'TEXT', description: 'query or response' },
    { name: 'rcode', type: 'TEXT', description: 'Response code: NOERROR, NXDOMAIN, SERVFAIL, …; NULL in a query' },
    {
      name: 'answers',
      type: 'TEXT',
      description: 'What was answered, as a JSON array of texts: addresses, names, texts in the order of the message; NULL in a query',
    },
    { name: 'server_address', type: 'TEXT', description: 'Address of the name server' },
    { name: 'server_port', type: 'INTEGER', description: 'Port of the name server', width: 'i32' },
    { name: 'protocol', type: 'TEXT', description: 'udp or tcp' },
    { name: 'latency', type: 'BIGINT', description: 'Response rows: nanoseconds since the query left; NULL where that was not seen' },
    {
      name: 'error',
      type: 'TEXT',
      description:
        'malformed: not a DNS message, or one that contradicts itself; incomplete: cut, by the server or because it is longer than what is captured',
    },
    { name: 'id', type: 'INTEGER', description: 'Id of the message, which the response repeats', width: 'i32' },
    { name: 'class', type: 'TEXT', description: 'Class asked for, nearly always IN' },
    { name: 'name_sent', type: 'TEXT', description: 'Name as it was sent, upper-case letters and all', hidden: true },
    {
      name: 'records',
      type: 'TEXT',
      description: 'What was answered, as a JSON array of objects with name, type, ttl (seconds) and data',
      hidden: true,
    },
    { name: 'authoritative', type: 'INTEGER', description: '1 when the server says it is an authority for the name', width: 'i8' },
    { name: 'truncated', type: 'INTEGER', description: '1 when the server says that it left something out (TC)', width: 'i8' },
    { name: 'local_address', type: 'TEXT', description: 'Address on this side' },
    { name: 'local_port', type: 'INTEGER', description: 'Port on this side', width: 'i32' },
    { name: 'uptime', type: 'BIGINT', description: 'Seconds since boot', width: 'i32' },
    { name: 'net_namespace', type: 'BIGINT', description: 'Inode number of the network namespace', width: 'u32' },
  ],
  examples: [
    "SELECT time, path, name, type FROM dns_lookup_events WHERE action = 'query'",
    "SELECT d.name, answer.value AS address FROM dns_lookup_events d, json_each(d.answers) AS answer WHERE d.action = 'response' AND d.type IN ('A', 'AAAA')",
    "SELECT path, count(*) AS failed FROM dns_lookup_events WHERE rcode = 'NXDOMAIN' GROUP BY path ORDER BY failed DESC",
  ],
};
