import { columns, containerIdColumn, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { namesIn, readConfig } from '../lib/config-files.ts';
import { integersOf, textsOf } from '../lib/constraints.ts';
import { type MountView, mountViews } from '../lib/mount-view.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** Where npm installs what is installed for all (`npm root -g` without its last part). */
const globalFolders = ['/usr/lib', '/usr/local/lib', '/opt/lib'];
const deepest = 32;

/** npm packages. */
export const npm_packages: GeneratedTableSpec = {
  name: 'npm_packages',
  kind: 'state',
  description:
    'npm packages installed for all users, or below the node_modules of a folder that the query gives, with the packages inside them.',
  source: 'node_modules/*/package.json',
  estimatedRows: 1000,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name, with its scope'],
      ['version', 'TEXT', 'Version'],
      ['description', 'TEXT', 'What it is'],
      ['author', 'TEXT', 'Author'],
      ['license', 'TEXT', 'Licence'],
      ['homepage', 'TEXT', 'Home page'],
      ['path', 'TEXT', 'Its package.json'],
      ['directory', 'TEXT', 'Folder whose node_modules it is below', { index: true }],
      ['depth', 'INTEGER', 'How many node_modules are between: 1 for a package at the top'],
      ['max_depth', 'INTEGER', 'Deepest level to look at, if the query gives one', { hidden: true, additional: true }],
    ),
    pidWithNamespace,
    mountNamespaceId,
    containerIdColumn,
  ],
  examples: [
    'SELECT name, version, path FROM npm_packages WHERE depth = 1',
    "SELECT name, version FROM npm_packages WHERE directory = '/usr/lib' AND max_depth = 2",
  ],
  *rows(context) {
    const limits = integersOf(context, 'max_depth');
    const limit = limits === undefined ? deepest : Math.min(deepest, Math.max(0, ...limits));
    for (const view of mountViews(context)) {
      for (const directory of textsOf(context, 'directory') ?? globalFolders) {
        for (const row of packages(context, view, directory.replace(/\/+$/, ''), 1, limit)) {
          for (const max_depth of limits ?? [null]) yield { ...row, directory, max_depth, ...view.columns };
        }
      }
    }
  },
};

function* packages(context: TableContext, view: MountView, folder: string, depth: number, limit: number): Generator<Row> {
  if (depth > limit) return;
  const modules = `${folder}/node_modules`;
  for (const name of namesIn(context, view.root, modules)) {
    if (name.startsWith('.')) continue;
    const inside = name.startsWith('@') ? namesIn(context, view.root, `${modules}/${name}`).map((part) => `${name}/${part}`) : [name];
    for (const each of inside) {
      context.checkInterrupt();
      const path = `${modules}/${each}`;
      const facts = parse(context, view, `${path}/package.json`);
      if (facts === undefined) continue;
      const text = (key: string): string => asText(facts[key]);
      yield {
        name: text('name') || each,
        version: text('version'),
        description: text('description'),
        author: text('author'),
        license: text('license') || text('licenses'),
        homepage: text('homepage'),
        path: `${path}/package.json`,
        depth,
      };
      yield* packages(context, view, path, depth + 1, limit);
    }
  }
}

function parse(context: TableContext, view: MountView, path: string): Record<string, unknown> | undefined {
  const text = readConfig(context, view.root, path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // Just checked to be an object; its values are looked at one by one.
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    context.warn(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** People and licences are texts, or objects with a name or type, or lists of those. */
function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(asText).join(', ');
  if (typeof value !== 'object' || value === null) return '';
  if ('name' in value) return asText(value.name) + ('email' in value && typeof value.email === 'string' ? ` <${value.email}>` : '');
  return 'type' in value ? asText(value.type) : '';
}
