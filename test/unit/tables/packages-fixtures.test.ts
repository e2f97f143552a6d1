/** Package tables over fixture trees of other distributions. */
import { mkdirSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { apt_sources } from '../../../src/tables/host/apt_sources.ts';
import { deb_packages } from '../../../src/tables/host/deb_packages.ts';
import { npm_packages } from '../../../src/tables/host/npm_packages.ts';
import { portage_keywords, portage_packages, portage_use } from '../../../src/tables/host/portage.ts';
import { python_packages } from '../../../src/tables/host/python_packages.ts';
import { rpm_package_files, rpm_packages } from '../../../src/tables/host/rpm_packages.ts';
import { yum_sources } from '../../../src/tables/host/yum_sources.ts';
import { headerOfXml, RpmHeader, rpmTag } from '../../../src/tables/lib/rpm-database.ts';
import { ask, only, pluck, tree } from './harness.ts';

const sample = JSON.parse(readFileSync(new URL('../../fixtures/rpm-header.json', import.meta.url), 'utf8')) as {
  blob: string;
  xml: string;
};

describe('RPM', () => {
  const withDatabase = (): string => {
    const root = tree({ 'var/lib/': '' });
    mkdirSync(`${root}/var/lib/rpm`);
    const database = new Database(`${root}/var/lib/rpm/rpmdb.sqlite`);
    database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)');
    database.prepare('INSERT INTO Packages (blob) VALUES (?)').run(Buffer.from(sample.blob, 'base64'));
    database.close();
    return root;
  };
  it('is read from its database as rpm -q prints it', () => {
    expect(only(ask(rpm_packages, { system: { root: withDatabase() } }))).toMatchObject({
      name: 'shrike-sample',
      version: '1.2',
      release: '3',
      epoch: 2,
      arch: 'noarch',
      size: 6,
      vendor: 'Example',
      package_group: 'Applications/System',
      sha1: '7dd54ca2704f3196666270d352f6443f942b4bdf',
      install_time: 1795377613,
      source: 'shrike-sample-1.2-3.src.rpm',
    });
  });
  it('knows the files of a package', () => {
    const root = withDatabase();
    expect(only(ask(rpm_package_files, { system: { root } }))).toMatchObject({
      package: 'shrike-sample',
      path: '/opt/sample/bin/tool',
      mode: '4755',
      size: 6,
      username: 'root',
      groupname: 'root',
      sha256: '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
    });
    expect(ask(rpm_package_files, { system: { root }, where: { path: '/other' } }).rows).toEqual([]);
  });
  it('is the same through rpm --xml, for databases that only rpm reads', () => {
    const [a, b] = [new RpmHeader(Buffer.from(sample.blob, 'base64')), headerOfXml(sample.xml)];
    for (const tag of [rpmTag.name, rpmTag.version, rpmTag.release, rpmTag.arch, rpmTag.vendor, rpmTag.sha1, rpmTag.source])
      expect(b.text(tag)).toBe(a.text(tag));
    for (const tag of [rpmTag.epoch, rpmTag.size, rpmTag.installTime]) expect(b.number(tag)).toBe(a.number(tag));
  });
  it('bears cut-off headers and says what is no database', () => {
    const blob = Buffer.from(sample.blob, 'base64');
    for (let length = 0; length < blob.length; length += 37) {
      const header = new RpmHeader(blob.subarray(0, length));
      expect(header.texts(rpmTag.baseNames).length + header.numbers(rpmTag.fileModes).length).toBeLessThan(3);
    }
    const root = tree({ 'var/lib/rpm/rpmdb.sqlite': 'no database at all, but longer than nothing' });
    expect(ask(rpm_packages, { system: { root } })).toEqual({
      rows: [],
      warnings: [expect.stringContaining('rpmdb.sqlite cannot be read')],
    });
    expect(ask(rpm_packages, { system: { root: tree({}) } }).warnings).toEqual([
      expect.stringContaining('there is no package database of RPM'),
    ]);
  });
});

