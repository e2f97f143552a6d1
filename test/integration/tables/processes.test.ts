import { copyFileSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { process_envs } from '../../../src/tables/host/process_envs.ts';
import { process_memory_map } from '../../../src/tables/host/process_memory_map.ts';
import { process_namespaces } from '../../../src/tables/host/process_namespaces.ts';
import { process_open_files } from '../../../src/tables/host/process_open_files.ts';
import { processes } from '../../../src/tables/host/processes.ts';
import { ask, only, pluck } from '../../unit/tables/harness.ts';
import { asRoot, background, has, lines, run } from './tools.ts';

const sleeper = (env: NodeJS.ProcessEnv = {}): Promise<number> =>
  background('/bin/sh', ['-c', 'echo; read x < /dev/zero; sleep 1000'], { env: { ...process.env, ...env } });
const idle = (args: string[] = [], cwd?: string): Promise<number> =>
  background(
    '/bin/bash',
    ['-c', 'echo; while :; do read -t 1000 < /dev/tty0 || /bin/sleep 1000; done', ...args],
    cwd === undefined ? {} : { cwd },
  );

describe('processes', () => {
  it('agrees with ps about a process of ours', async () => {
    const pid = await idle(['name', 'two words']);
    const row = only(ask(processes, { where: { pid } }));
    const [ppid, pgid, sid, uid, gid, nice, threads, comm] = run(
      'ps',
      '-o',
      'ppid=,pgid=,sid=,ruid=,rgid=,ni=,nlwp=,comm=',
      '-p',
      String(pid),
    )
      .trim()
      .split(/\s+/);
    expect([row.parent, row.pgroup, row.session, row.uid, row.gid, row.nice, row.threads].map(String)).toEqual([
      ppid,
      pgid,
      sid,
      uid,
      gid,
      nice,
      threads,
    ]);
    expect(row.name).toBe(comm);
    expect(row.cmdline).toBe(run('ps', '-ww', '-o', 'args=', '-p', String(pid)).trimEnd());
    expect(row.path).toBe(readlinkSync(`/proc/${pid}/exe`));
    expect(row.cwd).toBe(process.cwd());
    expect(row.root).toBe('/');
    expect(row.on_disk).toBe(1);
    expect(Math.abs(Number(row.start_time) - Date.now() / 1000)).toBeLessThan(30);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(row.total_size).toBe(Number(/VmSize:\s+(\d+)/.exec(status)?.[1]) * 1024);
    expect(row.cap_effective).toBe(/CapEff:\s+(\S+)/.exec(status)?.[1]);
  });

  it('names processes by boot, start time and pid', () => {
    const row = only(ask(processes, { where: { pid: process.pid } }));
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').split('-')[0];
    const stat = readFileSync('/proc/self/stat', 'utf8');
    expect(row.exec_id).toBe(`${boot}-${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}-${process.pid}`);
    expect(only(ask(processes, { where: { exec_id: row.exec_id ?? '' } })).pid).toBe(process.pid);
    expect(ask(processes, { where: { exec_id: '00000000-1-1' } }).rows).toEqual([]);
  });

  it('lists every process that ps lists, in order', () => {
    const listed = pluck(ask(processes, { columns: ['pid'] }), 'pid') as number[];
    const seen = lines('ps', '-e', '-o', 'pid=').map(Number);
    // Some begin and end between the two looks, ps itself among them.
    expect(seen.filter((pid) => !listed.includes(pid)).length).toBeLessThan(10);
    expect(listed).toContain(1);
    expect(listed).toContain(process.pid);
    expect(listed).toEqual([...listed].sort((a, b) => a - b));
  });

  it('does not list /proc when pids are given, and answers for processes only, not for their threads', () => {
    const thread = lines('ls', `/proc/${process.pid}/task`)
      .map(Number)
      .find((tid) => tid !== process.pid);
    expect(thread).toBeDefined();
    const visits = { count: 0 };
    const { rows } = ask(processes, { where: { pid: [process.pid, thread ?? 0, 2 ** 22 + 1, -1, 0] }, interrupt: () => visits.count++ });
    expect(rows.map((row) => row.pid)).toEqual([process.pid]);
    expect(visits.count).toBe(1);
  });

  it('tells an executable that was removed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shrike-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const copy = join(folder, 'busy sh');
    copyFileSync('/bin/bash', copy);
    const pid = await background(copy, ['-c', 'echo; while :; do /bin/sleep 1000; done']);
    expect(only(ask(processes, { where: { pid } }))).toMatchObject({ path: copy, on_disk: 1 });
    unlinkSync(copy);
    expect(only(ask(processes, { where: { pid } }))).toMatchObject({ path: copy, on_disk: 0 });
  });

  it('reads only what the query needs', () => {
    const rows = ask(processes, { columns: ['pid', 'name'] }).rows;
    expect(rows.every((row) => row.cmdline === undefined && row.uid === undefined && row.cwd === undefined)).toBe(true);
  });

  it('gives the id of the cgroup as the kernel counts them', () => {
    const row = only(ask(processes, { where: { pid: process.pid } }));
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '';
    const mount = lines('findmnt', '-n', '-l', '-t', 'cgroup2', '-o', 'TARGET')[0];
    expect(row.cgroup_id).toBe(mount === undefined ? null : statSync(mount + path).ino);
  });
});

