import { statSync } from 'node:fs';
import { columns, containerIdColumn, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { type Algorithm, digestFile } from '../lib/digests.ts';
import { filesOf } from '../lib/file-search.ts';
import { pathWithin } from '../lib/mount-view.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const algorithms: readonly Algorithm[] = ['md5', 'sha1', 'sha256'];

/** Digests of files. */
export const hash: GeneratedTableSpec = {
  name: 'hash',
  kind: 'state',
  description: 'Digests of the content of regular files. A query must say which files, as for the table file.',
  source: 'The files themselves',
  estimatedRows: 10_000,
  columns: [
    ...columns(
      ['path', 'TEXT', 'Full path', { required: true, requiredGroup: 'path', index: true }],
      ['directory', 'TEXT', 'Folder it is in', { required: true, requiredGroup: 'path' }],
      ['md5', 'TEXT', 'MD5 digest'],
      ['sha1', 'TEXT', 'SHA-1 digest'],
      ['sha256', 'TEXT', 'SHA-256 digest'],
    ),
    pidWithNamespace,
    mountNamespaceId,
    containerIdColumn,
    ...columns(['host_path', 'TEXT', 'Path by which the host reaches it, where a container is read', { hidden: true }]),
  ],
  examples: [
    "SELECT sha256 FROM hash WHERE path = '/bin/sh'",
    "SELECT path, sha256 FROM hash WHERE directory = '/etc/cron.d'",
    'SELECT p.pid, p.path, h.sha256 FROM processes p JOIN hash h ON h.path = p.path WHERE p.uid = 0 LIMIT 5',
  ],
  *rows(context) {
    const wanted = algorithms.filter((algorithm) => context.uses(algorithm));
    const interrupt = (): void => context.checkInterrupt();
    for (const found of filesOf(context)) {
      interrupt();
      const real = found.view.root === '' ? found.hostPath : pathWithin(found.view.root, found.path);
      if (real === undefined) continue;
      try {
        // Opening a pipe or a device could wait for ever, so its kind is looked at first.
        if (statSync(real, { throwIfNoEntry: false })?.isFile() !== true) continue;
      } catch {
        continue;
      }
      let digests: ReturnType<typeof digestFile>;
      try {
        digests = wanted.length === 0 ? {} : digestFile(real, wanted, interrupt);
      } catch (error) {
        // What checkInterrupt throws has no system code and must get through.
        if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
        context.warn(`${found.path} cannot be read: ${String(error.code)}`);
        continue;
      }
      if (digests === undefined) continue;
      yield { path: found.path, directory: found.directory, ...digests, host_path: found.hostPath, ...found.view.columns };
    }
  },
};
