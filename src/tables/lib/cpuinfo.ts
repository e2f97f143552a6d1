/** /proc/cpuinfo: blocks of `name : value` lines, one block for each logical processor. */
import { readText } from './procfs.ts';

/** Blocks of the file; empty when it cannot be read. */
export function readCpuinfo(proc: string): Map<string, string>[] {
  const blocks: Map<string, string>[] = [];
  for (const block of (readText(`${proc}/cpuinfo`) ?? '').split('\n\n')) {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon > 0) fields.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
    }
    // ARM ends with a block about the board.
    if (fields.has('processor')) blocks.push(fields);
  }
  return blocks;
}
