/** Reading configuration files of the machine or of a container. */
import type { TableContext } from '../spec.ts';
import { pathWithin } from './mount-view.ts';
import { lastFailure, listNames, readText, statOf, wasGone } from './procfs.ts';

/** Text of a file below a root; a warning instead when it is there but cannot be read. */
export function readConfig(context: TableContext, root: string, path: string): string | undefined {
  const real = pathWithin(root, path);
  const text = real === undefined ? undefined : readText(real);
  if (text === undefined && real !== undefined && !wasGone()) context.warn(`${root}${path} cannot be read: ${lastFailure()}`);
  return text;
}

/** The same, with a warning also when the file is not there: for files without which the table makes no sense. */
export function readNeeded(context: TableContext, root: string, path: string): string | undefined {
  const text = readConfig(context, root, path);
  if (text === undefined && wasGone()) context.warn(`there is no ${root}${path}`);
  return text;
}

/** Sorted names in a folder below a root; none when it is not there. */
export function namesIn(context: TableContext, root: string, path: string): string[] {
  const real = pathWithin(root, path);
  if (real === undefined) return [];
  const names = listNames(real);
  if (names === undefined && !wasGone()) context.warn(`${root}${path} cannot be listed: ${lastFailure()}`);
  return (names ?? []).sort();
}

/** Whether something is at a path below a root. */
export function isThere(root: string, path: string): boolean {
  const real = pathWithin(root, path);
  return real !== undefined && statOf(real) !== undefined;
}

/** Whether a folder is at a path below a root. */
export function isFolder(root: string, path: string): boolean {
  const real = pathWithin(root, path);
  return real !== undefined && statOf(real)?.isDirectory() === true;
}

/** Lines without comments (from `#` at the beginning or after a blank), blanks around them, and empty ones. */
export function plainLines(text: string): string[] {
  const found: string[] = [];
  for (const line of text.split('\n')) {
    const comment = /(^|\s)#/.exec(line);
    const plain = (comment ? line.slice(0, comment.index) : line).trim();
    if (plain !== '') found.push(plain);
  }
  return found;
}

/** The comment of a line, without its `#`. */
export function commentOf(line: string): string {
  const at = line.indexOf('#');
  return at < 0 ? '' : line.slice(at + 1).trim();
}

/** Sections of an INI file in order, each with its assignments; lines that begin with a blank continue the one before. */
export function parseIni(text: string): { readonly name: string; readonly values: ReadonlyMap<string, string> }[] {
  const sections: { name: string; values: Map<string, string> }[] = [];
  let current: { name: string; values: Map<string, string> } | undefined;
  let key = '';
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const header = /^\[(.+)\]$/.exec(trimmed);
    if (header) {
      current = { name: header[1] ?? '', values: new Map() };
      sections.push(current);
      key = '';
      continue;
    }
    if (current === undefined) continue;
    const equals = line.indexOf('=');
    if (/^\s/.test(line) && key !== '') current.values.set(key, `${current.values.get(key)} ${trimmed}`);
    else if (equals > 0) {
      key = line.slice(0, equals).trim();
      current.values.set(key, line.slice(equals + 1).trim());
    }
  }
  return sections;
}

/** Paragraphs of `Name: value` lines (RFC 822 style: dpkg, deb822, Python metadata); names in lower case, continuation lines kept. */
export function parseParagraphs(text: string): Map<string, string>[] {
  const found: Map<string, string>[] = [];
  let current = new Map<string, string>();
  let key = '';
  const end = (): void => {
    if (current.size > 0) found.push(current);
    current = new Map();
    key = '';
  };
  for (const line of text.split('\n')) {
    const first = line.charCodeAt(0);
    if (line === '' || line === '\r') end();
    else if (first === 0x20 || first === 0x09) {
      if (key !== '') current.set(key, `${current.get(key)}\n${line.trim()}`);
    } else if (first !== 0x23) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      key = line.slice(0, colon).toLowerCase();
      current.set(key, line.slice(colon + 1).trim());
    }
  }
  end();
  return found;
}
