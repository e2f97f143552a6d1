import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { containerOfCgroup, containerOfLines, parseCgroupFile, principalCgroupPath } from '../../../../src/tables/lib/container-id.ts';

interface Case {
  path: string;
  container_id: string | null;
  pod_uid: string | null;
  runtime: string | null;
  note: string;
  runc_state?: string[];
}
const { cases } = JSON.parse(readFileSync(new URL('../../../fixtures/cgroup-paths.json', import.meta.url), 'utf8')) as { cases: Case[] };

describe('the container of a cgroup path', () => {
  it.each(cases.map((c) => [`${c.note}: ${c.path}`, c] as const))('%s', (_, c) => {
    const found = containerOfCgroup(c.path, (name) => c.runc_state?.includes(name) ?? false);
    expect(found).toEqual({ containerId: c.container_id, podUid: c.pod_uid, runtime: c.runtime });
  });
});

describe('/proc/PID/cgroup', () => {
  const id = 'ab'.repeat(32);
  it('takes the cgroup2 line before the others', () => {
    const lines = parseCgroupFile(`9:cpu:/a\n1:name=systemd:/b\n0::/c\n`);
    expect(principalCgroupPath(lines)).toBe('/c');
  });
  it("takes systemd's line when cgroup2 is at the root", () => {
    expect(principalCgroupPath(parseCgroupFile('9:cpu:/a\n1:name=systemd:/b\n0::/\n'))).toBe('/b');
    expect(principalCgroupPath(parseCgroupFile('9:cpu:/a\n1:name=systemd:/\n0::/\n'))).toBe('/a');
    expect(principalCgroupPath(parseCgroupFile('9:cpu:/\n1:name=systemd:/\n0::/\n'))).toBe('/');
    expect(principalCgroupPath([])).toBe('');
  });
  it('finds a container that only a v1 line names', () => {
    expect(containerOfLines(parseCgroupFile(`9:memory:/docker/${id}\n0::/init.scope\n`))).toMatchObject({
      containerId: id,
      runtime: 'docker',
    });
  });
  it('keeps colons in paths and drops the mark of a removed cgroup', () => {
    expect(parseCgroupFile(`0::/x/a.slice:crio:${id} (deleted)\n`)).toEqual([
      { hierarchy: '0', controllers: '', path: `/x/a.slice:crio:${id}` },
    ]);
  });
  it('is not upset by garbage', () => {
    expect(parseCgroupFile('\n:::\nabc\n')).toEqual([]);
  });
});
