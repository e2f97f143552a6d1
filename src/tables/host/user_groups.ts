import { readGroups, readUsers } from '../lib/accounts.ts';
import { columns } from '../lib/columns.ts';
import { integersOf } from '../lib/constraints.ts';
import { lastFailure } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Who is in which group. */
export const user_groups: GeneratedTableSpec = {
  name: 'user_groups',
  kind: 'state',
  description: 'Membership of users in groups: the primary group and those of the group file.',
  source: '/etc/passwd, /etc/group',
  estimatedRows: 60,
  columns: columns(['uid', 'BIGINT', 'User id', { index: true }], ['gid', 'BIGINT', 'Group id', { index: true }]),
  examples: [
    "SELECT u.username FROM user_groups ug JOIN users u USING (uid) JOIN groups g ON g.gid = ug.gid WHERE g.groupname = 'sudo'",
    'SELECT uid, count(*) AS groups FROM user_groups GROUP BY uid',
  ],
  *rows(context) {
    const { root } = context.system;
    const users = readUsers(root);
    if (users === undefined) {
      context.warn(`${root}/etc/passwd cannot be read: ${lastFailure()}`);
      return;
    }
    const groups = readGroups(root);
    if (groups === undefined) context.warn(`${root}/etc/group cannot be read: ${lastFailure()}`);
    const wanted = integersOf(context, 'uid');
    const gidsOfMember = new Map<string, number[]>();
    for (const group of groups ?? []) {
      for (const member of group.members) {
        const list = gidsOfMember.get(member);
        if (list) list.push(group.gid);
        else gidsOfMember.set(member, [group.gid]);
      }
    }
    for (const user of users) {
      if (wanted !== undefined && !wanted.includes(user.uid)) continue;
      for (const gid of new Set([user.gid, ...(gidsOfMember.get(user.name) ?? [])])) yield { uid: user.uid, gid };
    }
  },
};
