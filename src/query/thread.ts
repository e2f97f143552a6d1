/** The calling thread as the kernel sees it: what it costs, how it is scheduled. */
import { readFileSync, readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import type { QueryCost } from './protocol.ts';

/** Clock ticks a second: the kernel tells times of /proc in these, whatever its own clock. */
const ticks = 100;

interface Usage {
  readonly user: number;
  readonly system: number;
}

/** CPU time of this thread in milliseconds: the exact sum, shared out as the coarse ticks are. */
function usage(): Usage {
  try {
    const [exact = '0'] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    const stat = readFileSync('/proc/thread-self/stat', 'utf8');
    // The name may hold blanks and parentheses; utime is the 12th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const system = (Number(fields[12]) * 1000) / ticks;
    const total = Number(exact) / 1e6;
    return { user: Math.max(0, total - system), system };
  } catch {
    return { user: 0, system: 0 };
  }
}

/** Begins to measure; what is returned gives the cost since then. */
export function startMeter(): () => QueryCost {
  const before = usage();
  const heap = process.memoryUsage().heapUsed;
  return () => {
    const after = usage();
    return {
      userMs: Math.max(0, after.user - before.user),
      systemMs: Math.max(0, after.system - before.system),
      memory: Math.max(0, process.memoryUsage().heapUsed - heap),
    };
  };
}

/** Gives way to others. setpriority(2) takes a thread's id where it says process. */
export function beNice(niceness: number): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), niceness);
  } catch {
    // It runs as it did.
  }
}
