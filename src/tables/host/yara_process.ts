import { columns } from '../lib/columns.ts';
import { integersOf } from '../lib/constraints.ts';
import { scanSync } from '../lib/yara-sync.ts';
import { queryScan, signatureColumns, signaturesOf, verdictColumns, verdictRow } from '../lib/yara-tables.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Most memory of one process that a query scans. */
const maxMemory = 4 * 2 ** 30;

/** The memory of processes against YARA rules. */
export const yara_process: GeneratedTableSpec = {
  name: 'yara_process',
  kind: 'state',
  description:
    'Memory of processes scanned with YARA rules as the query runs: executable memory without a file first, then memfds and deleted files, then the rest. The offsets in strings are addresses.',
  source: '/proc/PID/maps and /proc/PID/mem, libyara in a sandboxed process of its own',
  estimatedRows: 1,
  columns: [
    ...columns(['pid', 'INTEGER', 'Process id', { required: true, index: true }]),
    ...signatureColumns,
    ...columns(['pid_with_namespace', 'INTEGER', 'Always NULL: pid is of the initial namespace', { hidden: true, additional: true }]),
    ...verdictColumns,
  ],
  examples: [
    'SELECT pid, matches, error FROM yara_process WHERE pid = 1',
    "SELECT count, strings FROM yara_process WHERE pid = 1 AND sigrule = 'rule elf { strings: $a = { 7f 45 4c 46 } condition: $a }'",
  ],
  *rows(context) {
    const targets = (integersOf(context, 'pid') ?? []).filter((pid) => pid > 0).map((pid) => ({ target: { pid } }));
    for (const signature of signaturesOf(context)) {
      for (const [{ target }, answer] of scanSync(signature.set, targets, { ...queryScan, maxSize: maxMemory }, () =>
        context.checkInterrupt(),
      )) {
        yield { pid: target.pid, ...verdictRow(answer), ...signature.columns };
      }
    }
  },
};
