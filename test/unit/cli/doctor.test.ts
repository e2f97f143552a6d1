import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDataDir, checkMachine, type Machine } from '../../../src/cli/doctor-checks.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'shrike-doctor-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text = ''): void {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

const machine = (more: Partial<Machine> = {}): Machine => ({
  proc: join(root, 'proc'),
  sys: join(root, 'sys'),
  uid: 0,
  release: '6.1.0-amd64',
  ...more,
});

describe('checkMachine', () => {
  it('finds everything on a machine that has it', () => {
    put('proc/self/status', 'Name:\tx\nCapEff:\t000001ffffffffff\n');
    put('proc/self/mountinfo', '30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n');
    put('sys/kernel/btf/vmlinux');
    put('sys/kernel/security/lsm', 'lockdown,capability,bpf');
    put('sys/kernel/tracing/events/header_event');
    expect(checkMachine(machine()).map(({ verdict }) => verdict)).toEqual(Array(6).fill('ok'));
  });

  it('says what each lack costs and how to end it', () => {
    const findings = checkMachine(machine({ uid: 1000, release: '4.19.0' }));
    expect(findings.map(({ check, verdict }) => `${check}: ${verdict}`)).toEqual([
      'privileges: problem',
      'kernel: problem',
      'BTF: problem',
      'LSM list: note',
      'cgroup2: note',
      'tracefs: note',
    ]);
    for (const { cost, remedy } of findings) expect([cost, remedy]).not.toContain('');
  });

  it('takes CAP_BPF and CAP_PERFMON for enough', () => {
    put('proc/self/status', `CapEff:\t${((1n << 38n) | (1n << 39n)).toString(16).padStart(16, '0')}\n`);
    expect(checkMachine(machine({ uid: 1000 }))[0]).toMatchObject({ check: 'privileges', verdict: 'ok' });
  });
});

describe('checkDataDir', () => {
  it('knows a folder that is there and one that is not yet', () => {
    expect(checkDataDir(root).check).toBe('data folder');
    expect(checkDataDir(join(root, 'none'))).toMatchObject({ verdict: 'note', remedy: expect.stringContaining('shrike run') });
  });
});
