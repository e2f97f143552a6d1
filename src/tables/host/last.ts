import { columns } from '../lib/columns.ts';
import { lastFailure, wasGone } from '../lib/procfs.ts';
import { readLogins } from '../lib/utmp.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** glibc's names of record types, as osquery shows them. */
const typeNames = [
  'empty',
  'run-lvl',
  'boot-time',
  'new-time',
  'old-time',
  'init-process',
  'login-process',
  'user-process',
  'dead-process',
  'accounting',
];

/** Logins and logouts of the past. */
export const last: GeneratedTableSpec = {
  name: 'last',
  kind: 'state',
  description: 'Logins, logouts and boots of the past.',
  source: '/var/log/wtmp',
  estimatedRows: 500,
  columns: columns(
    ['username', 'TEXT', 'Name of the user'],
    ['tty', 'TEXT', 'Terminal'],
    ['pid', 'INTEGER', 'Process id of the session'],
    ['type', 'INTEGER', 'Kind of record: 7 login, 8 logout, 2 boot'],
    ['type_name', 'TEXT', 'Kind of record in words'],
    ['time', 'INTEGER', 'When, in seconds since the epoch'],
    ['host', 'TEXT', 'Where the user came from'],
  ),
  examples: [
    "SELECT username, host, datetime(time, 'unixepoch') AS at FROM last WHERE type = 7 ORDER BY time DESC LIMIT 20",
    'SELECT host, count(*) AS logins FROM last WHERE type = 7 GROUP BY host',
  ],
  *rows(context) {
    const path = `${context.system.root}/var/log/wtmp`;
    const records = readLogins(path);
    if (records === undefined) {
      context.warn(
        wasGone() ? 'this system keeps no record of past logins: there is no /var/log/wtmp' : `${path} cannot be read: ${lastFailure()}`,
      );
      return;
    }
    for (const record of records) {
      yield {
        username: record.user,
        tty: record.line,
        pid: record.pid,
        type: record.type,
        type_name: typeNames[record.type] ?? 'unknown',
        time: record.time,
        host: record.host,
      };
    }
  },
};
