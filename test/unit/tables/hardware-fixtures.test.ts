/** Tables of hardware over fixture trees: what virtual machines do not have. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secureboot_certificates } from '../../../src/tables/host/certificates.ts';
import { acpi_tables, secureboot } from '../../../src/tables/host/firmware.ts';
import { intel_me_info } from '../../../src/tables/host/intel_me_info.ts';
import { kernel_keys, load_average, shared_memory } from '../../../src/tables/host/load.ts';
import { process_open_pipes } from '../../../src/tables/host/process_open_pipes.ts';
import { apparmor_profiles, selinux_settings } from '../../../src/tables/host/security_modules.ts';
import { oem_strings, platform_info, smbios_tables } from '../../../src/tables/host/smbios.ts';
import { memory_devices } from '../../../src/tables/host/smbios_memory.ts';
import { parseSmbios } from '../../../src/tables/lib/smbios.ts';
import { ask, only, tree } from './harness.ts';

const on = (root: string): { system: { proc: string; sys: string; root: string } } => ({
  system: { proc: `${root}/proc`, sys: `${root}/sys`, root },
});

/** A structure of SMBIOS: type, handle, fields after the header, strings. */
function structure(type: number, handle: number, fields: readonly number[], strings: readonly string[] = []): Buffer {
  const head = Buffer.from([type, 4 + fields.length, handle & 255, handle >> 8, ...fields]);
  return Buffer.concat([head, Buffer.from(`${strings.map((text) => `${text}\0`).join('')}${strings.length === 0 ? '\0' : ''}\0`)]);
}

describe('SMBIOS', () => {
  const memory = Array<number>(36).fill(0);
  // Array 0x1000, 72 of 64 bits, 0x7fff: size elsewhere, DIMM, slot and bank names, DDR4 registered, 3200.
  for (const [at, value] of [
    [0, 0x00],
    [1, 0x10],
    [4, 72],
    [6, 64],
    [8, 0xff],
    [9, 0x7f],
    [10, 9],
    [12, 1],
    [13, 2],
    [14, 0x1a],
    [15, 0x80],
    [16, 0x20],
    [17, 0x80],
    [18, 0x0c],
    [19, 3],
    [25, 0x80],
    [26, 0],
  ] as const)
    memory[at] = value;
  const table = Buffer.concat([
    structure(0, 0, [1, 2, 0, 0xf0, 3, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 17], ['Maker', '1.2', '01/02/2024']),
    structure(11, 0x27, [2], ['first', 'second']),
    structure(17, 0x1100, memory, ['DIMM A1', 'Bank 1', 'Samsung']),
    structure(127, 0xffff, []),
    Buffer.from('ignored'),
  ]);
  it('is read structure by structure', () => {
    const root = tree({ 'sys/firmware/dmi/tables/DMI': table, 'sys/firmware/efi/': '' });
    expect(ask(smbios_tables, on(root)).rows.map((r) => [r.number, r.type, r.description, r.handle])).toEqual([
      [0, 0, 'BIOS Information', 0],
      [1, 11, 'OEM Strings', 0x27],
      [2, 17, 'Memory Device', 0x1100],
      [3, 127, 'End-of-Table', 0xffff],
    ]);
    expect(only(ask(platform_info, on(root)))).toMatchObject({
      vendor: 'Maker',
      version: '1.2',
      date: '01/02/2024',
      revision: '5.17',
      firmware_type: 'uefi',
      address: '0xf000',
      size: '65536',
      volume_size: 1048576,
    });
    expect(ask(oem_strings, on(root)).rows).toEqual([
      { handle: '0x0027', number: 1, value: 'first' },
      { handle: '0x0027', number: 2, value: 'second' },
    ]);
    expect(only(ask(memory_devices, on(root)))).toMatchObject({
      handle: '0x1100',
      array_handle: '0x1000',
      form_factor: 'DIMM',
      total_width: 72,
      size: 32768,
      device_locator: 'DIMM A1',
      bank_locator: 'Bank 1',
      memory_type: 'DDR4',
      memory_type_details: 'Synchronous Registered',
      max_speed: 3200,
      manufacturer: 'Samsung',
      serial_number: '',
    });
  });
  it('bears being cut off anywhere', () => {
    for (let length = 0; length < table.length; length++) expect(parseSmbios(table.subarray(0, length)).length).toBeLessThanOrEqual(4);
  });
});

