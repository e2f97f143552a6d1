import { chmodSync, linkSync, mkdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { file } from '../../../src/tables/host/file.ts';
import { hash } from '../../../src/tables/host/hash.ts';
import { ask, only, pluck, tree } from '../../unit/tables/harness.ts';
import { asRoot, background, has, lines, run } from './tools.ts';

const system = { root: '' };

describe('file', () => {
  it('agrees with stat', () => {
    for (const path of ['/etc/passwd', '/bin/sh', '/', '/dev/null', '/etc/mtab', '/usr/bin/su']) {
      const row = only(ask(file, { where: { path } }));
      const [inode, uid, gid, mode, size, links, mtime, device] = run('stat', '-L', '-c', '%i %u %g %a %s %h %Y %d', path)
        .trim()
        .split(' ');
      // Files of /proc change with each look.
      if (path !== '/etc/mtab') expect([row.inode, row.size, row.mtime].map(String), path).toEqual([inode, size, mtime]);
      expect([row.uid, row.gid, row.mode, row.hard_links, row.device].map(String), path).toEqual([
        uid,
        gid,
        mode?.padStart(4, '0'),
        links,
        device,
      ]);
    }
  });

  it('tells links, and what they lead to', () => {
    const root = tree({ 'a/real': 'x', 'a/link': '-> real', 'a/nowhere': '-> missing' });
    expect(only(ask(file, { where: { path: `${root}/a/link` } }))).toMatchObject({
      symlink: 1,
      type: 'regular',
      size: 1n,
      symlink_target_path: 'real',
    });
    expect(only(ask(file, { where: { path: `${root}/a/nowhere` } }))).toMatchObject({
      symlink: 1,
      type: 'symlink',
      symlink_target_path: 'missing',
    });
    expect(only(ask(file, { where: { path: `${root}/a/real` } }))).toMatchObject({ symlink: 0, symlink_target_path: '' });
    expect(ask(file, { where: { path: `${root}/a/missing` } }).rows).toEqual([]);
  });

  it('lists a folder as ls does', () => {
    expect(pluck(ask(file, { where: { directory: '/etc' } }), 'filename').sort()).toEqual(lines('ls', '-A', '/etc').sort());
    const slash = ask(file, { where: { directory: '/etc/' } }).rows[0];
    expect(slash?.directory).toBe('/etc/');
  });

  it('takes % for one level and %% for all, as find does', () => {
    const one = pluck(ask(file, { like: { path: '/etc/%' } }), 'path').sort();
    expect(one).toEqual(lines('find', '/etc', '-mindepth', '1', '-maxdepth', '1').sort());
    const all = pluck(ask(file, { like: { path: '/etc/apt/%%' } }), 'path').sort();
    expect(all).toEqual(lines('find', '/etc/apt', '-mindepth', '1').sort());
    const some = pluck(ask(file, { like: { path: '/etc/%/%.conf' } }), 'path').sort();
    expect(some).toEqual(lines('find', '-L', '/etc', '-mindepth', '2', '-maxdepth', '2', '-iname', '*.conf').sort());
  });

  it('ends in spite of loops, and shows what two ways lead to by the real one', () => {
    const root = tree({ 'real/file': 'x', 'real/up': '-> ..', zlink: '-> real', alink: '-> real', self: '-> self', 'other/x.txt': '' });
    const paths = pluck(ask(file, { like: { path: `${root}/%%` } }), 'path').sort();
    expect(paths).toEqual(
      ['alink', 'other', 'other/x.txt', 'real', 'real/file', 'real/up', 'self', 'zlink'].map((name) => `${root}/${name}`),
    );
  });

  it('reads % and _ as LIKE does: any one character, any case', () => {
    const root = tree({ 'my_app/one': '', 'myxapp/two': '', 'MY_APP/three': '', 'other/four': '' });
    expect(pluck(ask(file, { like: { path: `${root}/my_app/%` } }), 'filename').sort()).toEqual(['one', 'three', 'two']);
    expect(pluck(ask(file, { like: { path: `${root}/%app/t%` } }), 'filename').sort()).toEqual(['three', 'two']);
    expect(pluck(ask(file, { like: { directory: `${root}/m%` } }), 'filename').sort()).toEqual(['one', 'three', 'two']);
    expect(pluck(ask(file, { like: { path: `${root}/%%/t%` } }), 'filename').sort()).toEqual(['three', 'two']);
    expect(pluck(ask(file, { like: { path: `${root}/o%%` } }), 'path')).toEqual([`${root}/other`, `${root}/other/four`]);
  });

  it('says what is missing when nothing bounds it', () => {
    expect(ask(file, { like: { path: '%passwd' } })).toEqual({ rows: [], warnings: [expect.stringContaining('give path or directory')] });
  });

  it('stops when it is told to', () => {
    let calls = 0;
    const stop = (): void => {
      if (++calls > 50) throw new Error('stop');
    };
    expect(() => ask(file, { like: { path: '/usr/%%' }, interrupt: stop })).toThrow('stop');
  });

  it.skipIf(!asRoot || !has('unshare'))('looks into the mount namespace of a process, where links stay inside', async () => {
    const root = tree({ 'etc/passwd': 'inside:x:7:7::/:/bin/sh\n', abs: '-> /etc/passwd', 'bin/': '' });
    mkdirSync(`${root}/usr`);
    // A bind mount makes what the namespace shows differ from what the host has at the same path.
    const pid = await background('unshare', ['-m', '/bin/sh', '-c', `mount --bind ${root}/etc /usr/local && echo && exec sleep 1000`]);
    const there = only(ask(file, { where: { path: '/usr/local/passwd', pid_with_namespace: pid } }));
    expect(there).toMatchObject({ size: 24n, pid_with_namespace: pid, host_path: `/proc/${pid}/root/usr/local/passwd` });
    expect(ask(file, { where: { path: '/usr/local/passwd' }, system }).rows).toEqual([]);
    const digest = only(ask(hash, { where: { path: '/usr/local/passwd', pid_with_namespace: pid } }));
    expect(digest.sha256).toBe(run('sha256sum', `${root}/etc/passwd`).split(' ')[0]);
  });
});

describe('hash', () => {
  it('agrees with md5sum, sha1sum and sha256sum', () => {
    const root = tree({ small: 'abc', empty: '', large: new Uint8Array(3 * 1024 * 1024 + 17).fill(65) });
    for (const name of ['small', 'empty', 'large']) {
      const path = `${root}/${name}`;
      const row = only(ask(hash, { where: { path } }));
      expect([row.md5, row.sha1, row.sha256]).toEqual(['md5sum', 'sha1sum', 'sha256sum'].map((tool) => run(tool, path).split(' ')[0]));
    }
  });
  it('sees a change, and leaves out what is no regular file', () => {
    const root = tree({ one: 'abc', 'folder/': '', two: 'abc' });
    linkSync(`${root}/one`, `${root}/three`);
    chmodSync(`${root}/two`, 0o600);
    run('mkfifo', `${root}/pipe`);
    const rows = ask(hash, { where: { directory: root } }).rows;
    expect(rows.map((row) => String(row.path).slice(root.length + 1)).sort()).toEqual(['one', 'three', 'two']);
    run('sh', '-c', `echo more >> ${root}/one`);
    expect(only(ask(hash, { where: { path: `${root}/one` } })).sha256).toBe(run('sha256sum', `${root}/one`).split(' ')[0]);
    expect(statSync(`${root}/one`).size).toBe(8);
  });
  it('reads files of /proc, whose size is 0', () => {
    expect(only(ask(hash, { where: { path: '/proc/version' } })).sha256).toBe(run('sha256sum', '/proc/version').split(' ')[0]);
  });
  it('computes only the digests that are asked for', () => {
    const row = only(ask(hash, { where: { path: '/etc/hostname' }, columns: ['path', 'sha256'] }));
    expect(row.md5).toBeUndefined();
    expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
  });
});
