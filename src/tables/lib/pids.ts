/** Which processes a scan visits. */
import type { TableContext } from '../spec.ts';
import { integersOf } from './constraints.ts';
import { lastFailure, listNames, readLatin1 } from './procfs.ts';

/**
 * Process ids a query asks for: those given by `pid =` or `IN` that exist, without listing /proc, else all of them, ascending.
 *
 * /proc/TID exists for every thread although only processes are listed, so ids that are given are checked to be processes.
 */
export function* pidsOf(context: TableContext, column = 'pid'): Generator<number> {
  const { proc } = context.system;
  const given = integersOf(context, column);
  if (given !== undefined) {
    for (const pid of given) if (pid > 0 && isProcess(proc, pid)) yield pid;
    return;
  }
  yield* allPids(context);
}

/** Every process id, ascending. */
export function* allPids(context: TableContext): Generator<number> {
  const { proc } = context.system;
  const names = listNames(proc);
  if (names === undefined) {
    context.warn(`${proc} cannot be listed: ${lastFailure()}`);
    return;
  }
  const pids: number[] = [];
  for (const name of names) {
    const first = name.charCodeAt(0);
    if (first >= 48 && first <= 57) pids.push(Number(name));
  }
  // Names come sorted as text.
  yield* pids.sort((a, b) => a - b);
}

function isProcess(proc: string, pid: number): boolean {
  const status = readLatin1(`${proc}/${pid}/status`);
  return status?.includes(`\nTgid:\t${pid}\n`) ?? false;
}

/**
 * Counts processes that could not be looked into for lack of permission and says so once.
 *
 * @example const denied = new Denials(); … denied.add(); … denied.report(context, 'open files')
 */
export class Denials {
  #count = 0;

  add(): void {
    this.#count++;
  }

  report(context: TableContext, what: string): void {
    if (this.#count === 0) return;
    const of = this.#count === 1 ? 'one process' : `${this.#count} processes`;
    // Root meets it too, where a sandbox or a security module stands before a process.
    const remedy = process.geteuid?.() === 0 ? '' : ' (run as root to see all)';
    context.warn(`${what} of ${of} could not be read: permission denied${remedy}`);
  }
}
