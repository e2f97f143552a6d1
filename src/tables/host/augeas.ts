import { augeasFiles, parseAugeas } from '../lib/augeas.ts';
import { columns } from '../lib/columns.ts';
import { isThere, readConfig } from '../lib/config-files.ts';
import { likesOf, textsOf } from '../lib/constraints.ts';
import { filesOf } from '../lib/file-search.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Configuration files as trees. */
export const augeas: GeneratedTableSpec = {
  name: 'augeas',
  kind: 'state',
  description: `Configuration files as trees of nodes. Understood are ${augeasFiles.map((path) => path.slice('/etc/'.length)).join(', ')} of /etc, files of sysctl.d, ssh and default.`,
  source: 'The files themselves',
  estimatedRows: 500,
  columns: columns(
    ['node', 'TEXT', 'Path of the node: /files, the path of the file, the names of nodes', { index: true }],
    ['value', 'TEXT', 'Its value'],
    ['label', 'TEXT', 'Its own name'],
    ['path', 'TEXT', 'File it stands in', { additional: true }],
  ),
  examples: [
    "SELECT label, value FROM augeas WHERE path = '/etc/hosts'",
    "SELECT value FROM augeas WHERE path = '/etc/ssh/sshd_config' AND label = 'PermitRootLogin'",
  ],
  *rows(context) {
    const asked = likesOf(context, 'path').length > 0 || textsOf(context, 'path') !== undefined;
    const paths = asked ? [...filesOf(context)].map(({ path }) => path) : filesOfNodes(textsOf(context, 'node'));
    for (const path of paths) {
      if (!isThere(context.system.root, path)) continue;
      const nodes = parseAugeas(path, readConfig(context, context.system.root, path) ?? '');
      if (nodes === undefined) {
        if (asked) context.warn(`the form of ${path} is not understood`);
        continue;
      }
      yield { node: `/files${path}`, value: '', label: path.slice(path.lastIndexOf('/') + 1), path };
      for (const node of nodes) yield { node: `/files${path}${node.path}`, value: node.value, label: node.label, path };
    }
  },
};

function filesOfNodes(nodes: readonly string[] | undefined): readonly string[] {
  if (nodes === undefined) return augeasFiles;
  return augeasFiles.filter((path) => nodes.some((node) => node === `/files${path}` || node.startsWith(`/files${path}/`)));
}
