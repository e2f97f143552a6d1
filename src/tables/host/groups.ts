import { readGroups, signed } from '../lib/accounts.ts';
import { columns, containerIdColumn, foreign, pidWithNamespace } from '../lib/columns.ts';
import { mountViews } from '../lib/mount-view.ts';
import { lastFailure } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Groups. */
export const groups: GeneratedTableSpec = {
  name: 'groups',
  kind: 'state',
  description: "Groups of the machine's group file, or of a container's.",
  source: '/etc/group',
  estimatedRows: 60,
  columns: [
    ...columns(
      ['gid', 'BIGINT', 'Group id', { index: true }],
      ['gid_signed', 'BIGINT', 'Group id as a signed 32-bit number'],
      ['groupname', 'TEXT', 'Name'],
    ),
    pidWithNamespace,
    ...foreign('Windows and macOS', ['group_sid', 'TEXT'], ['comment', 'TEXT'], ['is_hidden', 'INTEGER']),
    containerIdColumn,
  ],
  examples: ["SELECT * FROM groups WHERE groupname IN ('sudo', 'wheel', 'docker')", 'SELECT count(*) AS groups FROM groups'],
  *rows(context) {
    for (const view of mountViews(context)) {
      const list = readGroups(view.root);
      if (list === undefined) {
        context.warn(`${view.root}/etc/group cannot be read: ${lastFailure()}`);
        continue;
      }
      for (const group of list) yield { gid: group.gid, gid_signed: signed(group.gid), groupname: group.name, ...view.columns };
    }
  },
};
