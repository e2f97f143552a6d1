/** A real container of runc: what is inside is seen from inside, and links do not lead out. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { file } from '../../../src/tables/host/file.ts';
import { hash } from '../../../src/tables/host/hash.ts';
import { os_version } from '../../../src/tables/host/os_version.ts';
import { process_open_files } from '../../../src/tables/host/process_open_files.ts';
import { processes } from '../../../src/tables/host/processes.ts';
import { users } from '../../../src/tables/host/users.ts';
import { ask, only } from '../../unit/tables/harness.ts';
import { asRoot, has, run } from './tools.ts';

const possible = asRoot && has('runc') && has('busybox');

describe.skipIf(!possible)('a container of runc', () => {
  const name = `shrike-test-${process.pid}`;
  let bundle = '';
  let pid = 0;
  const runc = (...args: string[]): number | null => spawnSync('runc', args, { cwd: bundle, stdio: ['ignore', 'ignore', 'ignore'] }).status;

  beforeAll(() => {
    bundle = mkdtempSync(join(tmpdir(), 'shrike-runc-'));
    for (const folder of ['bin', 'proc', 'dev', 'sys', 'etc']) mkdirSync(`${bundle}/rootfs/${folder}`, { recursive: true });
    copyFileSync('/usr/bin/busybox', `${bundle}/rootfs/bin/busybox`);
    symlinkSync('busybox', `${bundle}/rootfs/bin/sleep`);
    writeFileSync(`${bundle}/rootfs/etc/passwd`, 'inside:x:7:7::/:/bin/sh\n');
    writeFileSync(`${bundle}/rootfs/etc/os-release`, 'ID=tiny\nVERSION_ID=3.1\n');
    symlinkSync('/etc/passwd', `${bundle}/rootfs/etc/absolute`);
    symlinkSync('/etc/shadow', `${bundle}/rootfs/etc/escape`);
    runc('spec');
    const config = JSON.parse(readFileSync(`${bundle}/config.json`, 'utf8')) as { process: { terminal: boolean; args: string[] } };
    config.process.terminal = false;
    config.process.args = ['/bin/sleep', '1000'];
    writeFileSync(`${bundle}/config.json`, JSON.stringify(config));
    expect(runc('run', '-d', name)).toBe(0);
    pid = (JSON.parse(run('runc', 'state', name)) as { pid: number }).pid;
  });
  afterAll(() => {
    runc('delete', '-f', name);
    rmSync(bundle, { recursive: true, force: true });
  });

  it('is known by its name, with its program where it is', () => {
    expect(only(ask(processes, { where: { pid } }))).toMatchObject({
      container_id: name,
      container_runtime: 'runc',
      path: '/bin/busybox',
      on_disk: 1,
      host_path: `/proc/${pid}/root/bin/busybox`,
    });
    expect(ask(processes, { where: { container_id: name } }).rows).toHaveLength(1);
    for (const row of ask(process_open_files, { where: { pid } }).rows) expect(row.container_id).toBe(name);
    expect(only(ask(processes, { where: { pid: process.pid } })).container_id).toBeNull();
  });
  it('shows its own files, users and distribution', () => {
    const where = { container_id: name };
    expect(only(ask(users, { where }))).toMatchObject({ username: 'inside', container_id: name });
    expect(only(ask(os_version, { where }))).toMatchObject({ platform: 'tiny', major: 3, minor: 1 });
    expect(only(ask(hash, { where: { path: '/bin/busybox', pid_with_namespace: pid } })).sha256).toBe(
      run('sha256sum', '/usr/bin/busybox').split(' ')[0],
    );
    expect(
      ask(file, { where, like: { path: '/bin/%' } })
        .rows.map((row) => row.filename)
        .sort(),
    ).toEqual(['busybox', 'sleep']);
  });
  it('cannot lead us out of it by absolute links', () => {
    expect(only(ask(file, { where: { path: '/etc/absolute', container_id: name } }))).toMatchObject({ size: 24n, type: 'regular' });
    // The host has this file, the container does not: the link leads nowhere.
    expect(only(ask(file, { where: { path: '/etc/escape', container_id: name } }))).toMatchObject({ type: 'symlink' });
    expect(ask(hash, { where: { path: '/etc/escape', container_id: name } }).rows).toEqual([]);
  });
});
