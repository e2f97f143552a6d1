/** Extensions of editors. */
import { columns } from '../lib/columns.ts';
import { namesIn, readConfig } from '../lib/config-files.ts';
import { homesOf } from '../lib/homes.ts';
import { asInteger, asList, asObject, asText, parseJson } from '../lib/json.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const editions: readonly (readonly [edition: string, folder: string])[] = [
  ['vscode', '.vscode'],
  ['vscode_insiders', '.vscode-insiders'],
  ['vscodium', '.vscode-oss'],
  ['cursor', '.cursor'],
  ['windsurf', '.windsurf'],
  ['vscode_server', '.vscode-server'],
  ['cursor_server', '.cursor-server'],
];

/** Extensions of Visual Studio Code. */
export const vscode_extensions: GeneratedTableSpec = {
  name: 'vscode_extensions',
  kind: 'state',
  description: 'Extensions of Visual Studio Code and its relatives.',
  source: '~/.vscode/extensions/extensions.json',
  estimatedRows: 20,
  columns: columns(
    ['name', 'TEXT', 'Publisher and name of the extension'],
    ['uuid', 'TEXT', 'Id of the extension in the market place'],
    ['version', 'TEXT', 'Version'],
    ['path', 'TEXT', 'Its folder'],
    ['publisher', 'TEXT', 'Publisher'],
    ['publisher_id', 'TEXT', 'Id of the publisher'],
    ['installed_at', 'BIGINT', 'When it was installed, in milliseconds since the epoch'],
    ['prerelease', 'INTEGER', 'Whether it is a preview: 1 yes'],
    ['uid', 'BIGINT', 'User id', { additional: true }],
    ['vscode_edition', 'TEXT', 'Which editor'],
  ),
  examples: [
    'SELECT u.username, v.name, v.version FROM vscode_extensions v JOIN users u USING (uid)',
    'SELECT publisher, count(*) AS extensions FROM vscode_extensions GROUP BY publisher',
  ],
  *rows(context) {
    for (const home of homesOf(context)) {
      for (const [edition, folder] of editions) {
        const path = `${home.folder}/${folder}/extensions/extensions.json`;
        for (const value of asList(parseJson(context, path, readConfig(context, context.system.root, path)))) {
          const entry = asObject(value);
          const metadata = asObject(entry['metadata']);
          const location = asObject(entry['location']);
          const identifier = asObject(entry['identifier']);
          yield {
            name: asText(identifier['id']),
            uuid: asText(identifier['uuid']),
            version: asText(entry['version']),
            path: asText(location['path']) || asText(entry['relativeLocation']),
            publisher: asText(metadata['publisherDisplayName']),
            publisher_id: asText(metadata['publisherId']),
            installed_at: asInteger(metadata['installedTimestamp']),
            prerelease: metadata['isPreReleaseVersion'] === true ? 1 : 0,
            uid: home.uid,
            vscode_edition: edition,
          };
        }
      }
    }
  },
};

const products: readonly (readonly [type: string, prefix: string])[] = [
  ['CLion', 'CLion'],
  ['DataGrip', 'DataGrip'],
  ['GoLand', 'GoLand'],
  ['IntelliJIdea', 'IntelliJIdea'],
  ['IntelliJIdeaCommunityEdition', 'IdeaIC'],
  ['PhpStorm', 'PhpStorm'],
  ['PyCharm', 'PyCharm'],
  ['PyCharmCommunityEdition', 'PyCharmCE'],
  ['ReSharper', 'ReSharper'],
  ['Rider', 'Rider'],
  ['RubyMine', 'RubyMine'],
  ['RustRover', 'RustRover'],
  ['WebStorm', 'WebStorm'],
];

/** Plug-ins of JetBrains' editors. */
export const jetbrains_plugins: GeneratedTableSpec = {
  name: 'jetbrains_plugins',
  kind: 'state',
  description:
    "Plug-ins that users added to JetBrains' editors. Their names are those of their folders; versions stand inside archives that are not opened.",
  source: '~/.local/share/JetBrains',
  estimatedRows: 10,
  columns: columns(
    ['product_type', 'TEXT', 'Which editor'],
    ['uid', 'BIGINT', 'User id', { index: true }],
    ['name', 'TEXT', 'Name of the plug-in'],
    ['version', 'TEXT', 'Version, where a file beside the archives tells it'],
    ['vendor', 'TEXT', 'Maker, where a file beside the archives tells it'],
    ['path', 'TEXT', 'Its folder'],
  ),
  examples: [
    'SELECT product_type, name FROM jetbrains_plugins',
    'SELECT u.username, p.name FROM jetbrains_plugins p JOIN users u USING (uid)',
  ],
  *rows(context) {
    const { root } = context.system;
    for (const home of homesOf(context)) {
      const top = `${home.folder}/.local/share/JetBrains`;
      for (const folder of namesIn(context, root, top)) {
        const product = products.find(([, prefix]) => new RegExp(`^${prefix}\\d`).test(folder))?.[0];
        if (product === undefined) continue;
        for (const name of namesIn(context, root, `${top}/${folder}`)) {
          const path = `${top}/${folder}/${name}`;
          const jars = namesIn(context, root, `${path}/lib`).filter((file) => file.endsWith('.jar'));
          if (jars.length === 0) continue;
          const xml = readConfig(context, root, `${path}/META-INF/plugin.xml`) ?? '';
          const element = (tag: string): string => new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`).exec(xml)?.[1]?.trim() ?? '';
          const version = new RegExp(`^${name.replace(/[^\w-]/g, '.')}-(\\d[\\w.]*)\\.jar$`, 'i');
          yield {
            product_type: product,
            uid: home.uid,
            name: element('name') || name,
            version: element('version') || (jars.map((jar) => version.exec(jar)?.[1]).find((text) => text !== undefined) ?? ''),
            vendor: element('vendor'),
            path,
          };
        }
      }
    }
  },
};

/** Packages of Atom. */
export const atom_packages: GeneratedTableSpec = {
  name: 'atom_packages',
  kind: 'state',
  description: 'Packages that users added to Atom.',
  source: '~/.atom/packages/*/package.json',
  estimatedRows: 5,
  columns: columns(
    ['name', 'TEXT', 'Name of the package'],
    ['version', 'TEXT', 'Version'],
    ['description', 'TEXT', 'What it is'],
    ['path', 'TEXT', 'Its package.json'],
    ['license', 'TEXT', 'Licence'],
    ['homepage', 'TEXT', 'Home page'],
    ['uid', 'BIGINT', 'User id', { index: true }],
  ),
  examples: ['SELECT name, version FROM atom_packages', 'SELECT u.username, a.name FROM atom_packages a JOIN users u USING (uid)'],
  *rows(context) {
    const { root } = context.system;
    for (const home of homesOf(context)) {
      for (const folder of namesIn(context, root, `${home.folder}/.atom/packages`)) {
        const path = `${home.folder}/.atom/packages/${folder}/package.json`;
        const text = readConfig(context, root, path);
        if (text === undefined) continue;
        const facts = asObject(parseJson(context, path, text));
        const value = (key: string): string => asText(facts[key]);
        yield {
          name: value('name') || folder,
          version: value('version'),
          description: value('description'),
          path,
          license: value('license'),
          homepage: value('homepage'),
          uid: home.uid,
        };
      }
    }
  },
};
