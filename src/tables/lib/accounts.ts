/** Accounts of a system, from its passwd and group files. Accounts of other sources (LDAP, SSSD) are not in them. */
import { readTextWithin } from './mount-view.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const idOf = (text: string | undefined): number => (text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN);

/** Users of `/etc/passwd` below a root, or undefined when it cannot be read. Lines that are no accounts (NIS marks, comments) are skipped. */
export function readUsers(root: string): User[] | undefined {
  const text = readTextWithin(root, '/etc/passwd');
  if (text === undefined) return undefined;
  const users: User[] = [];
  for (const line of text.split('\n')) {
    const [name = '', , uidText, gidText, comment = '', home = '', shell = ''] = line.split(':');
    const uid = idOf(uidText);
    const gid = idOf(gidText);
    if (name !== '' && !Number.isNaN(uid) && !Number.isNaN(gid)) users.push({ name, uid, gid, comment, home, shell });
  }
  return users;
}

/** Groups of `/etc/group` below a root, or undefined when it cannot be read. */
export function readGroups(root: string): Group[] | undefined {
  const text = readTextWithin(root, '/etc/group');
  if (text === undefined) return undefined;
  const groups: Group[] = [];
  for (const line of text.split('\n')) {
    const [name = '', , gidText, members = ''] = line.split(':');
    const gid = idOf(gidText);
    if (name !== '' && !Number.isNaN(gid)) groups.push({ name, gid, members: members.split(',').filter((member) => member !== '') });
  }
  return groups;
}

/** An id as the signed 32-bit number that osquery shows beside it (nobody's 4294967294 is -2). */
export function signed(id: number): number {
  return id | 0;
}
