import { columns, pidWithNamespace } from '../lib/columns.ts';
import { isThere, namesIn, parseParagraphs, readConfig } from '../lib/config-files.ts';
import { textsOf } from '../lib/constraints.ts';
import { homesOf } from '../lib/homes.ts';
import { mountViews } from '../lib/mount-view.ts';
import type { GeneratedTableSpec, TableContext } from '../spec.ts';

/** Where interpreters keep their `python3.x` folders. */
const libraries = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/local/lib64'];

interface Place {
  readonly folder: string;
  readonly uid: number;
}

/** Python packages. */
export const python_packages: GeneratedTableSpec = {
  name: 'python_packages',
  kind: 'state',
  description: "Python packages of the system's interpreters and of users' (pip --user, pyenv), or below a folder that the query gives.",
  source: 'site-packages and dist-packages: *.dist-info/METADATA, *.egg-info',
  estimatedRows: 200,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name'],
      ['uid', 'BIGINT', 'User it belongs to; 0 for the system', { index: true }],
      ['version', 'TEXT', 'Version'],
      ['summary', 'TEXT', 'What it is'],
      ['author', 'TEXT', 'Author'],
      ['license', 'TEXT', 'Licence'],
      ['path', 'TEXT', 'Folder of its metadata'],
      ['directory', 'TEXT', 'Folder it is in', { index: true }],
    ),
    pidWithNamespace,
  ],
  examples: [
    'SELECT name, version, directory FROM python_packages ORDER BY name',
    "SELECT name, version FROM python_packages WHERE directory = '/usr/lib/python3/dist-packages'",
  ],
  *rows(context) {
    const given = textsOf(context, 'directory');
    for (const view of mountViews(context)) {
      const places = given?.map((folder) => ({ folder, uid: 0 })) ?? [
        ...systemPlaces(context, view.root),
        ...userPlaces(context, view.root),
      ];
      const seen = new Set<string>();
      for (const { folder, uid } of places) {
        if (seen.has(folder)) continue;
        seen.add(folder);
        for (const name of namesIn(context, view.root, folder)) {
          const path = `${folder}/${name}`;
          const text = readMetadata(context, view.root, path, name);
          if (text === undefined) continue;
          context.checkInterrupt();
          // The description after the first paragraph may look like more of them.
          const fields = parseParagraphs(text)[0] ?? new Map<string, string>();
          yield {
            name: fields.get('name') ?? '',
            uid,
            version: fields.get('version') ?? '',
            summary: fields.get('summary') ?? '',
            author: fields.get('author') ?? fields.get('author-email') ?? '',
            license: fields.get('license') ?? fields.get('license-expression') ?? '',
            path,
            directory: folder,
            ...view.columns,
          };
        }
      }
    }
  },
};

function readMetadata(context: TableContext, root: string, path: string, name: string): string | undefined {
  if (name.endsWith('.dist-info')) return readConfig(context, root, `${path}/METADATA`);
  if (!name.endsWith('.egg-info')) return undefined;
  // A folder with PKG-INFO in it, or that file itself.
  return isThere(root, `${path}/PKG-INFO`) ? readConfig(context, root, `${path}/PKG-INFO`) : readConfig(context, root, path);
}

function* pythonFolders(context: TableContext, root: string, library: string): Generator<string> {
  for (const name of namesIn(context, root, library)) {
    if (!/^python\d/.test(name)) continue;
    for (const kind of ['site-packages', 'dist-packages'])
      if (isThere(root, `${library}/${name}/${kind}`)) yield `${library}/${name}/${kind}`;
  }
}

function systemPlaces(context: TableContext, root: string): Place[] {
  return libraries.flatMap((library) => [...pythonFolders(context, root, library)].map((folder) => ({ folder, uid: 0 })));
}

function userPlaces(context: TableContext, root: string): Place[] {
  const places: Place[] = [];
  for (const home of homesOf(context, root)) {
    const versions = namesIn(context, root, `${home.folder}/.pyenv/versions`).map(
      (version) => `${home.folder}/.pyenv/versions/${version}/lib`,
    );
    for (const library of [`${home.folder}/.local/lib`, ...versions]) {
      for (const folder of pythonFolders(context, root, library)) places.push({ folder, uid: home.uid });
    }
  }
  return places;
}
