import { readGroups, readUsers } from '../lib/accounts.ts';
import { columns, pidWithNamespace } from '../lib/columns.ts';
import { type MountView, mountViews, pathWithin } from '../lib/mount-view.ts';
import { listNames, lstatOf } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** Helpers of programs lie in folders of theirs, not far down; below that are a hundred thousand files of other kinds. */
const deepest: Readonly<Record<string, number>> = { '/usr/lib': 3, '/usr/libexec': 3 };
const folders = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/usr/lib', '/usr/libexec', '/bin', '/sbin', '/tmp'];

/** Programs that run as their owner. */
export const suid_bin: GeneratedTableSpec = {
  name: 'suid_bin',
  kind: 'state',
  description: 'Programs that run as their owner or group whoever starts them, in the usual folders of programs and in /tmp.',
  source: `lstat(2) below ${folders.join(', ')}`,
  estimatedRows: 50,
  columns: [
    ...columns(
      ['path', 'TEXT', 'Path of the program'],
      ['username', 'TEXT', 'Owner'],
      ['groupname', 'TEXT', 'Group'],
      ['permissions', 'TEXT', 'S runs as the owner, G as the group, SG as both'],
    ),
    pidWithNamespace,
  ],
  examples: ['SELECT path, username, permissions FROM suid_bin', "SELECT path FROM suid_bin WHERE path LIKE '/tmp/%'"],
  *rows(context) {
    for (const view of mountViews(context)) {
      const users = new Map((readUsers(view.root) ?? []).map((user) => [user.uid, user.name]));
      const groups = new Map((readGroups(view.root) ?? []).map((group) => [group.gid, group.name]));
      const entered = new Set<string>();
      for (const folder of folders) {
        for (const { path, uid, gid, mode } of walk(context, view, folder, entered)) {
          yield {
            path,
            username: users.get(uid) ?? String(uid),
            groupname: groups.get(gid) ?? String(gid),
            permissions: ((mode & 0o4000) !== 0 ? 'S' : '') + ((mode & 0o2000) !== 0 ? 'G' : ''),
            ...view.columns,
          } satisfies Row;
        }
      }
    }
  },
};

interface Found {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Regular files with one of the two bits. A folder that several names lead to (/bin is /usr/bin today) is entered once. */
function* walk(context: TableContext, view: MountView, top: string, entered: Set<string>): Generator<Found> {
  const start = pathWithin(view.root, top);
  if (start === undefined) return;
  const limit = deepest[top] ?? Number.POSITIVE_INFINITY;
  const stack: [host: string, shown: string, depth: number][] = [[start, top, 1]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [host, shown, depth] = next;
    context.checkInterrupt();
    for (const name of listNames(`${host}/.`) ?? []) {
      const stat = lstatOf(`${host}/${name}`);
      if (stat === undefined) continue;
      const path = `${shown}/${name}`;
      if (stat.isDirectory()) {
        if (depth < limit && !seen(entered, stat.dev, stat.ino)) stack.push([`${host}/${name}`, path, depth + 1]);
      } else if (stat.isFile() && (stat.mode & 0o6000) !== 0 && !seen(entered, stat.dev, stat.ino, name)) {
        yield { path, uid: stat.uid, gid: stat.gid, mode: stat.mode };
      }
    }
  }
}

function seen(entered: Set<string>, dev: number, ino: number, name = ''): boolean {
  const key = `${dev}:${ino}:${name}`;
  if (entered.has(key)) return true;
  entered.add(key);
  return false;
}
