/**
 * Which files a query over paths asks for.
 *
 * HOW IT WORKS: `path =` names files, `directory =` a folder's entries, and `LIKE` patterns are walked as osquery does it: `%` stays
 * within one name (`/etc/%` is one level), `%%` goes to any depth (`/etc/%%`). Names before the first wildcard are never listed. A walk
 * follows links to folders, after the real folders, and enters no folder twice (told by device and inode), so that loops end and a
 * folder reached by two ways is shown by its real one.
 *
 * Of several constraints the first of `path =`, `directory =`, the LIKE with the longest fixed beginning is used; SQLite checks the others.
 */
import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import type { TableContext } from '../spec.ts';
import { likesOf, textsOf } from './constraints.ts';
import { likeRegExp, literalPrefix } from './like.ts';
import { type MountView, mountViews, pathWithin } from './mount-view.ts';

export interface FoundFile {
  readonly view: MountView;
  /** As the view sees it, and as the query gave it. */
  readonly path: string;
  readonly directory: string;
  readonly filename: string;
  /** Where we find it: not resolved if it is a link itself. */
  readonly hostPath: string;
}

/** Files a query asks for by `path` or `directory`, once each. Those given by `path =` may not exist. */
export function* filesOf(context: TableContext): Generator<FoundFile> {
  const paths = textsOf(context, 'path');
  const folders = textsOf(context, 'directory');
  const like = longest([
    ...likesOf(context, 'path').map((text) => ['path', text] as const),
    ...likesOf(context, 'directory').map((text) => ['directory', text] as const),
  ]);
  if (paths === undefined && folders === undefined && like === undefined) {
    context.warn("no path to look at: give path or directory by =, IN, or a LIKE that begins with / (path LIKE '/etc/%')");
    return;
  }
  for (const view of mountViews(context)) {
    const walk = new Walk(context, view.root);
    if (paths !== undefined) {
      for (const path of paths) if (path.startsWith('/')) yield found(view, path, parentOf(path), nameOf(path));
    } else if (folders !== undefined) {
      for (const folder of folders) if (folder.startsWith('/')) yield* entries(view, walk, folder);
    } else if (like?.[0] === 'path') {
      for (const path of walk.matches(like[1], false)) yield found(view, path, parentOf(path), nameOf(path));
    } else if (like) {
      for (const folder of walk.matches(like[1], true)) yield* entries(view, walk, folder);
    }
    walk.report();
  }
}

function longest(patterns: (readonly ['path' | 'directory', string])[]): readonly ['path' | 'directory', string] | undefined {
  return patterns.filter(([, text]) => text.startsWith('/')).sort((a, b) => literalPrefix(b[1]).length - literalPrefix(a[1]).length)[0];
}

function* entries(view: MountView, walk: Walk, folder: string): Generator<FoundFile> {
  for (const entry of walk.list(folder))
    yield found(view, folder.endsWith('/') ? folder + entry.name : `${folder}/${entry.name}`, folder, entry.name);
}

function found(view: MountView, path: string, directory: string, filename: string): FoundFile {
  let hostPath = path;
  if (view.root !== '') hostPath = pathWithin(view.root, path, false) ?? `${view.root}${path}`;
  return { view, path, directory, filename, hostPath };
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** osquery shows `.` as the name of a path that ends in a slash. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || '.';
}

class Walk {
  readonly #context: TableContext;
  readonly #root: string;
  #unreadable = 0;
  #example = '';

  constructor(context: TableContext, root: string) {
    this.#context = context;
    this.#root = root;
  }

  /** Entries of a folder of the view; none when it is no folder or cannot be read (which is counted). */
  list(folder: string): Dirent[] {
    this.#context.checkInterrupt();
    try {
      return readdirSync(this.#host(folder), { withFileTypes: true });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'EACCES' || code === 'EPERM') {
        this.#unreadable++;
        this.#example = folder;
      }
      return [];
    }
  }

