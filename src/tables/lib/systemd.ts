/** Units of systemd: from systemd itself where it runs, else from their files. */
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import type { TableContext } from '../spec.ts';
import { isThere, namesIn, parseIni, readConfig } from './config-files.ts';
import { pathWithin } from './mount-view.ts';
import { lstatOf, readLink } from './procfs.ts';

export interface Unit {
  readonly id: string;
  readonly description: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  readonly fileState: string;
  readonly following: string;
  readonly jobId: number;
  readonly fragmentPath: string;
  readonly user: string;
  readonly sourcePath: string;
  readonly exec: string;
}

/** First one wins. */
const folders = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];
const suffix = /\.(service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;
const properties = 'Id,Description,LoadState,ActiveState,SubState,UnitFileState,Following,Job,FragmentPath,User,SourcePath,ExecStart';
const patience = 10_000;

/** All loaded units; where systemd does not run, all units that have a file, as inactive, with a warning. */
export function readUnits(context: TableContext): Unit[] {
  const { root } = context.system;
  // As sd_booted(3) tells it.
  if (root === '' && isThere('', '/run/systemd/system')) {
    try {
      const text = execFileSync('systemctl', ['show', '--all', '--property', properties, '*'], {
        encoding: 'utf8',
        timeout: patience,
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return parseShow(text);
    } catch (error) {
      context.warn(
        `systemd does not answer (${error instanceof Error ? error.message.split('\n')[0] : error}): units are read from their files`,
      );
    }
  } else {
    context.warn('systemd does not run here: units are read from their files and shown as inactive');
  }
  return unitsOfFiles(context, root);
}

/** Blocks of `Name=value` lines, as `systemctl show` prints them. */
export function parseShow(text: string): Unit[] {
  const units: Unit[] = [];
  for (const block of text.split('\n\n')) {
    const values = new Map<string, string>();
    for (const line of block.split('\n')) {
      const equals = line.indexOf('=');
      if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1));
    }
    const value = (name: string): string => values.get(name) ?? '';
    if (value('Id') === '') continue;
    units.push({
      id: value('Id'),
      description: value('Description'),
      loadState: value('LoadState'),
      activeState: value('ActiveState'),
      subState: value('SubState'),
      fileState: value('UnitFileState'),
      following: value('Following'),
      jobId: Number.parseInt(value('Job'), 10) || 0,
      fragmentPath: value('FragmentPath'),
      user: value('User'),
      sourcePath: value('SourcePath'),
      exec: /argv\[\]=([^;]*)/.exec(value('ExecStart'))?.[1]?.trim() ?? '',
    });
  }
  return units;
}

function unitsOfFiles(context: TableContext, root: string): Unit[] {
  const paths = new Map<string, string>();
  const wanted = new Set<string>();
  for (const folder of folders) {
    for (const name of namesIn(context, root, folder)) {
      if (/\.(wants|requires)$/.test(name)) for (const unit of namesIn(context, root, `${folder}/${name}`)) wanted.add(unit);
      else if (suffix.test(name) && !paths.has(name)) paths.set(name, `${folder}/${name}`);
    }
  }
  return [...paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, path]) => unitOfFile(context, root, id, path, wanted));
}

function unitOfFile(context: TableContext, root: string, id: string, path: string, wanted: ReadonlySet<string>): Unit {
  const host = pathWithin(root, path, false) ?? path;
  const target = lstatOf(host)?.isSymbolicLink() ? readLink(host) : undefined;
  const masked = target === '/dev/null' || lstatOf(host)?.size === 0;
  const sections = masked ? [] : parseIni(readConfig(context, root, path) ?? '');
  const value = (section: string, key: string): string =>
    sections.find(({ name, values }) => name === section && values.has(key))?.values.get(key) ?? '';
  const installable = sections.some(({ name }) => name === 'Install');
  let fileState = installable ? 'disabled' : 'static';
  if (masked) fileState = 'masked';
  else if (wanted.has(id)) fileState = 'enabled';
  else if (target !== undefined && basename(target) !== id) fileState = 'alias';
  return {
    id,
    description: value('Unit', 'Description'),
    loadState: masked ? 'masked' : 'loaded',
    activeState: 'inactive',
    subState: 'dead',
    fileState,
    following: '',
    jobId: 0,
    fragmentPath: path,
    user: value('Service', 'User'),
    sourcePath: value('Unit', 'SourcePath'),
    exec: value('Service', 'ExecStart').replace(/^[-@:+!]+/, ''),
  };
}

/** Path of a unit's object on D-Bus: what is no letter or digit (or is a digit at the beginning) is written as `_` and its two hexadecimal digits. */
export function objectPath(id: string): string {
  const escaped = [...Buffer.from(id)]
    .map((byte, i) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z]/.test(char) || (i > 0 && /\d/.test(char)) ? char : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
  return `/org/freedesktop/systemd1/unit/${escaped}`;
}
