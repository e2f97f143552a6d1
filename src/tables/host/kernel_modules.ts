import { columns } from '../lib/columns.ts';
import { lastFailure, readLine, readText, wasGone } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Loaded kernel modules. */
export const kernel_modules: GeneratedTableSpec = {
  name: 'kernel_modules',
  kind: 'state',
  description: 'Kernel modules that are loaded.',
  source: '/proc/modules, /sys/module',
  estimatedRows: 80,
  columns: columns(
    ['name', 'TEXT', 'Name'],
    ['size', 'BIGINT', 'Memory it takes, in bytes'],
    ['used_by', 'TEXT', 'Modules that need it, separated by commas; - for none'],
    ['status', 'TEXT', 'Live, Loading or Unloading'],
    ['address', 'TEXT', 'Where it is in memory; 0x0000000000000000 for readers without the right to know'],
    ['taints', 'TEXT', 'Why it taints the kernel: P proprietary, O out of tree, E unsigned, F forced; empty if not'],
    ['version', 'TEXT', 'Version it gives for itself'],
  ),
  examples: [
    'SELECT name, size, used_by FROM kernel_modules ORDER BY size DESC LIMIT 10',
    "SELECT name, taints FROM kernel_modules WHERE taints <> ''",
  ],
  *rows(context) {
    const text = readText(`${context.system.proc}/modules`);
    if (text === undefined) {
      context.warn(wasGone() ? 'this kernel was built without modules' : `${context.system.proc}/modules cannot be read: ${lastFailure()}`);
      return;
    }
    for (const line of text.split('\n')) {
      const [name, size, , usedBy, status, address, taints] = line.split(' ');
      if (name === undefined || size === undefined || usedBy === undefined || status === undefined || address === undefined) continue;
      yield {
        name,
        size: Number(size),
        used_by: usedBy.replace(/,$/, ''),
        status,
        address,
        taints: taints?.replace(/[()]/g, '') ?? '',
        version: context.uses('version') ? (readLine(`${context.system.sys}/module/${name}/version`) ?? '') : null,
      };
    }
  },
};
