import { describe, expect, it } from 'vitest';
import { likeRegExp, literalPrefix } from '../../../../src/tables/lib/like.ts';
import { parseAssignments } from '../../../../src/tables/lib/os-release.ts';
import { readCmdline, readStat, readStatus } from '../../../../src/tables/lib/process-files.ts';
import { bytes, lastFailure, listNames, readBytes, readLink, readText, unescapeOctal, wasGone } from '../../../../src/tables/lib/procfs.ts';
import { pathWithin } from '../../../../src/tables/lib/mount-view.ts';
import { tree } from '../harness.ts';

const stat = (comm: string): string =>
  `42 (${comm}) S 1 42 42 34816 42 4194304 1 2 3 4 250 17 0 0 20 -5 3 0 123456 1000 25 18446744073709551615\n`;

describe('reading files', () => {
  it('grows its buffer for large ones', () => {
    const root = tree({ large: 'x'.repeat(300_000) });
    expect(readText(`${root}/large`)).toHaveLength(300_000);
    expect(readBytes(`${root}/large`)).toBe(300_000);
    expect(bytes()[299_999]).toBe(120);
  });
  it('says why it could not', () => {
    const root = tree({ 'folder/': '' });
    expect(readText(`${root}/missing`)).toBeUndefined();
    expect(wasGone()).toBe(true);
    expect(readText(`${root}/folder`)).toBeUndefined();
    expect(lastFailure()).toBe('EISDIR');
    expect(listNames(`${root}/missing`)).toBeUndefined();
    expect(readLink(`${root}/folder`)).toBeUndefined();
    expect(lastFailure()).toBe('EINVAL');
  });
  it('undoes octal escapes, also of letters beyond ASCII', () => {
    expect(unescapeOctal('/mnt/a\\040b\\134c')).toBe('/mnt/a b\\c');
    expect(unescapeOctal('/mnt/\\303\\251')).toBe('/mnt/é');
    expect(unescapeOctal('/mnt/\\9 \\04')).toBe('/mnt/\\9 \\04');
  });
});

describe('/proc/PID/stat', () => {
  it.each(['sh', 'a b', ') S 9 (', '((', 'é'])('reads the name %s', (comm) => {
    const root = tree({ '42/stat': stat(comm) });
    expect(readStat(`${root}/42`)).toMatchObject({
      comm,
      state: 'S',
      parent: 1,
      nice: -5,
      threads: 3,
      startTicks: '123456',
      userTicks: 250,
      systemTicks: 17,
      kernelThread: false,
    });
  });
  it('is undefined when it is empty or broken', () => {
    const root = tree({ 'a/stat': '', 'b/stat': '42 sh S' });
    expect(readStat(`${root}/a`)).toBeUndefined();
    expect(readStat(`${root}/b`)).toBeUndefined();
    expect(readStat(`${root}/c`)).toBeUndefined();
  });
});

describe('/proc/PID/status and cmdline', () => {
  it('finds values by whole names', () => {
    const root = tree({ 'a/status': 'Name:\tsh\nTgid:\t7\nVmRSS:\t    12 kB\nNoNewPrivs:\t1' });
    const status = readStatus(`${root}/a`);
    expect(status?.value('Tgid')).toBe('7');
    expect(status?.bytes('VmRSS')).toBe(12288);
    expect(status?.bytes('VmSize')).toBe(0);
    expect(status?.value('NoNewPrivs')).toBe('1');
    expect(status?.value('gid')).toBeUndefined();
  });
  it('joins arguments by blanks', () => {
    const root = tree({ 'a/cmdline': 'sh\0-c\0echo a  b\0\0', 'b/cmdline': '' });
    expect(readCmdline(`${root}/a`)).toBe('sh -c echo a  b');
    expect(readCmdline(`${root}/b`)).toBe('');
  });
});

describe('LIKE on paths', () => {
  it('keeps % within a name and lets %% cross folders', () => {
    expect(likeRegExp('a%c').test('abbc')).toBe(true);
    expect(likeRegExp('a%c').test('ab/c')).toBe(false);
    expect(likeRegExp('a%%c').test('ab/d/c')).toBe(true);
    expect(likeRegExp('a_c').test('aBC')).toBe(true);
    expect(likeRegExp('a.c').test('abc')).toBe(false);
    expect(likeRegExp('[x]%').test('[x]y')).toBe(true);
    expect(literalPrefix('/etc/%')).toBe('/etc/');
    expect(literalPrefix('/etc')).toBe('/etc');
  });
});

describe('paths of another root', () => {
  it('stay inside, whatever links say', () => {
    const root = tree({
      'etc/passwd': '',
      abs: '-> /etc/passwd',
      up: '-> ../../../../etc/passwd',
      'dir/link': '-> ../abs',
      loop: '-> loop',
      'etc/host': '-> /etc',
    });
    for (const path of ['/abs', '/up', '/dir/link', '/etc/../etc/./passwd', '/../../etc/passwd', '/etc/host/passwd'])
      expect(pathWithin(root, path)).toBe(`${root}/etc/passwd`);
    expect(pathWithin(root, '/loop')).toBeUndefined();
    expect(pathWithin(root, '/abs', false)).toBe(`${root}/abs`);
    expect(pathWithin(root, '/missing/x')).toBe(`${root}/missing/x`);
    expect(pathWithin('', '/abs')).toBe('/abs');
  });
});

describe('shell assignments', () => {
  it('take quotes off', () => {
    const found = parseAssignments('A="x \\"y\\""\nB=\'z\'\n# C=1\nexport D=2\nE\nF="');
    expect([...found]).toEqual([
      ['A', 'x "y"'],
      ['B', 'z'],
      ['D', '2'],
      ['F', '"'],
    ]);
  });
});