  report(): void {
    if (this.#unreadable === 0) return;
    const more = this.#unreadable === 1 ? '' : ` and ${this.#unreadable - 1} other folders`;
    this.#context.warn(`${this.#example}${more} could not be read: permission denied`);
  }

  /** Paths that a pattern matches; only folders if so asked. */
  *matches(pattern: string, onlyFolders: boolean): Generator<string> {
    const slash = literalPrefix(pattern).lastIndexOf('/');
    if (slash < 0) return;
    const base = pattern.slice(0, slash);
    yield* this.#descend(base, pattern.slice(slash + 1).split('/'), onlyFolders);
  }

  *#descend(folder: string, parts: readonly string[], onlyFolders: boolean): Generator<string> {
    const [part = '', ...rest] = parts;
    if (part.includes('%%')) {
      yield* this.#deep(folder, parts, onlyFolders);
      return;
    }
    const last = rest.length === 0;
    if (!/[%_]/.test(part)) {
      const path = `${folder}/${part}`;
      const stat = this.#stat(path, !last || onlyFolders);
      if (stat === undefined) return;
      if (!last) yield* this.#descend(path, rest, onlyFolders);
      else if (!onlyFolders || stat.isDirectory()) yield path;
      return;
    }
    const regexp = likeRegExp(part);
    for (const entry of this.list(folder === '' ? '/' : folder)) {
      if (!regexp.test(entry.name)) continue;
      const path = `${folder}/${entry.name}`;
      if (last && !onlyFolders) yield path;
      else if (this.#isFolder(path, entry)) {
        if (last) yield path;
        else yield* this.#descend(path, rest, onlyFolders);
      }
    }
  }

  /** Everything below a folder that the rest of the pattern, which has a `%%` in its first part, matches. */
  *#deep(folder: string, parts: readonly string[], onlyFolders: boolean): Generator<string> {
    const first = parts[0] ?? '';
    const beginning = likeRegExp(`${first.slice(0, first.indexOf('%%'))}%%`);
    const whole = likeRegExp(parts.join('/'));
    const entered = new Set<string>();
    const links: string[] = [];
    const below = folder.length + 1;
    const stack = [folder];
    for (;;) {
      // Real folders first; what only links lead to comes last.
      const here = stack.pop() ?? links.shift();
      if (here === undefined) return;
      if (!this.#enter(entered, here === '' ? '/' : here)) continue;
      for (const entry of this.list(here === '' ? '/' : here)) {
        if (here === folder && !beginning.test(entry.name)) continue;
        const path = `${here}/${entry.name}`;
        const isFolder = this.#isFolder(path, entry);
        if ((!onlyFolders || isFolder) && whole.test(path.slice(below))) yield path;
        if (isFolder) (entry.isSymbolicLink() ? links : stack).push(path);
      }
    }
  }

  #enter(entered: Set<string>, folder: string): boolean {
    const stat = this.#stat(folder, true);
    if (stat === undefined) return false;
    const key = `${stat.dev}:${stat.ino}`;
    if (entered.has(key)) return false;
    entered.add(key);
    return true;
  }

  #isFolder(path: string, entry: Dirent): boolean {
    if (entry.isDirectory()) return true;
    // Some file systems do not say what an entry is.
    if (
      entry.isSymbolicLink() ||
      !(entry.isFile() || entry.isSocket() || entry.isFIFO() || entry.isBlockDevice() || entry.isCharacterDevice())
    ) {
      return this.#stat(path, true)?.isDirectory() ?? false;
    }
    return false;
  }

  #stat(path: string, follow: boolean): Stats | undefined {
    try {
      const host = this.#host(path, follow);
      return follow ? statSync(host, { throwIfNoEntry: false }) : lstatSync(host, { throwIfNoEntry: false });
    } catch {
      // Not permitted, a loop of links, a name too long: there is nothing to see behind it.
      return undefined;
    }
  }

  #host(path: string, follow = true): string {
    return this.#root === '' ? path : (pathWithin(this.#root, path, follow) ?? `${this.#root}${path}`);
  }
}
