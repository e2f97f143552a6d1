import { type BigIntStats, lstatSync, readlinkSync, statSync } from 'node:fs';
import { columns, containerIdColumn, foreign, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { filesOf, type FoundFile } from '../lib/file-search.ts';
import { pathWithin } from '../lib/mount-view.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const S_IFMT = 0o170000n;
const typeNames = new Map<bigint, string>([
  [0o100000n, 'regular'],
  [0o040000n, 'directory'],
  [0o120000n, 'symlink'],
  [0o060000n, 'block'],
  [0o020000n, 'character'],
  [0o010000n, 'fifo'],
  [0o140000n, 'socket'],
]);

/** Files and folders by path. */
export const file: GeneratedTableSpec = {
  name: 'file',
  kind: 'state',
  description:
    "Facts about files. A query must say which: path = '/etc/passwd', directory = '/etc' (its entries), path LIKE '/etc/%' (one level) or path LIKE '/etc/%%' (any depth).",
  source: 'lstat(2), stat(2)',
  estimatedRows: 10_000,
  columns: [
    ...columns(
      ['path', 'TEXT', 'Full path', { required: true, requiredGroup: 'path', index: true }],
      ['directory', 'TEXT', 'Folder it is in', { required: true, requiredGroup: 'path' }],
      ['filename', 'TEXT', 'Name'],
      ['inode', 'BIGINT', 'Inode number'],
      ['uid', 'BIGINT', 'Owner'],
      ['gid', 'BIGINT', 'Group'],
      ['mode', 'TEXT', 'Permissions, as four octal digits'],
      ['device', 'BIGINT', 'Number of the device it is on'],
      ['size', 'BIGINT', 'Size, in bytes'],
      ['block_size', 'INTEGER', 'Block size, in bytes'],
      ['atime', 'BIGINT', 'Last read, in seconds since the epoch'],
      ['mtime', 'BIGINT', 'Last written, in seconds since the epoch'],
      ['ctime', 'BIGINT', 'Last change of its facts, in seconds since the epoch'],
      ['btime', 'BIGINT', 'Made, in seconds since the epoch; 0 where the file system does not know'],
      ['hard_links', 'INTEGER', 'Number of names it has'],
      ['symlink', 'INTEGER', 'Whether the path is a symbolic link: 1 yes; all other facts are then of what it leads to'],
      ['type', 'TEXT', 'regular, directory, block, character, fifo or socket; symlink for a link that leads nowhere'],
      ['symlink_target_path', 'TEXT', 'Where the symbolic link leads, as it is written'],
    ),
    pidWithNamespace,
    mountNamespaceId,
    ...foreign('Windows', ['attributes', 'TEXT'], ['volume_serial', 'TEXT'], ['file_id', 'TEXT'], ['file_version', 'TEXT']),
    ...foreign('Windows', ['product_version', 'TEXT'], ['original_filename', 'TEXT'], ['shortcut_target_path', 'TEXT']),
    ...foreign('Windows', ['shortcut_target_type', 'TEXT'], ['shortcut_target_location', 'TEXT'], ['shortcut_start_in', 'TEXT']),
    ...foreign('Windows and macOS', ['shortcut_run', 'TEXT'], ['shortcut_comment', 'TEXT'], ['bsd_flags', 'TEXT']),
    containerIdColumn,
    ...columns(['host_path', 'TEXT', 'Path by which the host reaches it, where a container is read', { hidden: true }]),
  ],
  examples: [
    "SELECT path, mode, uid, size FROM file WHERE path = '/etc/passwd'",
    "SELECT path, mtime FROM file WHERE directory = '/etc/cron.d'",
    "SELECT path, mode FROM file WHERE path LIKE '/usr/bin/%' AND mode LIKE '4%'",
    "SELECT count(*) AS files, sum(size) AS bytes FROM file WHERE path LIKE '/etc/%%' AND type = 'regular'",
  ],
  *rows(context) {
    for (const found of filesOf(context)) {
      context.checkInterrupt();
      const row = describe(context, found);
      if (row !== undefined) yield row;
    }
  },
};

function describe(context: TableContext, found: FoundFile): Row | undefined {
  let stat: BigIntStats | undefined;
  let isLink = false;
  try {
    stat = lstatSync(found.hostPath, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    isLink = stat.isSymbolicLink();
    if (isLink) stat = follow(found) ?? stat;
  } catch (error) {
    context.warn(`${found.path} cannot be looked at: ${error instanceof Error && 'code' in error ? error.code : error}`);
    return undefined;
  }
  return {
    path: found.path,
    directory: found.directory,
    filename: found.filename,
    inode: stat.ino,
    uid: stat.uid,
    gid: stat.gid,
    mode: (stat.mode & 0o7777n).toString(8).padStart(4, '0'),
    device: stat.dev,
    size: stat.size,
    block_size: stat.blksize,
    atime: stat.atimeNs / 1_000_000_000n,
    mtime: stat.mtimeNs / 1_000_000_000n,
    ctime: stat.ctimeNs / 1_000_000_000n,
    btime: stat.birthtimeNs / 1_000_000_000n,
    hard_links: stat.nlink,
    symlink: isLink ? 1 : 0,
    type: typeNames.get(stat.mode & S_IFMT) ?? 'unknown',
    symlink_target_path: isLink && context.uses('symlink_target_path') ? readlinkSync(found.hostPath) : '',
    host_path: found.hostPath,
    ...found.view.columns,
  };
}

/** What a link leads to, or undefined where it leads nowhere (or to where we may not look). */
function follow(found: FoundFile): BigIntStats | undefined {
  try {
    const real = pathWithin(found.view.root, found.path);
    return real === undefined ? undefined : statSync(real, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
