import { columns } from '../lib/columns.ts';
import { filesOf } from '../lib/file-search.ts';
import { lstatOf } from '../lib/procfs.ts';
import { findProgram, runProgram } from '../lib/programs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Extended attributes of files. */
export const extended_attributes: GeneratedTableSpec = {
  name: 'extended_attributes',
  kind: 'state',
  description: 'Extended attributes of files: capabilities, SELinux labels, access lists. Needs getfattr (package attr).',
  source: 'getfattr(1)',
  estimatedRows: 10_000,
  columns: columns(
    ['path', 'TEXT', 'Path of the file', { required: true, requiredGroup: 'path', index: true }],
    ['directory', 'TEXT', 'Folder it is in', { required: true, requiredGroup: 'path', index: true }],
    ['key', 'TEXT', 'Name of the attribute'],
    ['value', 'TEXT', 'Its value, in base64 where it is no text'],
    ['base64', 'INTEGER', 'Whether the value is in base64: 1 yes'],
  ),
  examples: [
    "SELECT key, value FROM extended_attributes WHERE path = '/usr/bin/ping'",
    "SELECT path FROM extended_attributes WHERE directory = '/usr/bin' AND key = 'security.capability'",
  ],
  *rows(context) {
    const program = findProgram('getfattr');
    if (program === undefined) {
      context.warn('getfattr is not installed: nothing tells extended attributes (apt-get install attr)');
      return;
    }
    for (const { path, directory, hostPath } of filesOf(context)) {
      context.checkInterrupt();
      if (lstatOf(hostPath) === undefined) continue;
      const result = runProgram(program, ['-d', '-m', '-', '-e', 'hex', '--absolute-names', '-h', '--', hostPath]);
      if ('error' in result) {
        context.warn(`getfattr: ${result.error}`);
        continue;
      }
      for (const match of result.output.matchAll(/^([^#\s=][^=\n]*)=0x([0-9a-f]*)$/gm)) {
        const data = Buffer.from(match[2] ?? '', 'hex');
        const text = data.toString('utf8').replace(/\0$/, '');
        const readable = !/[\x00-\x08\x0e-\x1f\ufffd]/.test(text);
        yield { path, directory, key: match[1], value: readable ? text : data.toString('base64'), base64: readable ? 0 : 1 };
      }
    }
  },
};
