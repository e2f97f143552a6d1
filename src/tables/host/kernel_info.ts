import { columns } from '../lib/columns.ts';
import { lastFailure, readLine } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** The running kernel. */
export const kernel_info: GeneratedTableSpec = {
  name: 'kernel_info',
  kind: 'state',
  description: 'The running kernel and how it was started.',
  source: '/proc/version, /proc/cmdline',
  estimatedRows: 1,
  columns: columns(
    ['version', 'TEXT', 'Release, as uname -r shows it'],
    ['arguments', 'TEXT', 'Arguments it was started with, without the two that follow'],
    ['path', 'TEXT', 'Path of the kernel image (BOOT_IMAGE=)'],
    ['device', 'TEXT', 'Device of the root file system (root=)'],
  ),
  examples: ['SELECT version, arguments FROM kernel_info', "SELECT 1 FROM kernel_info WHERE arguments LIKE '%mitigations=off%'"],
  *rows(context) {
    const { proc } = context.system;
    const signature = readLine(`${proc}/version`);
    if (signature === undefined) context.warn(`${proc}/version cannot be read: ${lastFailure()}`);
    const cmdline = readLine(`${proc}/cmdline`);
    if (cmdline === undefined) context.warn(`${proc}/cmdline cannot be read: ${lastFailure()}`);
    let path = '';
    let device = '';
    const rest: string[] = [];
    for (const argument of (cmdline ?? '').split(' ')) {
      if (argument.startsWith('BOOT_IMAGE=')) path = argument.slice('BOOT_IMAGE='.length);
      else if (argument.startsWith('root=')) device = argument.slice('root='.length);
      else if (argument !== '') rest.push(argument);
    }
    yield { version: signature?.split(' ')[2] ?? '', arguments: rest.join(' '), path, device };
  },
};
