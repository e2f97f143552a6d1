/** Home folders of the users a query asks for. */
import type { TableContext } from '../spec.ts';
import { readUsers } from './accounts.ts';
import { integersOf } from './constraints.ts';
import { lastFailure } from './procfs.ts';

export interface Home {
  readonly uid: number;
  readonly username: string;
  /** Without a slash at the end. */
  readonly folder: string;
}

/**
 * Homes of the users given by `uid =`, else of all users, each folder once (many system accounts share `/` or `/nonexistent`).
 * osquery without a uid shows the current user only, which is never what the question was.
 */
export function homesOf(context: TableContext, root = context.system.root): Home[] {
  const users = readUsers(root);
  if (users === undefined) {
    context.warn(`${root}/etc/passwd cannot be read: ${lastFailure()}`);
    return [];
  }
  const wanted = integersOf(context, 'uid');
  const seen = new Set<string>();
  const homes: Home[] = [];
  for (const user of users) {
    if (wanted !== undefined && !wanted.includes(user.uid)) continue;
    const folder = user.home.replace(/\/+$/, '');
    if (folder === '' || folder === '/nonexistent' || folder === '/dev/null' || seen.has(folder)) continue;
    seen.add(folder);
    homes.push({ uid: user.uid, username: user.name, folder });
  }
  return homes;
}