describe('process_open_files', () => {
  it('shows the open files of a process, even removed ones, with how they are open', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shrike-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const pid = await background('/bin/bash', ['-c', 'exec 7>a 8<>b; echo abc >&7; rm a; echo; while :; do /bin/sleep 1000; done'], {
      cwd: folder,
    });
    const rows = ask(process_open_files, { where: { pid } }).rows;
    expect(rows.find((row) => row.fd === 7)).toMatchObject({ path: `${folder}/a (deleted)`, mode: 'w', position: 4, deleted: 1 });
    expect(rows.find((row) => row.fd === 8)).toMatchObject({ path: `${folder}/b`, mode: 'rw', position: 0, deleted: 0 });
    expect(rows.some((row) => String(row.path).includes('pipe:'))).toBe(false);
  });
});

describe('process_envs', () => {
  it('shows the environment a process started with', async () => {
    const pid = await sleeper({ SHRIKE_TEST: 'a=b c', EMPTY: '' });
    const rows = ask(process_envs, { where: { pid } }).rows;
    expect(rows).toContainEqual({ pid, key: 'SHRIKE_TEST', value: 'a=b c' });
    expect(rows).toContainEqual({ pid, key: 'EMPTY', value: '' });
    expect(rows).toHaveLength(
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .filter((entry) => entry.includes('=')).length,
    );
  });
});

describe('process_namespaces', () => {
  it('agrees with the links in /proc', () => {
    const row = only(ask(process_namespaces, { where: { pid: process.pid } }));
    for (const kind of ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']) {
      expect(`${kind}:[${row[`${kind}_namespace`]}]`).toBe(readlinkSync(`/proc/self/ns/${kind}`));
    }
  });
  it.skipIf(!asRoot || !has('unshare'))('sees a process in another network namespace', async () => {
    const pid = await background('unshare', ['-n', '/bin/bash', '-c', 'echo; while :; do /bin/sleep 1000; done']);
    const here = only(ask(process_namespaces, { where: { pid: process.pid } }));
    const there = only(ask(process_namespaces, { where: { pid } }));
    expect(there.net_namespace).not.toBe(here.net_namespace);
    expect(there.mnt_namespace).toBe(here.mnt_namespace);
  });
});

describe('process_memory_map', () => {
  it('has the regions of /proc/PID/maps', async () => {
    const pid = await idle();
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8').trimEnd().split('\n');
    const rows = ask(process_memory_map, { where: { pid } }).rows;
    expect(rows).toHaveLength(maps.length);
    const first = /^(\w+)-(\w+) (\S+) (\w+) (\S+) (\d+)\s+(.*)$/.exec(maps[0] ?? '');
    expect(rows[0]).toEqual({
      pid,
      start: `0x${first?.[1]}`,
      end: `0x${first?.[2]}`,
      permissions: first?.[3],
      offset: Number.parseInt(first?.[4] ?? '', 16),
      device: first?.[5],
      inode: Number(first?.[6]),
      path: first?.[7],
      pseudo: 0,
    });
    expect(rows.find((row) => row.path === '[stack]')).toMatchObject({ pseudo: 1, inode: 0 });
  });
});
