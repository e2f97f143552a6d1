/** Packages of Red Hat, Fedora, SUSE and others. */
import { columns, containerIdColumn, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import { mountViews } from '../lib/mount-view.ts';
import { readRpmHeaders, rpmTag } from '../lib/rpm-database.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const source = '/var/lib/rpm, /usr/lib/sysimage/rpm';

/** Packages. */
export const rpm_packages: GeneratedTableSpec = {
  name: 'rpm_packages',
  kind: 'state',
  description: 'RPM packages that are installed, on the machine or in a container.',
  source,
  estimatedRows: 600,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name of the package', { index: true }],
      ['version', 'TEXT', 'Version', { index: true }],
      ['release', 'TEXT', 'Release', { index: true }],
      ['source', 'TEXT', 'Source package'],
      ['size', 'BIGINT', 'Size when installed, in bytes'],
      ['sha1', 'TEXT', 'SHA-1 digest of its header'],
      ['arch', 'TEXT', 'Architecture', { index: true }],
      ['epoch', 'INTEGER', 'Epoch; NULL without one', { index: true }],
      ['install_time', 'INTEGER', 'When it was installed, in seconds since the epoch'],
      ['vendor', 'TEXT', 'Who it is from'],
      ['package_group', 'TEXT', 'Group'],
    ),
    pidWithNamespace,
    mountNamespaceId,
    containerIdColumn,
  ],
  examples: [
    "SELECT name, version, release FROM rpm_packages WHERE name LIKE 'openssl%'",
    'SELECT vendor, count(*) AS packages FROM rpm_packages GROUP BY vendor',
  ],
  *rows(context) {
    const names = textsOf(context, 'name');
    for (const view of mountViews(context)) {
      for (const header of readRpmHeaders(context, view.root)) {
        const name = header.text(rpmTag.name);
        // Keys that signatures are checked by are kept as packages of that name.
        if (name === 'gpg-pubkey' || (names !== undefined && !names.includes(name))) continue;
        yield {
          name,
          version: header.text(rpmTag.version),
          release: header.text(rpmTag.release),
          source: header.text(rpmTag.source),
          size: header.number(rpmTag.longSize) ?? header.number(rpmTag.size) ?? 0,
          sha1: header.text(rpmTag.sha1),
          arch: header.text(rpmTag.arch),
          epoch: header.number(rpmTag.epoch) ?? null,
          install_time: header.number(rpmTag.installTime) ?? null,
          vendor: header.text(rpmTag.vendor),
          package_group: header.text(rpmTag.group),
          ...view.columns,
        };
      }
    }
  },
};

/** Files of packages. */
export const rpm_package_files: GeneratedTableSpec = {
  name: 'rpm_package_files',
  kind: 'state',
  description: 'Files that RPM packages brought. Needs the database in its form of RPM 4.16 or later.',
  source,
  estimatedRows: 100_000,
  columns: columns(
    ['package', 'TEXT', 'Name of the package', { index: true }],
    ['path', 'TEXT', 'Full path', { index: true }],
    ['username', 'TEXT', 'Owner'],
    ['groupname', 'TEXT', 'Group'],
    ['mode', 'TEXT', 'Permissions, as four octal digits'],
    ['size', 'BIGINT', 'Size, in bytes'],
    ['sha256', 'TEXT', 'SHA-256 digest the file should have'],
  ),
  examples: [
    "SELECT path, mode FROM rpm_package_files WHERE package = 'bash'",
    "SELECT package FROM rpm_package_files WHERE path = '/usr/bin/bash'",
  ],
  *rows(context) {
    const names = textsOf(context, 'package');
    const paths = textsOf(context, 'path');
    for (const header of readRpmHeaders(context, context.system.root)) {
      const name = header.text(rpmTag.name);
      if (names !== undefined && !names.includes(name)) continue;
      const folders = header.texts(rpmTag.dirNames);
      const indexes = header.numbers(rpmTag.dirIndexes);
      const users = header.texts(rpmTag.fileUsers);
      const groups = header.texts(rpmTag.fileGroups);
      const modes = header.numbers(rpmTag.fileModes);
      const long = header.numbers(rpmTag.longFileSizes);
      const sizes = long.length > 0 ? long : header.numbers(rpmTag.fileSizes);
      const digests = header.texts(rpmTag.fileDigests);
      for (const [i, base] of header.texts(rpmTag.baseNames).entries()) {
        const path = `${folders[indexes[i] ?? 0] ?? ''}${base}`;
        if (paths !== undefined && !paths.includes(path)) continue;
        yield {
          package: name,
          path,
          username: users[i],
          groupname: groups[i],
          mode: ((modes[i] ?? 0) & 0o7777).toString(8).padStart(4, '0'),
          size: sizes[i],
          sha256: digests[i],
        };
      }
    }
  },
};
