import { columns, containerIdColumn, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { isThere, namesIn, parseParagraphs, readConfig } from '../lib/config-files.ts';
import { textsOf } from '../lib/constraints.ts';
import { type MountView, mountViews, pathWithin } from '../lib/mount-view.ts';
import { readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const defaultFolder = '/var/lib/dpkg';
const adminFolder = 'Folder of the package database; /var/lib/dpkg if the query gives none';

/** Debian packages. */
export const deb_packages: GeneratedTableSpec = {
  name: 'deb_packages',
  kind: 'state',
  description: 'Debian packages that are installed, or removed with their configuration left, on the machine or in a container.',
  source: '/var/lib/dpkg/status, /var/lib/dpkg/status.d',
  estimatedRows: 600,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name'],
      ['version', 'TEXT', 'Full version'],
      ['source', 'TEXT', 'Source package, where its name differs'],
      ['size', 'BIGINT', 'Size when installed, in KiB'],
      ['arch', 'TEXT', 'Architecture'],
      ['revision', 'TEXT', 'Part of the version after the last hyphen'],
      ['status', 'TEXT', 'State, as dpkg keeps it: install ok installed, …'],
      ['maintainer', 'TEXT', 'Who maintains it'],
      ['section', 'TEXT', 'Section of the archive'],
      ['priority', 'TEXT', 'Priority in the archive'],
      ['admindir', 'TEXT', adminFolder, { additional: true }],
    ),
    pidWithNamespace,
    mountNamespaceId,
    containerIdColumn,
  ],
  examples: [
    "SELECT name, version FROM deb_packages WHERE name LIKE 'openssl%'",
    'SELECT section, count(*) AS packages, sum(size) AS kib FROM deb_packages GROUP BY section ORDER BY kib DESC',
  ],
  *rows(context) {
    for (const view of mountViews(context)) {
      for (const folder of textsOf(context, 'admindir') ?? [defaultFolder]) yield* packages(context, view, folder);
    }
  },
};

function* packages(context: TableContext, view: MountView, folder: string): Generator<Row> {
  const text = readConfig(context, view.root, `${folder}/status`);
  // Images without a package manager (distroless) keep a file for each package instead.
  const single = namesIn(context, view.root, `${folder}/status.d`).filter((name) => !name.endsWith('.md5sums'));
  if (text === undefined && single.length === 0) {
    context.warn(`there is no package database of Debian: ${view.root}${folder}/status`);
    return;
  }
  const texts = [text ?? '', ...single.map((name) => readConfig(context, view.root, `${folder}/status.d/${name}`) ?? '')];
  for (const part of texts) {
    for (const fields of parseParagraphs(part)) {
      const status = fields.get('status') ?? 'install ok installed';
      if (status.endsWith(' not-installed')) continue;
      const version = fields.get('version') ?? '';
      const hyphen = version.lastIndexOf('-');
      yield {
        name: fields.get('package') ?? '',
        version,
        source: fields.get('source') ?? '',
        size: Number(fields.get('installed-size') ?? 0),
        arch: fields.get('architecture') ?? '',
        revision: hyphen < 0 ? '' : version.slice(hyphen + 1),
        status,
        maintainer: fields.get('maintainer') ?? '',
        section: fields.get('section') ?? '',
        priority: fields.get('priority') ?? '',
        admindir: folder,
        ...view.columns,
      };
    }
  }
}

/** Files of Debian packages. */
export const deb_package_files: GeneratedTableSpec = {
  name: 'deb_package_files',
  kind: 'state',
  description: 'Files and folders that Debian packages brought. Giving the package reads only its list.',
  source: '/var/lib/dpkg/info/*.list',
  estimatedRows: 100_000,
  columns: columns(
    ['package', 'TEXT', 'Name of the package', { index: true }],
    ['path', 'TEXT', 'Full path', { index: true }],
    ['admindir', 'TEXT', adminFolder, { additional: true }],
  ),
  examples: ["SELECT path FROM deb_package_files WHERE package = 'bash'", "SELECT package FROM deb_package_files WHERE path = '/bin/bash'"],
  *rows(context) {
    const { root } = context.system;
    const wanted = textsOf(context, 'package');
    const paths = textsOf(context, 'path');
    for (const folder of textsOf(context, 'admindir') ?? [defaultFolder]) {
      if (!isThere(root, `${folder}/info`)) {
        context.warn(`there is no package database of Debian: ${root}${folder}/info`);
        continue;
      }
      for (const name of namesIn(context, root, `${folder}/info`)) {
        if (!name.endsWith('.list')) continue;
        // Packages of several architectures are kept as name:arch.
        const bare = name.slice(0, -'.list'.length).split(':')[0] ?? '';
        if (wanted !== undefined && !wanted.includes(bare)) continue;
        context.checkInterrupt();
        const text = readText(pathWithin(root, `${folder}/info/${name}`) ?? '');
        if (text === undefined || (paths !== undefined && !paths.some((path) => text.includes(path)))) continue;
        for (const path of text.split('\n')) if (path !== '' && path !== '/.') yield { package: bare, path, admindir: folder };
      }
    }
  },
};
