import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { block_devices } from '../../../src/tables/host/block_devices.ts';
import { certificates } from '../../../src/tables/host/certificates.ts';
import { pci_devices } from '../../../src/tables/host/devices.ts';
import { acpi_tables } from '../../../src/tables/host/firmware.ts';
import { interface_ipv6 } from '../../../src/tables/host/interface_ipv6.ts';
import { cpu_time, memory_info, memory_map, ulimit_info } from '../../../src/tables/host/load.ts';
import { magic } from '../../../src/tables/host/magic.ts';
import { process_open_pipes } from '../../../src/tables/host/process_open_pipes.ts';
import { cpu_info, cpuid } from '../../../src/tables/host/processors.ts';
import { ask, only, pluck, tree } from '../../unit/tables/harness.ts';
import { asRoot, background, has, lines, run } from './tools.ts';

describe('hardware', () => {
  it.skipIf(!has('lsblk'))('has the block devices that lsblk has', () => {
    const seen = lines('lsblk', '-r', '-n', '-b', '-a', '-o', 'PATH,SIZE').map((line) => line.split(' '));
    const rows = ask(block_devices).rows;
    expect(rows.map((row) => row.name).sort()).toEqual(seen.map(([path]) => path).sort());
    for (const [path, size] of seen) {
      const row = rows.find(({ name }) => name === path);
      if (size !== undefined && size !== '') expect(Number(row?.size) * Number(row?.block_size), path).toBe(Number(size));
    }
  });
  it.skipIf(!asRoot || !has('blkid'))('finds on them what blkid finds', () => {
    const rows = ask(block_devices).rows;
    for (const row of rows) {
      // blkid ends with status 2 where it finds nothing.
      const text = run('/bin/sh', '-c', `blkid -p -o export ${row.name} || true`);
      const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1] ?? '';
      if (value('TYPE') !== '')
        expect([row.type, row.uuid, row.label], String(row.name)).toEqual([value('TYPE'), value('UUID'), value('LABEL')]);
    }
  });
  it('has the PCI devices and ACPI tables of /sys', () => {
    expect(pluck(ask(pci_devices), 'pci_slot')).toEqual(readdirSync('/sys/bus/pci/devices').sort());
    for (const row of ask(acpi_tables).rows) {
      if (row.md5 !== '')
        expect(row.md5).toBe(
          createHash('md5')
            .update(readFileSync(`/sys/firmware/acpi/tables/${row.name}`))
            .digest('hex'),
        );
    }
  });
  it('has the processors that nproc counts, with the features of /proc/cpuinfo', () => {
    const cpus = Number(run('nproc', '--all'));
    expect(ask(cpu_time).rows).toHaveLength(cpus);
    expect(pluck(ask(cpu_info), 'logical_processors').reduce((sum: number, n) => sum + Number(n), 0)).toBe(cpus);
    const flags = /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ');
    if (flags !== undefined)
      for (const name of ['sse2', 'aes', 'avx2', 'vmx', 'svm'])
        expect(ask(cpuid).rows.find((row) => row.feature === name)?.value).toBe(flags.includes(name) ? '1' : '0');
  });
  it('has the memory that free counts, and the limits of ulimit', () => {
    const total = Number(/Mem:\s+(\d+)/.exec(run('free', '-b'))?.[1]);
    expect(only(ask(memory_info)).memory_total).toBe(total);
    expect(ask(memory_map).rows.length).toBe(lines('cat', '/proc/iomem').length);
    const limits = ask(ulimit_info).rows;
    const seen = run('/bin/bash', '-c', 'ulimit -Sn; ulimit -Hn').trim().split('\n');
    expect(limits.find((row) => row.type === 'nofile')).toMatchObject({ hard_limit: seen[1] === 'unlimited' ? '-1' : seen[1] });
  });
  it('has the settings of IPv6 that sysctl shows', () => {
    for (const row of ask(interface_ipv6).rows)
      expect(String(row.hop_limit)).toBe(run('sysctl', '-n', `net.ipv6.conf.${row.interface}.hop_limit`).trim());
  });
});

describe('content', () => {
  it.skipIf(!has('file'))('is what file says', () => {
    const root = tree({ 'a.txt': 'plain text\n', 'b.gz': new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), 'c d': '#!/bin/sh\n' });
    for (const name of ['a.txt', 'b.gz', 'c d']) {
      const path = `${root}/${name}`;
      expect(only(ask(magic, { where: { path } }))).toMatchObject({
        data: run('file', '-b', path).trim(),
        mime_type: run('file', '-b', '--mime-type', path).trim(),
        mime_encoding: run('file', '-b', '--mime-encoding', path).trim(),
      });
    }
    expect(ask(magic, { like: { path: `${root}/%` } }).rows).toHaveLength(3);
    expect(ask(magic, { where: { path: `${root}/missing` } }).rows).toEqual([]);
  });
  it('of the bundle of authorities is one row a certificate', () => {
    const bundle = '/etc/ssl/certs/ca-certificates.crt';
    const count = lines('grep', '-c', 'BEGIN CERTIFICATE', bundle).map(Number)[0];
    expect(ask(certificates, { where: { path: bundle } }).rows).toHaveLength(count ?? 0);
  });
  it('of pipes flows from one process to another', async () => {
    const pid = await background('/bin/bash', ['-c', 'echo; /bin/sleep 1000 | /bin/cat']);
    // The two ends are up a moment after the line.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const children = lines('ps', '-o', 'pid=,comm=', '--ppid', String(pid)).map((line) => line.trim().split(/\s+/));
    const of = (name: string): number => Number(children.find(([, comm]) => comm === name)?.[0]);
    expect(ask(process_open_pipes).rows).toContainEqual(
      expect.objectContaining({
        pid: of('sleep'),
        fd: 1,
        mode: 'w',
        partner_pid: of('cat'),
        partner_fd: 0,
        partner_mode: 'r',
        type: 'anonymous',
      }),
    );
  });
});
