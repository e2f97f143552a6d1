import { columns } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import { filesOf } from '../lib/file-search.ts';
import { lstatOf } from '../lib/procfs.ts';
import { findProgram, runProgram } from '../lib/programs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const batch = 200;

/** What files are, by their content. */
export const magic: GeneratedTableSpec = {
  name: 'magic',
  kind: 'state',
  description: 'What a file is, by its content, as file(1) tells it. Needs the package file.',
  source: 'file(1)',
  estimatedRows: 10_000,
  columns: columns(
    ['path', 'TEXT', 'Path of the file', { required: true, index: true }],
    ['magic_db_files', 'TEXT', "Files of rules to go by instead of the system's, separated by colons", { additional: true }],
    ['data', 'TEXT', 'Description'],
    ['mime_type', 'TEXT', 'Media type'],
    ['mime_encoding', 'TEXT', 'Encoding of characters'],
  ),
  examples: ["SELECT data, mime_type FROM magic WHERE path = '/bin/sh'", "SELECT path, data FROM magic WHERE path LIKE '/usr/local/bin/%'"],
  *rows(context) {
    const program = findProgram('file');
    if (program === undefined) {
      context.warn('file(1) is not installed: nothing tells what files are (apt-get install file)');
      return;
    }
    for (const database of textsOf(context, 'magic_db_files') ?? ['']) {
      const options = ['-b', ...(database === '' ? [] : ['-m', database])];
      let pending: string[] = [];
      const flush = function* (): Generator<Record<string, string>> {
        const paths = pending;
        pending = [];
        if (paths.length === 0) return;
        const ask = (...more: string[]): string[] => {
          const result = runProgram(program, [...options, ...more, '-f', '-'], `${paths.join('\n')}\n`);
          if ('error' in result) context.warn(`file: ${result.error}`);
          return 'output' in result ? result.output.split('\n') : [];
        };
        const data = context.uses('data') ? ask() : [];
        const types = context.uses('mime_type') ? ask('--mime-type') : [];
        const encodings = context.uses('mime_encoding') ? ask('--mime-encoding') : [];
        for (const [i, path] of paths.entries()) {
          yield { path, magic_db_files: database, data: data[i] ?? '', mime_type: types[i] ?? '', mime_encoding: encodings[i] ?? '' };
        }
      };
      for (const { path, hostPath } of filesOf(context)) {
        context.checkInterrupt();
        // A path with a line break cannot be named on the list that file reads; what is not there has no content.
        if (path.includes('\n') || lstatOf(hostPath) === undefined) continue;
        pending.push(hostPath);
        if (pending.length === batch) yield* flush();
      }
      yield* flush();
    }
  },
};