describe('firmware and security modules', () => {
  it('have their variables', () => {
    const globals = '8be4df61-93ca-11d2-aa0d-00e098032b8c';
    const root = tree({
      [`sys/firmware/efi/efivars/SecureBoot-${globals}`]: new Uint8Array([6, 0, 0, 0, 1]),
      [`sys/firmware/efi/efivars/SetupMode-${globals}`]: new Uint8Array([6, 0, 0, 0, 0]),
      'sys/firmware/acpi/tables/DSDT': 'abc',
      'sys/firmware/acpi/tables/data/x': 'y',
      'sys/class/mei/mei0/fw_ver': '0:11.8.50.3425\n0:1\n',
    });
    expect(only(ask(secureboot, on(root)))).toEqual({ secure_boot: 1, setup_mode: 0 });
    expect(only(ask(acpi_tables, on(root)))).toEqual({ name: 'DSDT', size: 3, md5: '900150983cd24fb0d6963f7d28e17f72' });
    expect(only(ask(intel_me_info, on(root))).version).toBe('11.8.50.3425');
    expect(ask(secureboot, on('/nowhere'))).toEqual({ rows: [], warnings: ['this machine did not boot by UEFI'] });
    expect(ask(secureboot_certificates, on(root)).rows).toEqual([]);
  });
  it('have their settings', () => {
    const root = tree({
      'sys/fs/selinux/enforce': '1',
      'sys/fs/selinux/booleans/httpd': '1 1\0',
      'sys/kernel/security/apparmor/policy/profiles/a.1/name': 'a\n',
      'sys/kernel/security/apparmor/policy/profiles/a.1/mode': 'enforce\n',
      'sys/kernel/security/apparmor/policy/profiles/a.1/profiles/b/name': 'b\n',
    });
    expect(ask(selinux_settings, on(root)).rows).toEqual([
      { scope: '', key: 'enforce', value: '1' },
      { scope: 'booleans', key: 'httpd', value: '1 1' },
    ]);
    expect(ask(apparmor_profiles, on(root)).rows.map((r) => [r.name, r.mode])).toEqual([
      ['a', 'enforce'],
      ['b', ''],
    ]);
  });
});

describe('other files of /proc', () => {
  it('are read', () => {
    const root = tree({
      'proc/loadavg': '0.20 1.18 12.12 3/80 11206\n',
      'proc/keys': '009a2028 I--Q---   1 perm 3f010000  1000  -1 user      krb_ccache:primary: 12\n',
      'proc/sysvipc/shm': 'key shmid\n 0 32768 1600 4096 10 11 2 1000 1000 0 0 5 6 7 0 0\n',
      'proc/7/fdinfo/1': 'flags:\t01\n',
      'proc/8/fdinfo/0': 'flags:\t00\n',
      'proc/8/fdinfo/5': 'flags:\t00\n',
    });
    for (const [pid, fd] of [
      [7, 1],
      [8, 0],
      [8, 5],
    ] as const) {
      mkdirSync(`${root}/proc/${pid}/fd`, { recursive: true });
      symlinkSync('pipe:[99]', `${root}/proc/${pid}/fd/${fd}`);
    }
    writeFileSync(`${root}/proc/7/status`, '');
    expect(ask(load_average, on(root)).rows.map((r) => [r.period, r.average])).toEqual([
      ['1m', '0.200000'],
      ['5m', '1.180000'],
      ['15m', '12.120000'],
    ]);
    expect(only(ask(kernel_keys, on(root)))).toMatchObject({
      serial_number: '009a2028',
      uid: 1000,
      gid: -1,
      type: 'user',
      description: 'krb_ccache:primary: 12',
    });
    expect(only(ask(shared_memory, on(root)))).toMatchObject({
      shmid: 32768,
      permissions: '0600',
      status: 'dest',
      size: 4096,
      creator_pid: 10,
      pid: 11,
      owner_uid: 1000,
      creator_uid: 0,
    });
    expect(ask(process_open_pipes, on(root)).rows.map((r) => [r.pid, r.fd, r.mode, r.partner_pid, r.partner_fd])).toEqual([
      [7, 1, 'w', 8, 0],
      [7, 1, 'w', 8, 5],
      [8, 0, 'r', 7, 1],
      [8, 5, 'r', 7, 1],
    ]);
  });
});
