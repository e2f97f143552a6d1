import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apt_sources } from '../../../src/tables/host/apt_sources.ts';
import { deb_package_files, deb_packages } from '../../../src/tables/host/deb_packages.ts';
import { npm_packages } from '../../../src/tables/host/npm_packages.ts';
import { python_packages } from '../../../src/tables/host/python_packages.ts';
import { ask, pluck } from '../../unit/tables/harness.ts';
import { has, lines, run } from './tools.ts';

describe.skipIf(!has('dpkg-query'))('packages of Debian', () => {
  it('are those of dpkg-query', () => {
    const format =
      '${Package}\\t${Version}\\t${Architecture}\\t${Installed-Size}\\t${Status}\\t${Section}\\t${Priority}\\t${Maintainer}\\n';
    const seen = lines('dpkg-query', '-W', '-f', format).map((line) => line.split('\t'));
    const rows = ask(deb_packages).rows.map((r) => [
      r.name,
      r.version,
      r.arch,
      String(r.size || ''),
      r.status,
      r.section,
      r.priority,
      r.maintainer,
    ]);
    const key = (row: unknown[]): string => row.join('|');
    expect(rows.map(key).sort()).toEqual(
      seen
        .filter((row) => !row[4]?.endsWith('not-installed'))
        .map(key)
        .sort(),
    );
  });
  it('own the files that dpkg says', () => {
    const seen = lines('dpkg', '-L', 'coreutils').filter((path) => path.startsWith('/') && path !== '/.');
    expect(pluck(ask(deb_package_files, { where: { package: 'coreutils' } }), 'path').sort()).toEqual(seen.sort());
    const owners = pluck(ask(deb_package_files, { where: { path: '/usr/bin/dpkg' } }), 'package');
    expect(owners).toEqual(['dpkg']);
  });
  it('come from the archives that apt knows', () => {
    const seen = lines('apt-get', 'indextargets', '--format', '$(REPO_URI) $(SUITE) $(RELEASE)', 'Created-By: Packages').map((line) =>
      line.split(' ')[0]?.replace(/\/$/, ''),
    );
    expect(new Set(pluck(ask(apt_sources), 'base_uri'))).toEqual(new Set(seen));
    for (const row of ask(apt_sources).rows) expect(row.release, String(row.name)).not.toBe('');
  });
});

describe('packages of Python and npm', () => {
  it.skipIf(!has('python3'))('are those that the interpreter finds', () => {
    const code =
      'import importlib.metadata as m;print("\\n".join(sorted(d.metadata["Name"]+" "+d.version for d in m.distributions(path=["/usr/lib/python3/dist-packages"]))))';
    const seen = lines('/usr/bin/python3', '-c', code);
    const rows = ask(python_packages, { where: { directory: '/usr/lib/python3/dist-packages' } }).rows.map(
      (row) => `${row.name} ${row.version}`,
    );
    expect(rows.sort()).toEqual(seen.sort());
  });
  it('are found for all users, without a folder', () => {
    const rows = ask(python_packages).rows;
    const folders = new Set(rows.map((row) => row.directory));
    for (const folder of folders) expect(readdirSync(String(folder)).length).toBeGreaterThan(0);
  });
  it('are those of the folder given, each with its depth', () => {
    const cwd = process.cwd();
    const seen = lines('find', `${cwd}/node_modules`, '-maxdepth', '2', '-name', 'package.json', '-not', '-path', '*/node_modules/.*');
    const rows = ask(npm_packages, { where: { directory: cwd, max_depth: 1 } }).rows;
    expect(
      rows
        .filter((row) => !String(row.name).startsWith('@'))
        .map((row) => row.path)
        .sort(),
    ).toEqual(seen.sort());
    expect(rows.find((row) => row.name === 'typescript')).toMatchObject({ depth: 1, license: 'Apache-2.0', directory: cwd });
    const deep = ask(npm_packages, { where: { directory: cwd } }).rows.filter((row) => Number(row.depth) > 1);
    for (const row of deep) expect(String(row.path).split('/node_modules/')).toHaveLength(Number(row.depth) + 1);
  });
  it('are those that npm itself lists', () => {
    const root = run('npm', 'root', '-g').trim();
    const seen = readdirSync(root).filter((name) => !name.startsWith('.') && !name.startsWith('@'));
    const rows = ask(npm_packages, { where: { directory: root.replace(/\/node_modules$/, ''), max_depth: 1 } }).rows;
    expect(
      rows
        .map((row) => row.name)
        .filter((name) => !String(name).startsWith('@'))
        .sort(),
    ).toEqual(seen.sort());
  });
});
