import { columns } from '../lib/columns.ts';
import { allPids, Denials } from '../lib/pids.ts';
import { listNames, readLatin1, readLink, statOf, wasDenied } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

interface End {
  readonly pid: number;
  readonly fd: number;
  readonly mode: 'r' | 'w' | 'rw';
}

interface Pipe {
  readonly type: 'anonymous' | 'named';
  readonly inode: number;
  readonly ends: End[];
}

/** Pipes between processes. */
export const process_open_pipes: GeneratedTableSpec = {
  name: 'process_open_pipes',
  kind: 'state',
  description: 'Pipes, with the processes at their two ends.',
  source: '/proc/PID/fd, /proc/PID/fdinfo',
  estimatedRows: 500,
  columns: columns(
    ['pid', 'BIGINT', 'Process id'],
    ['fd', 'BIGINT', 'File descriptor'],
    ['mode', 'TEXT', 'End it holds: r reads, w writes, rw both'],
    ['inode', 'BIGINT', 'Inode number of the pipe'],
    ['type', 'TEXT', 'anonymous, or named for one with a path'],
    ['partner_pid', 'BIGINT', 'Process at the other end'],
    ['partner_fd', 'BIGINT', 'Its file descriptor'],
    ['partner_mode', 'TEXT', 'Its end'],
  ),
  examples: [
    'SELECT p.name, q.name AS partner FROM process_open_pipes o JOIN processes p ON p.pid = o.pid JOIN processes q ON q.pid = o.partner_pid',
    "SELECT * FROM process_open_pipes WHERE type = 'named'",
  ],
  *rows(context) {
    const { proc } = context.system;
    const pipes = new Map<string, Pipe>();
    const denials = new Denials();
    for (const pid of allPids(context)) {
      context.checkInterrupt();
      const names = listNames(`${proc}/${pid}/fd`);
      if (names === undefined && wasDenied()) denials.add();
      for (const name of names ?? []) {
        const path = `${proc}/${pid}/fd/${name}`;
        const target = readLink(path);
        if (target === undefined) continue;
        const anonymous = target.startsWith('pipe:[');
        const stat = anonymous || !target.startsWith('/') || target.startsWith('/dev/') ? undefined : statOf(path);
        if (!anonymous && stat?.isFIFO() !== true) continue;
        const inode = stat?.ino ?? Number(target.slice('pipe:['.length, -1));
        const key = stat ? `${stat.dev}:${inode}` : target;
        const flags = Number.parseInt(/flags:\s+(\d+)/.exec(readLatin1(`${proc}/${pid}/fdinfo/${name}`) ?? '')?.[1] ?? '0', 8) & 3;
        const end: End = { pid, fd: Number(name), mode: flags === 0 ? 'r' : flags === 1 ? 'w' : 'rw' };
        const pipe = pipes.get(key);
        if (pipe) pipe.ends.push(end);
        else pipes.set(key, { type: anonymous ? 'anonymous' : 'named', inode, ends: [end] });
      }
    }
    for (const { type, inode, ends } of pipes.values()) {
      for (const end of ends) {
        for (const partner of ends) {
          if (partner.pid === end.pid || (partner.mode === end.mode && end.mode !== 'rw')) continue;
          yield { ...end, inode, type, partner_pid: partner.pid, partner_fd: partner.fd, partner_mode: partner.mode };
        }
      }
    }
    denials.report(context, 'pipes');
  },
};
