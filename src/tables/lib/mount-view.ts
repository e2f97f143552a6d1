/**
 * Reading files as a container sees them.
 *
 * `/proc/PID/root` is a door into the mount namespace of a process, so a table that takes `pid_with_namespace` or `container_id` only
 * needs another prefix for its paths. But beyond the door the kernel resolves absolute symbolic links from OUR root: a link
 * `/etc/x -> /etc/shadow` in a container would lead to the host's. So links are walked here, `pathWithin`, wherever a container has a say.
 */
import type { Row, TableContext } from '../spec.ts';
import { integersOf, textsOf } from './constraints.ts';
import { readLatin1, readLink, readText } from './procfs.ts';
import { CgroupReader } from './process-container.ts';
import { allPids } from './pids.ts';

export interface MountView {
  /** Prefix of every path. */
  readonly root: string;
  /** Values of the selecting columns, to be put into each row (SQLite compares them again). */
  readonly columns: Row;
}

/** The file systems a query asks for: the host's, unless it gives `pid_with_namespace` or `container_id`. */
export function mountViews(context: TableContext): MountView[] {
  const pids = integersOf(context, 'pid_with_namespace');
  const containers = textsOf(context, 'container_id');
  const { proc, root } = context.system;
  const views: MountView[] = [];
  const add = (pid: number, containerId: string | null): void => {
    const namespace = context.uses('mount_namespace_id') ? namespaceOf(`${proc}/${pid}`) : null;
    views.push({
      root: `${proc}/${pid}/root`,
      columns: { pid_with_namespace: pid, mount_namespace_id: namespace, container_id: containerId },
    });
  };
  if (pids !== undefined) {
    for (const pid of pids) {
      if (pid === 0) views.push(hostView(context));
      else if (readLatin1(`${proc}/${pid}/stat`) === undefined)
        context.warn(`process ${pid} of pid_with_namespace does not exist or cannot be read`);
      else add(pid, new CgroupReader(context.system).read(pid)?.containerId ?? null);
    }
    return views;
  }
  if (containers !== undefined) {
    const wanted = new Set(containers);
    const cgroups = new CgroupReader(context.system);
    for (const pid of allPids(context)) {
      if (wanted.size === 0) break;
      const id = cgroups.read(pid)?.containerId;
      if (id === undefined || id === null) continue;
      // Ids may be cut to twelve digits, as the tools print them.
      const given = [...wanted].find((text) => text === id || (text.length >= 12 && id.startsWith(text)));
      if (given === undefined) continue;
      wanted.delete(given);
      add(pid, given);
    }
    for (const id of wanted) context.warn(`no running container has the id ${id}`);
    return views;
  }
  views.push({ root, columns: { pid_with_namespace: 0, mount_namespace_id: hostNamespace(context), container_id: null } });
  return views;
}

function hostView(context: TableContext): MountView {
  return { root: context.system.root, columns: { pid_with_namespace: 0, mount_namespace_id: hostNamespace(context), container_id: null } };
}

function hostNamespace(context: TableContext): string | null {
  return context.uses('mount_namespace_id') ? namespaceOf(`${context.system.proc}/self`) : null;
}

function namespaceOf(folder: string): string | null {
  return namespaceNumber(readLink(`${folder}/ns/mnt`));
}

/** The number in `mnt:[4026531841]`. */
export function namespaceNumber(link: string | undefined): string | null {
  if (link === undefined) return null;
  const open = link.indexOf('[');
  return open < 0 ? link : link.slice(open + 1, -1);
}

/**
 * Where a path of a view really is, with every symbolic link resolved inside the view, as a path of ours. Never leaves the view.
 *
 * @param followLast whether a link at the very end is followed
 * @returns undefined when there is a loop
 */
export function pathWithin(root: string, path: string, followLast = true): string | undefined {
  if (root === '') return path;
  const todo = path.split('/').reverse();
  const done: string[] = [];
  let links = 0;
  while (todo.length > 0) {
    const part = todo.pop();
    if (part === undefined || part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const here = `${root}/${done.concat(part).join('/')}`;
    const last = todo.every((rest) => rest === '' || rest === '.');
    const target = last && !followLast ? undefined : readLink(here);
    if (target === undefined) {
      done.push(part);
      continue;
    }
    // The kernel's own limit.
    if (++links > 40) return undefined;
    if (target.startsWith('/')) done.length = 0;
    todo.push(...target.split('/').reverse());
  }
  return `${root}/${done.join('/')}`;
}

/** The text of a file in a view, or undefined (see `lastFailure` of `lib/procfs.ts`). */
export function readTextWithin(root: string, path: string): string | undefined {
  const real = pathWithin(root, path);
  return real === undefined ? undefined : readText(real);
}
