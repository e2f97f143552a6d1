/** The automaton of the watch list against a plain glob matcher. The program is test/native/watch_property.cc. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/config/load.ts';
import { packageRoot } from '../../../../src/paths.ts';

const folder = mkdtempSync(join(tmpdir(), 'shrike-watch-'));
const program = join(folder, 'watch_property');

beforeAll(() => {
  const sensor = join(packageRoot, 'native', 'sensor');
  execFileSync('g++', [
    ...['-std=c++20', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover', '-o', program],
    join(packageRoot, 'test', 'native', 'watch_property.cc'),
    ...['watch.cc', 'watch_glob.cc'].map((name) => join(sensor, name)),
  ]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (path: string, ...globs: readonly string[]): readonly string[] =>
  execFileSync(program, ['match', path, ...globs], { encoding: 'utf8' })
    .trim()
    .split('\n');

describe('the watch list', () => {
  it.each([1, 2, 3])(
    'says the same as a plain matcher, for random globs and paths (seed %i)',
    (seed) => {
      expect(execFileSync(program, [String(seed), '60'], { encoding: 'utf8' })).toMatch(/^\d+ paths compared/);
    },
    120_000,
  );

  it.each<[glob: string, yes: readonly string[], no: readonly string[]]>([
    ['/etc/shadow', ['/etc/shadow'], ['/etc/shadow-', '/etc', '/shadow', '/etc/shadow/x', '/x/etc/shadow', '/etc/shado']],
    ['/root/.ssh/*', ['/root/.ssh/id_rsa', '/root/.ssh/a'], ['/root/.ssh', '/root/.ssh/a/b', '/root/xssh/a']],
    ['/root/.gnupg/**', ['/root/.gnupg/a', '/root/.gnupg/a/b/c'], ['/root/.gnupg', '/home/.gnupg/a']],
    ['/**/.ssh/id_*', ['/.ssh/id_', '/a/.ssh/id_rsa', '/a/b/c/.ssh/id_x'], ['/a/.ssh/x/id_rsa', '/a/.ssh/xid_']],
    ['/home/*/.{netrc,pgpass}', ['/home/me/.netrc', '/home/you/.pgpass'], ['/home/.netrc', '/home/a/b/.netrc', '/home/me/.net']],
    [
      '/etc/ssh/ssh_host_*_key',
      ['/etc/ssh/ssh_host_rsa_key', '/etc/ssh/ssh_host__key'],
      ['/etc/ssh/ssh_host_rsa_key.pub', '/etc/ssh/ssh_host_key'],
    ],
    ['/d/[!a-c]?\\*', ['/d/xy*'], ['/d/ay*', '/d/xyz', '/d/x*']],
    ['/d/*.pem', ['/d/.pem', `/d/${'x'.repeat(200)}.pem`, `/d/${'x'.repeat(27)}.pem`], ['/d/pem', '/d/x.pe', `/d/${'x'.repeat(40)}`]],
  ])('understands %s', (glob, yes, no) => {
    for (const path of yes) expect([path, ask(path, glob)]).toEqual([path, ['yes']]);
    for (const path of no) expect([path, ask(path, glob)]).toEqual([path, ['no']]);
  });

  it.each([
    ['/a/[b', 'a [ is not closed'],
    ['/a/{b,c', 'a { is not closed'],
    ['/a\\', 'it ends in a backslash'],
    ['etc/shadow', 'it does not begin with a slash'],
    [`/${'{a,b}'.repeat(9)}`, 'it has more than 256 alternatives'],
  ])('leaves out %s, says why, and keeps the rest', (glob, reason) => {
    expect(ask('/etc/shadow', glob, '/etc/shadow')).toEqual(['yes', `the watched path "${glob}" is left out: ${reason}`]);
  });

  it('keeps as many globs as fit when they are too intricate, from the first on', () => {
    // Read from the end, each of the last fifteen bytes may turn out to be the one that has to be an "a": a state for every combination.
    const intricate = `/${'?'.repeat(14)}a*`;
    expect(ask('/etc/shadow', '/etc/shadow', intricate, '/etc/gshadow')).toEqual([
      'yes',
      `the list of watched paths is too intricate for the kernel: the last 2, from "${intricate}" on, are left out`,
    ]);
  });

  it('takes the whole default list', () => {
    const { reads } = parseConfig('', 'defaults').sensor.watch;
    expect(ask('/home/someone/.ssh/id_ed25519', ...reads)).toEqual(['yes']);
    expect(ask('/usr/bin/ls', ...reads)).toEqual(['no']);
  });
});