describe('other package managers', () => {
  it('of images without a package manager keep a file for each package', () => {
    const root = tree({
      'var/lib/dpkg/status.d/base': 'Package: base-files\nVersion: 12.4+deb12u5\nArchitecture: amd64\nMaintainer: A <a@example.com>\n',
      'var/lib/dpkg/status.d/base.md5sums': 'x',
    });
    expect(only(ask(deb_packages, { system: { root } }))).toMatchObject({
      name: 'base-files',
      version: '12.4+deb12u5',
      status: 'install ok installed',
      revision: '',
    });
  });
  it('keep what was removed apart, and leave out what never was there', () => {
    const root = tree({
      'var/lib/dpkg/status':
        'Package: a\nStatus: install ok installed\nVersion: 1:2.0-3\nInstalled-Size: 12\nSource: src\nDescription: x\n more\n .\n Package: fake\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: c\nStatus: unknown ok not-installed\n',
    });
    expect(ask(deb_packages, { system: { root } }).rows.map((row) => [row.name, row.version, row.revision, row.size, row.status])).toEqual([
      ['a', '1:2.0-3', '3', 12, 'install ok installed'],
      ['b', '1', '', 0, 'deinstall ok config-files'],
    ]);
  });
  it('of Gentoo', () => {
    const root = tree({
      'var/db/pkg/net-misc/openssh-9.6_p1-r1/SLOT': '0\n',
      'var/db/pkg/net-misc/openssh-9.6_p1-r1/USE': 'pam ssl\n',
      'var/db/pkg/net-misc/openssh-9.6_p1-r1/EAPI': '8\n',
      'var/db/pkg/net-misc/openssh-9.6_p1-r1/BUILD_TIME': '1700000000\n',
      'var/db/pkg/net-misc/openssh-9.6_p1-r1/SIZE': '77\n',
      'var/db/pkg/net-misc/openssh-9.6_p1-r1/repository': 'gentoo\n',
      'var/lib/portage/world': 'net-misc/openssh\n',
      'etc/portage/package.unmask': '>=sys-apps/foo-1.2\n',
      'etc/portage/package.accept_keywords/x': '# c\ndev-lang/go ~amd64\n',
    });
    const system = { root };
    expect(only(ask(portage_packages, { system }))).toEqual({
      package: 'net-misc/openssh',
      version: '9.6_p1-r1',
      slot: '0',
      build_time: 1700000000,
      repository: 'gentoo',
      eapi: 8,
      size: 77,
      world: 1,
    });
    expect(pluck(ask(portage_use, { system }), 'use')).toEqual(['pam', 'ssl']);
    expect(ask(portage_keywords, { system }).rows).toEqual([
      { package: 'dev-lang/go', version: '', keyword: '~amd64', mask: 0, unmask: 0 },
      { package: 'sys-apps/foo', version: '>=1.2', keyword: '', mask: 0, unmask: 1 },
    ]);
  });
  it('of Red Hat have archives', () => {
    const root = tree({
      'etc/yum.repos.d/a.repo':
        '[main]\nx=1\n[base]\nname=Base\nbaseurl=https://example.com/a\n https://example.com/b\ngpgcheck=1\n# c\n[off]\nenabled=0\n',
    });
    expect(ask(yum_sources, { system: { root } }).rows).toMatchObject([
      { name: 'Base', baseurl: 'https://example.com/a https://example.com/b', enabled: '1', gpgcheck: '1' },
      { name: 'off', enabled: '0' },
    ]);
  });
  it('of Debian have archives in two forms', () => {
    const root = tree({
      'etc/apt/sources.list':
        '# deb http://no/ x y\ndeb [arch=amd64 signed-by=/k] http://deb.example.com/debian/ bookworm main contrib # c\ndeb-src http://deb.example.com/debian bookworm main\n',
      'etc/apt/sources.list.d/a.sources':
        'Types: deb deb-src\nURIs: https://x.example.com/r\nSuites: stable ./\nComponents: main\n\nTypes: deb\nEnabled: no\nURIs: https://off.example.com\nSuites: a\n',
      'var/lib/apt/lists/deb.example.com_debian_dists_bookworm_InRelease':
        '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nCodename: bookworm\nVersion: 12.8\nComponents: main contrib\nArchitectures: amd64\nSHA256:\n 00 1 x\n',
    });
    expect(
      ask(apt_sources, { system: { root } }).rows.map((row) => [row.name, row.release, row.version, row.maintainer, row.components]),
    ).toEqual([
      ['deb.example.com/debian bookworm', 'bookworm', '12.8', 'Debian', 'main contrib'],
      ['x.example.com/r stable', '', '', '', 'main'],
      ['x.example.com/r ./', '', '', '', 'main'],
    ]);
  });
  it('of Python and npm are found in homes too, and bear what is broken', () => {
    const root = tree({
      'etc/passwd': 'ann:x:1000:1000::/home/ann:/bin/sh\n',
      'home/ann/.local/lib/python3.11/site-packages/foo-1.0.dist-info/METADATA':
        'Name: foo\nVersion: 1.0\nSummary: s\nAuthor-email: a@example.com\nLicense-Expression: MIT\n\nName: not this\n',
      'home/ann/.pyenv/versions/3.12.1/lib/python3.12/site-packages/bar.egg-info/PKG-INFO': 'Name: bar\nVersion: 2\n',
      'usr/lib/node_modules/a/package.json':
        '{"name":"a","version":"1","author":{"name":"N","email":"n@example.com"},"licenses":[{"type":"MIT"},{"type":"BSD"}]}',
      'usr/lib/node_modules/a/node_modules/@s/b/package.json': '{"name":"@s/b","version":"2"}',
      'usr/lib/node_modules/broken/package.json': '{',
    });
    expect(ask(python_packages, { system: { root } }).rows.map((row) => [row.name, row.version, row.uid, row.author, row.license])).toEqual(
      [
        ['foo', '1.0', 1000, 'a@example.com', 'MIT'],
        ['bar', '2', 1000, '', ''],
      ],
    );
    const answer = ask(npm_packages, { system: { root } });
    expect(answer.rows.map((row) => [row.name, row.depth, row.author, row.license])).toEqual([
      ['a', 1, 'N <n@example.com>', 'MIT, BSD'],
      ['@s/b', 2, '', ''],
    ]);
    expect(answer.warnings).toEqual([expect.stringContaining('broken/package.json is no JSON')]);
  });
});
