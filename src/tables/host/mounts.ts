import { realpathSync, statfsSync } from 'node:fs';
import { columns } from '../lib/columns.ts';
import { lastFailure, readText, unescapeOctal } from '../lib/procfs.ts';
import type { GeneratedTableSpec, TableContext, Value } from '../spec.ts';

const sizeColumns = ['blocks_size', 'blocks', 'blocks_free', 'blocks_available', 'inodes', 'inodes_free'];

/** Mounted file systems. */
export const mounts: GeneratedTableSpec = {
  name: 'mounts',
  kind: 'state',
  description: 'File systems that are mounted, with their sizes.',
  source: '/proc/self/mounts, statfs(2)',
  estimatedRows: 50,
  columns: columns(
    ['device', 'TEXT', 'Device or source'],
    ['device_alias', 'TEXT', 'The device with symbolic links resolved'],
    ['path', 'TEXT', 'Mount point'],
    ['type', 'TEXT', 'Kind of file system'],
    ['blocks_size', 'BIGINT', 'Size of a block, in bytes'],
    ['blocks', 'BIGINT', 'Blocks in all'],
    ['blocks_free', 'BIGINT', 'Free blocks'],
    ['blocks_available', 'BIGINT', 'Free blocks for users other than root'],
    ['inodes', 'BIGINT', 'Inodes in all'],
    ['inodes_free', 'BIGINT', 'Free inodes'],
    ['flags', 'TEXT', 'Mount options'],
  ),
  examples: [
    'SELECT path, type, 100 - 100 * blocks_available / blocks AS percent_used FROM mounts WHERE blocks > 0',
    "SELECT path, flags FROM mounts WHERE path LIKE '/dev/shm%' AND flags NOT LIKE '%noexec%'",
  ],
  *rows(context) {
    const text = readText(`${context.system.proc}/self/mounts`);
    if (text === undefined) {
      context.warn(`${context.system.proc}/self/mounts cannot be read: ${lastFailure()}`);
      return;
    }
    const needsSizes = sizeColumns.some((name) => context.uses(name));
    for (const line of text.split('\n')) {
      const [device, path, type, flags] = line.split(' ');
      if (device === undefined || path === undefined || type === undefined || flags === undefined) continue;
      context.checkInterrupt();
      const mount = { device: unescapeOctal(device), path: unescapeOctal(path), type, flags };
      yield {
        ...mount,
        device_alias: mount.device.startsWith('/') ? resolved(context.system.root + mount.device) : mount.device,
        ...(needsSizes ? sizes(context, mount.path, type) : {}),
      };
    }
  },
};

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Devices that live in another namespace have no path here: the name itself is all there is.
    return path;
  }
}

function sizes(context: TableContext, path: string, type: string): Record<string, Value> {
  // Asking an automounter would make it mount.
  if (type === 'autofs') return {};
  try {
    const info = statfsSync(context.system.root + path);
    return {
      blocks_size: info.bsize,
      blocks: info.blocks,
      blocks_free: info.bfree,
      blocks_available: info.bavail,
      inodes: info.files,
      inodes_free: info.ffree,
    };
  } catch (error) {
    context.warn(`size of ${path} is unknown: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}
