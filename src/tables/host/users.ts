import { integersOf, textsOf } from '../lib/constraints.ts';
import { columns, containerIdColumn, foreign, pidWithNamespace } from '../lib/columns.ts';
import { readUsers, signed } from '../lib/accounts.ts';
import { mountViews } from '../lib/mount-view.ts';
import { lastFailure } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** User accounts. */
export const users: GeneratedTableSpec = {
  name: 'users',
  kind: 'state',
  description: "Accounts of the machine's passwd file, or of a container's. Accounts of a directory service are not in it.",
  source: '/etc/passwd',
  estimatedRows: 40,
  columns: [
    ...columns(
      ['uid', 'BIGINT', 'User id', { index: true }],
      ['gid', 'BIGINT', 'Id of the primary group'],
      ['uid_signed', 'BIGINT', 'User id as a signed 32-bit number'],
      ['gid_signed', 'BIGINT', 'Group id as a signed 32-bit number'],
      ['username', 'TEXT', 'Name', { additional: true }],
      ['description', 'TEXT', 'Comment field: the full name, as a rule'],
      ['directory', 'TEXT', 'Home folder'],
      ['shell', 'TEXT', 'Login shell'],
      ['uuid', 'TEXT', 'Empty on Linux', { index: true }],
    ),
    pidWithNamespace,
    ...columns([
      'include_remote',
      'INTEGER',
      'Asks for accounts of directory services, which are not read: the same rows',
      { hidden: true, additional: true },
    ]),
    ...foreign('macOS and Windows', ['type', 'TEXT'], ['is_hidden', 'INTEGER']),
    containerIdColumn,
  ],
  examples: [
    'SELECT username, uid, shell FROM users WHERE uid >= 1000',
    "SELECT username FROM users WHERE uid = 0 AND username <> 'root'",
    'SELECT u.username, count(*) AS processes FROM processes p JOIN users u ON u.uid = p.uid GROUP BY u.username',
  ],
  *rows(context) {
    const uids = integersOf(context, 'uid');
    const names = textsOf(context, 'username');
    const remote = integersOf(context, 'include_remote') ?? [0];
    if (remote.includes(1)) context.warn('accounts of directory services are not read: only those of /etc/passwd are shown');
    for (const view of mountViews(context)) {
      const list = readUsers(view.root);
      if (list === undefined) {
        context.warn(`${view.root}/etc/passwd cannot be read: ${lastFailure()}`);
        continue;
      }
      for (const user of list) {
        if (uids !== undefined && !uids.includes(user.uid)) continue;
        if (names !== undefined && !names.includes(user.name)) continue;
        for (const include_remote of remote) {
          yield {
            uid: user.uid,
            gid: user.gid,
            uid_signed: signed(user.uid),
            gid_signed: signed(user.gid),
            username: user.name,
            description: user.comment,
            directory: user.home,
            shell: user.shell,
            uuid: '',
            include_remote,
            ...view.columns,
          };
        }
      }
    }
  },
};
