import { columns } from '../lib/columns.ts';
import { Denials, pidsOf } from '../lib/pids.ts';
import { readText, wasDenied } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Memory regions of processes. */
export const process_memory_map: GeneratedTableSpec = {
  name: 'process_memory_map',
  kind: 'state',
  description: 'Memory regions of processes and the files behind them.',
  source: '/proc/PID/maps',
  estimatedRows: 20_000,
  columns: columns(
    ['pid', 'INTEGER', 'Process id', { index: true }],
    ['start', 'TEXT', 'First address, in hexadecimal'],
    ['end', 'TEXT', 'Address after the last, in hexadecimal'],
    ['permissions', 'TEXT', 'r read, w write, x execute, p private or s shared'],
    ['offset', 'BIGINT', 'Where in the file it begins, in bytes'],
    ['device', 'TEXT', 'Device of the file, major:minor'],
    ['inode', 'INTEGER', 'Inode of the file; 0 without one'],
    ['path', 'TEXT', 'File, or a name in brackets such as [heap]'],
    ['pseudo', 'INTEGER', 'Whether path is no file: 1 yes'],
  ),
  examples: [
    "SELECT DISTINCT pid, path FROM process_memory_map WHERE permissions LIKE '%x%' AND path LIKE '%(deleted)'",
    'SELECT start, "end", permissions, path FROM process_memory_map WHERE pid = 1',
  ],
  *rows(context) {
    const denials = new Denials();
    for (const pid of pidsOf(context)) {
      context.checkInterrupt();
      const text = readText(`${context.system.proc}/${pid}/maps`);
      if (text === undefined) {
        if (wasDenied()) denials.add();
        continue;
      }
      for (const line of text.split('\n')) {
        // 7f12…-7f13… r-xp 00000000 fe:00 12345      /usr/lib/x.so: the path is last and may hold blanks.
        const dash = line.indexOf('-');
        const [a, b, c, d] = blanks(line);
        if (dash < 0 || d < 0) continue;
        const end = line.indexOf(' ', d + 1);
        const inode = Number(line.slice(d + 1, end < 0 ? undefined : end));
        const path = end < 0 ? '' : line.slice(end).trimStart();
        yield {
          pid,
          start: `0x${line.slice(0, dash)}`,
          end: `0x${line.slice(dash + 1, a)}`,
          permissions: line.slice(a + 1, b),
          offset: Number.parseInt(line.slice(b + 1, c), 16),
          device: line.slice(c + 1, d),
          inode,
          path: path.includes('\\') ? path.replaceAll('\\012', '\n') : path,
          pseudo: inode === 0 && path !== '' ? 1 : 0,
        };
      }
    }
    denials.report(context, 'memory maps');
  },
};

/** Positions of the first four blanks. */
function blanks(line: string): [number, number, number, number] {
  const a = line.indexOf(' ');
  const b = line.indexOf(' ', a + 1);
  const c = line.indexOf(' ', b + 1);
  return [a, b, c, c < 0 ? -1 : line.indexOf(' ', c + 1)];
}
