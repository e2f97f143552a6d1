/** Packages of Gentoo. */
import { columns } from '../lib/columns.ts';
import { isFolder, isThere, namesIn, plainLines, readConfig } from '../lib/config-files.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const database = '/var/db/pkg';

interface Installed {
  /** Category and name. */
  readonly name: string;
  readonly version: string;
  read(file: string): string;
}

function* installed(context: TableContext): Generator<Installed> {
  const { root } = context.system;
  if (!isThere(root, database)) {
    context.warn(`there is no package database of Gentoo: ${root}${database}`);
    return;
  }
  for (const category of namesIn(context, root, database)) {
    for (const folder of namesIn(context, root, `${database}/${category}`)) {
      context.checkInterrupt();
      const match = /^(.+?)-(\d[\w.]*(?:-r\d+)?)$/.exec(folder);
      if (match === null) continue;
      const read = (file: string): string => (readConfig(context, root, `${database}/${category}/${folder}/${file}`) ?? '').trim();
      yield { name: `${category}/${match[1]}`, version: match[2] ?? '', read };
    }
  }
}

/** Packages. */
export const portage_packages: GeneratedTableSpec = {
  name: 'portage_packages',
  kind: 'state',
  description: 'Packages of Gentoo that are installed.',
  source: database,
  estimatedRows: 800,
  columns: columns(
    ['package', 'TEXT', 'Category and name'],
    ['version', 'TEXT', 'Version'],
    ['slot', 'TEXT', 'Slot'],
    ['build_time', 'BIGINT', 'When it was built, in seconds since the epoch'],
    ['repository', 'TEXT', 'Repository it came from'],
    ['eapi', 'BIGINT', 'Version of the form of its recipe'],
    ['size', 'BIGINT', 'Size, in bytes'],
    ['world', 'INTEGER', 'Whether it was asked for by name: 1 yes'],
  ),
  examples: ['SELECT package, version FROM portage_packages', 'SELECT package FROM portage_packages WHERE world = 1'],
  *rows(context) {
    const world = new Set(plainLines(readConfig(context, context.system.root, '/var/lib/portage/world') ?? ''));
    for (const { name, version, read } of installed(context)) {
      yield {
        package: name,
        version,
        slot: read('SLOT'),
        build_time: Number(read('BUILD_TIME')) || null,
        repository: read('repository'),
        eapi: Number.parseInt(read('EAPI'), 10) || 0,
        size: Number(read('SIZE')) || null,
        world: world.has(name) ? 1 : 0,
      };
    }
  },
};

/** Options packages were built with. */
export const portage_use: GeneratedTableSpec = {
  name: 'portage_use',
  kind: 'state',
  description: 'Options that packages of Gentoo were built with.',
  source: `${database}/*/*/USE`,
  estimatedRows: 5000,
  columns: columns(['package', 'TEXT', 'Category and name'], ['version', 'TEXT', 'Version'], ['use', 'TEXT', 'Option']),
  examples: [
    "SELECT use FROM portage_use WHERE package = 'net-misc/openssh'",
    'SELECT use, count(*) AS packages FROM portage_use GROUP BY use',
  ],
  *rows(context) {
    for (const { name, version, read } of installed(context))
      for (const use of read('USE').split(/\s+/)) if (use !== '') yield { package: name, version, use };
  },
};

/** Settings for single packages. */
export const portage_keywords: GeneratedTableSpec = {
  name: 'portage_keywords',
  kind: 'state',
  description: 'Settings that allow, forbid or unlock packages of Gentoo.',
  source: '/etc/portage/package.{accept_keywords,keywords,mask,unmask}',
  estimatedRows: 20,
  columns: columns(
    ['package', 'TEXT', 'Category and name'],
    ['version', 'TEXT', 'Versions it is about, with a sign before them'],
    ['keyword', 'TEXT', 'What is allowed'],
    ['mask', 'INTEGER', 'Whether it is forbidden: 1 yes'],
    ['unmask', 'INTEGER', 'Whether it is unlocked: 1 yes'],
  ),
  examples: ['SELECT * FROM portage_keywords', 'SELECT package FROM portage_keywords WHERE unmask = 1'],
  *rows(context) {
    const { root } = context.system;
    if (!isThere(root, '/etc/portage')) context.warn(`there is no ${root}/etc/portage: no Gentoo system`);
    for (const kind of ['accept_keywords', 'keywords', 'mask', 'unmask']) {
      const path = `/etc/portage/package.${kind}`;
      const files = isFolder(root, path) ? namesIn(context, root, path).map((name) => `${path}/${name}`) : [path];
      for (const file of files) for (const line of plainLines(readConfig(context, root, file) ?? '')) yield setting(line, kind);
    }
  },
};

function setting(line: string, kind: string): Row {
  const [atom = '', ...keywords] = line.split(/\s+/);
  const match = /^([<>=~]*)(.+?)(?:-(\d[\w.*-]*))?(?::.*)?$/.exec(atom);
  return {
    package: match?.[2] ?? atom,
    version: match?.[3] === undefined ? '' : `${match[1]}${match[3]}`,
    keyword: keywords.join(' '),
    mask: kind === 'mask' ? 1 : 0,
    unmask: kind === 'unmask' ? 1 : 0,
  };
}
