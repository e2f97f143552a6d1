import { statSync } from 'node:fs';
import { columns, containerIdColumn, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { filesOf, type FoundFile } from '../lib/file-search.ts';
import { pathWithin } from '../lib/mount-view.ts';
import { scanSync } from '../lib/yara-sync.ts';
import { queryScan, signatureColumns, signaturesOf, verdictColumns, verdictRow } from '../lib/yara-tables.ts';
import type { ScanTarget } from '../lib/yara-wire.ts';
import type { GeneratedTableSpec, TableContext } from '../spec.ts';
import { recordScan } from '../lib/yara-scans.ts';

interface Wanted {
  readonly target: ScanTarget;
  readonly found: FoundFile;
}

/** Regular files among those the query asks for. */
function* targets(context: TableContext): Generator<Wanted> {
  for (const found of filesOf(context)) {
    const real = found.view.root === '' ? found.hostPath : pathWithin(found.view.root, found.path);
    if (real === undefined) continue;
    try {
      if (statSync(real, { throwIfNoEntry: false })?.isFile() !== true) continue;
    } catch {
      // Nothing can be seen behind it, as with a folder that may not be entered.
      continue;
    }
    yield { target: { root: found.view.root, path: found.path }, found };
  }
}

/** Files against YARA rules. */
export const yara: GeneratedTableSpec = {
  name: 'yara',
  kind: 'state',
  description:
    'Files scanned with YARA rules as the query runs, a row for each regular file. Without sig_group, sigfile or sigrule the rules that come with Shrike are used. A file that did not change since it was scanned with the same rules is not read again.',
  source: 'libyara in a sandboxed process of its own',
  estimatedRows: 100_000,
  columns: [
    ...columns(
      [
        'path',
        'TEXT',
        'Full path; as LIKE pattern % stays within a folder and %% does not',
        { required: true, requiredGroup: 'path', index: true },
      ],
      ['directory', 'TEXT', 'Folder it is in', { required: true, requiredGroup: 'path', hidden: true }],
    ),
    ...signatureColumns,
    pidWithNamespace,
    ...verdictColumns,
    mountNamespaceId,
    containerIdColumn,
  ],
  examples: [
    "SELECT path, matches, severity FROM yara WHERE path = '/bin/sh'",
    "SELECT path, matches, strings FROM yara WHERE path LIKE '/tmp/%' AND count > 0",
    "SELECT path, count FROM yara WHERE path = '/etc/passwd' AND sigrule = 'rule has_root { strings: $a = \"root:x:0\" condition: $a }'",
    'SELECT p.pid, p.path, y.matches FROM processes p JOIN yara y ON y.path = p.path WHERE p.uid = 0 AND y.count > 0',
  ],
  *rows(context) {
    const check = (): void => context.checkInterrupt();
    for (const signature of signaturesOf(context)) {
      for (const [{ found }, answer] of scanSync(signature.set, targets(context), queryScan, check)) {
        recordScan(answer, found.path, 'query');
        yield { path: found.path, directory: found.directory, ...verdictRow(answer), ...signature.columns, ...found.view.columns };
      }
    }
  },
};
