import { columns, foreign } from '../lib/columns.ts';
import { lastFailure, wasGone } from '../lib/procfs.ts';
import { loginTypes, readLogins } from '../lib/utmp.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Who is logged in. */
export const logged_in_users: GeneratedTableSpec = {
  name: 'logged_in_users',
  kind: 'state',
  description: 'Login sessions that are open, with the records of boot and of ended sessions that the file keeps beside them.',
  source: '/run/utmp',
  estimatedRows: 10,
  columns: [
    ...columns(
      ['type', 'TEXT', 'Kind of record: user for a session, dead for an ended one, boot_time, login, …'],
      ['user', 'TEXT', 'Name of the user'],
      ['tty', 'TEXT', 'Terminal'],
      ['host', 'TEXT', 'Where the user comes from'],
      ['time', 'BIGINT', 'Since when, in seconds since the epoch'],
      ['pid', 'INTEGER', 'Process id of the session'],
    ),
    ...foreign('Windows', ['sid', 'TEXT'], ['registry_hive', 'TEXT']),
  ],
  examples: [
    "SELECT user, tty, host, datetime(time, 'unixepoch') AS since FROM logged_in_users WHERE type = 'user'",
    'SELECT l.user, p.cmdline FROM logged_in_users l JOIN processes p USING (pid)',
  ],
  *rows(context) {
    const { root } = context.system;
    let records = readLogins(`${root}/run/utmp`);
    if (records === undefined && wasGone()) records = readLogins(`${root}/var/run/utmp`);
    if (records === undefined) {
      context.warn(
        wasGone() ? 'this system keeps no record of logins: there is no /run/utmp' : `/run/utmp cannot be read: ${lastFailure()}`,
      );
      return;
    }
    for (const record of records) {
      // Records of init itself, which osquery leaves out too.
      if (record.pid === 1) continue;
      yield {
        type: loginTypes[record.type] ?? 'unknown',
        user: record.user,
        tty: record.line,
        host: record.host,
        time: record.time,
        pid: record.pid,
      };
    }
  },
};
