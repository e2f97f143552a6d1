import { readFileSync, statfsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { groups } from '../../../src/tables/host/groups.ts';
import { kernel_info } from '../../../src/tables/host/kernel_info.ts';
import { mounts } from '../../../src/tables/host/mounts.ts';
import { os_version } from '../../../src/tables/host/os_version.ts';
import { system_info } from '../../../src/tables/host/system_info.ts';
import { time } from '../../../src/tables/host/time.ts';
import { uptime } from '../../../src/tables/host/uptime.ts';
import { user_groups } from '../../../src/tables/host/user_groups.ts';
import { users } from '../../../src/tables/host/users.ts';
import { ask, only, pluck } from '../../unit/tables/harness.ts';
import { lines, run } from './tools.ts';

describe('accounts', () => {
  it('has the users that getent has', () => {
    const seen = lines('getent', 'passwd').map((line) => {
      const [name, , uid, gid, comment, home, shell] = line.split(':');
      return [name, Number(uid), Number(gid), comment, home, shell];
    });
    const rows = ask(users).rows.map((row) => [row.username, row.uid, row.gid, row.description, row.directory, row.shell]);
    expect(rows).toEqual(seen);
  });
  it('has the groups that getent has', () => {
    const seen = lines('getent', 'group').map((line) => [line.split(':')[0], Number(line.split(':')[2])]);
    expect(ask(groups).rows.map((row) => [row.groupname, row.gid])).toEqual(seen);
  });
  it('has the memberships that id shows', () => {
    for (const name of ['root', 'daemon', 'nobody']) {
      const uid = Number(run('id', '-u', name));
      const seen = run('id', '-G', name).trim().split(' ').map(Number);
      expect(new Set(pluck(ask(user_groups, { where: { uid } }), 'gid'))).toEqual(new Set(seen));
    }
  });
  it('reads the accounts as another process sees them', () => {
    const rows = ask(users, { where: { pid_with_namespace: process.pid } }).rows;
    expect(rows.length).toBe(ask(users).rows.length);
    expect(rows[0]?.pid_with_namespace).toBe(process.pid);
    expect(ask(users, { where: { pid_with_namespace: 2 ** 22 + 1 } })).toMatchObject({
      rows: [],
      warnings: [expect.stringContaining('does not exist')],
    });
  });
});

describe('mounts', () => {
  it('has the mounts that findmnt has, with the sizes of statfs', () => {
    const rows = ask(mounts).rows;
    expect(rows.map((row) => [row.path, row.type])).toEqual(
      lines('findmnt', '-n', '-l', '-u', '-o', 'TARGET,FSTYPE').map((line) => line.trim().split(/\s+/)),
    );
    const root = rows.find((row) => row.path === '/');
    const info = statfsSync('/');
    expect(root).toMatchObject({ blocks_size: info.bsize, blocks: info.blocks, inodes: info.files });
  });
});

describe('the machine', () => {
  it('runs the kernel that uname names', () => {
    expect(only(ask(kernel_info)).version).toBe(run('uname', '-r').trim());
  });
  it('has the distribution of os-release', () => {
    const row = only(ask(os_version));
    const [name, version, id] = run('/bin/sh', '-c', '. /etc/os-release; echo "$NAME|$VERSION|$ID"').trim().split('|');
    expect([row.name, row.version, row.platform, row.arch]).toEqual([name, version, id, run('uname', '-m').trim()]);
  });
  it('has as many processors as nproc, and as much memory as free', () => {
    const row = only(ask(system_info));
    expect(row.cpu_logical_cores).toBe(Number(run('nproc', '--all')));
    expect(row.physical_memory).toBe(Number(/Mem:\s+(\d+)/.exec(run('free', '-b'))?.[1]));
    expect(row.computer_name).toBe(run('hostname').trim());
    expect(row.uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^$/);
  });
  it('has been up as long as /proc says', () => {
    const row = only(ask(uptime));
    expect(Math.abs(Number(row.total_seconds) - Number.parseFloat(readFileSync('/proc/uptime', 'utf8')))).toBeLessThan(2);
    expect(Number(row.days) * 86400 + Number(row.hours) * 3600 + Number(row.minutes) * 60 + Number(row.seconds)).toBe(row.total_seconds);
  });
  it('knows the time that date knows', () => {
    const row = only(ask(time));
    expect(Math.abs(Number(row.unix_time) - Number(run('date', '+%s')))).toBeLessThan(3);
  });
});
