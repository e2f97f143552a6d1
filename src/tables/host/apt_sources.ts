import { columns, pidWithNamespace } from '../lib/columns.ts';
import { isThere, namesIn, parseParagraphs, readConfig } from '../lib/config-files.ts';
import { type MountView, mountViews } from '../lib/mount-view.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

interface Source {
  readonly uri: string;
  readonly suite: string;
  readonly components: string;
}

/** Archives that apt takes packages from. */
export const apt_sources: GeneratedTableSpec = {
  name: 'apt_sources',
  kind: 'state',
  description: 'Archives that apt takes binary packages from, with what their last downloaded index says about them.',
  source: '/etc/apt/sources.list, /etc/apt/sources.list.d, /var/lib/apt/lists',
  estimatedRows: 10,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Address without its protocol, and the suite'],
      ['source', 'TEXT', 'File that names it'],
      ['base_uri', 'TEXT', 'Address'],
      ['release', 'TEXT', 'Code name of the release'],
      ['version', 'TEXT', 'Version of the release'],
      ['maintainer', 'TEXT', 'Who the archive says it is from'],
      ['components', 'TEXT', 'Components of the archive'],
      ['architectures', 'TEXT', 'Architectures of the archive'],
    ),
    pidWithNamespace,
  ],
  examples: ['SELECT name, maintainer, release FROM apt_sources', "SELECT name, source FROM apt_sources WHERE base_uri LIKE 'http://%'"],
  *rows(context) {
    for (const view of mountViews(context)) {
      if (!isThere(view.root, '/etc/apt')) {
        context.warn(`there is no ${view.root}/etc/apt: no Debian system`);
        continue;
      }
      const parts = namesIn(context, view.root, '/etc/apt/sources.list.d').map((name) => `/etc/apt/sources.list.d/${name}`);
      for (const path of ['/etc/apt/sources.list', ...parts]) {
        if (!/\.(list|sources)$/.test(path)) continue;
        const text = readConfig(context, view.root, path);
        if (text === undefined) continue;
        for (const source of path.endsWith('.list') ? listSources(text) : deb822Sources(text)) yield describe(context, view, path, source);
      }
    }
  },
};

/** `deb [options] uri suite component…` */
function* listSources(text: string): Generator<Source> {
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
    if (match)
      yield { uri: (match[1] ?? '').replace(/\/+$/, ''), suite: match[2] ?? '', components: (match[3] ?? '').trim().replace(/\s+/g, ' ') };
  }
}

function* deb822Sources(text: string): Generator<Source> {
  for (const fields of parseParagraphs(text)) {
    const list = (name: string): string[] => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
    if (!list('types').includes('deb') || /^(no|false|off|0|without|disable)$/i.test(fields.get('enabled') ?? '')) continue;
    for (const uri of list('uris'))
      for (const suite of list('suites')) yield { uri: uri.replace(/\/+$/, ''), suite, components: list('components').join(' ') };
  }
}

function describe(context: TableContext, view: MountView, path: string, source: Source): Row {
  const bare = source.uri.replace(/^[^:]+:(\/\/)?/, '');
  const release = readRelease(context, view, bare, source.suite);
  return {
    name: `${bare} ${source.suite}`,
    source: path,
    base_uri: source.uri,
    release: release?.get('codename') ?? '',
    version: release?.get('version') ?? '',
    maintainer: release?.get('origin') ?? '',
    components: release?.get('components') ?? source.components,
    architectures: release?.get('architectures') ?? '',
    ...view.columns,
  };
}

/** apt keeps indexes under names made of their address: slashes become underscores. A suite ending in a slash is a path by itself. */
function readRelease(context: TableContext, view: MountView, bare: string, suite: string): Map<string, string> | undefined {
  const place = suite.endsWith('/') ? suite.replace(/^\.?\/*|\/+$/g, '') : `dists/${suite}`;
  const stem = `${bare}/${place === '' ? '' : `${place}/`}`.replaceAll('_', '%5f').replaceAll('/', '_');
  for (const name of ['InRelease', 'Release']) {
    const text = readConfig(context, view.root, `/var/lib/apt/lists/${stem}${name}`);
    if (text === undefined) continue;
    const body = text.startsWith('-----BEGIN PGP SIGNED MESSAGE-----') ? text.slice(text.indexOf('\n\n') + 2) : text;
    return parseParagraphs(body)[0];
  }
  return undefined;
}
