import { columns } from '../lib/columns.ts';
import { Denials, pidsOf } from '../lib/pids.ts';
import { CgroupReader } from '../lib/process-container.ts';
import { listNames, readLatin1, readLink, wasDenied } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const deletedMark = ' (deleted)';

/** Files that processes hold open. */
export const process_open_files: GeneratedTableSpec = {
  name: 'process_open_files',
  kind: 'state',
  description: 'Files, folders and devices that processes hold open. Sockets are in process_open_sockets, pipes in process_open_pipes.',
  source: '/proc/PID/fd, /proc/PID/fdinfo',
  estimatedRows: 5000,
  columns: columns(
    ['pid', 'BIGINT', 'Process id', { index: true }],
    ['fd', 'BIGINT', 'File descriptor'],
    ['path', 'TEXT', 'Path, with " (deleted)" after it when the file was removed'],
    ['mode', 'TEXT', 'How it is open: r, w or rw'],
    ['position', 'BIGINT', 'Position in the file, in bytes'],
    ['deleted', 'INTEGER', 'Whether the file was removed: 1 yes'],
    ['container_id', 'TEXT', 'Container of the process; NULL on the host'],
    ['host_path', 'TEXT', 'Path by which the host reaches the open file, even a removed one', { hidden: true }],
  ),
  examples: [
    "SELECT pid, path FROM process_open_files WHERE path LIKE '/var/log/%'",
    'SELECT p.name, f.path FROM processes p JOIN process_open_files f USING (pid) WHERE f.deleted = 1',
  ],
  *rows(context) {
    const { proc } = context.system;
    const needsInfo = context.uses('mode') || context.uses('position');
    const cgroups = context.uses('container_id') ? new CgroupReader(context.system) : undefined;
    const denials = new Denials();
    for (const pid of pidsOf(context)) {
      context.checkInterrupt();
      const folder = `${proc}/${pid}`;
      const names = listNames(`${folder}/fd`);
      if (names === undefined) {
        if (wasDenied()) denials.add();
        continue;
      }
      const containerId = cgroups?.read(pid)?.containerId ?? null;
      for (const name of names) {
        const path = readLink(`${folder}/fd/${name}`);
        // Everything that is not a file has a name like `socket:[123]` or `anon_inode:[eventpoll]`.
        if (path?.charCodeAt(0) !== 0x2f) continue;
        const info = needsInfo ? readLatin1(`${folder}/fdinfo/${name}`) : undefined;
        yield {
          pid,
          fd: Number(name),
          path,
          mode: openMode(info),
          position: infoNumber(info, 'pos:', 10),
          deleted: path.endsWith(deletedMark) ? 1 : 0,
          container_id: containerId,
          host_path: `${folder}/fd/${name}`,
        };
      }
    }
    denials.report(context, 'open files');
  },
};

function infoNumber(info: string | undefined, key: string, base: number): number | null {
  const start = info?.indexOf(key) ?? -1;
  return info === undefined || start < 0 ? null : Number.parseInt(info.slice(start + key.length), base);
}

function openMode(info: string | undefined): string | null {
  const flags = infoNumber(info, 'flags:', 8);
  if (flags === null) return null;
  return ['r', 'w', 'rw'][flags & 3] ?? null;
}
