/** Tables over fixture trees: what the machine that runs the tests does not have. */
import { describe, expect, it } from 'vitest';
import { kernel_info } from '../../../src/tables/host/kernel_info.ts';
import { kernel_modules } from '../../../src/tables/host/kernel_modules.ts';
import { last } from '../../../src/tables/host/last.ts';
import { listening_ports } from '../../../src/tables/host/listening_ports.ts';
import { logged_in_users } from '../../../src/tables/host/logged_in_users.ts';
import { os_version } from '../../../src/tables/host/os_version.ts';
import { process_open_sockets } from '../../../src/tables/host/process_open_sockets.ts';
import { processes } from '../../../src/tables/host/processes.ts';
import { routes } from '../../../src/tables/host/routes.ts';
import { system_info } from '../../../src/tables/host/system_info.ts';
import { users } from '../../../src/tables/host/users.ts';
import { ask, only, tree } from './harness.ts';

const id = 'ab'.repeat(32);

/** A record of utmp(5) as x86-64 and arm64 lay it out. */
function login(type: number, pid: number, line: string, user: string, host: string, time: number): Uint8Array {
  const wide = process.arch === 'arm64';
  const record = Buffer.alloc(wide ? 400 : 384);
  record.writeInt16LE(type, 0);
  record.writeInt32LE(pid, 4);
  record.write(line, 8);
  record.write(user, 44);
  record.write(host, 76);
  if (wide) record.writeBigInt64LE(BigInt(time), 344);
  else record.writeInt32LE(time, 340);
  return record;
}

const process7 = (cgroup: string): Record<string, string> => ({
  'proc/7/stat': '7 (nginx) S 1 7 7 0 -1 4194560 1 2 3 4 250 17 0 0 20 0 1 0 500 1000 25\n',
  'proc/7/status': 'Name:\tnginx\nTgid:\t7\nUid:\t101\t102\t103\t104\nGid:\t11\t12\t13\t14\nVmSize:\t   100 kB\nVmRSS:\t    50 kB\n',
  'proc/7/cmdline': 'nginx\0-g\0daemon off;\0',
  'proc/7/cgroup': cgroup,
  'proc/7/io': 'rchar: 1\nwchar: 2\nread_bytes: 4096\nwrite_bytes: 8192\n',
  'proc/7/exe': '-> /usr/sbin/nginx',
  'proc/7/root/usr/sbin/nginx': 'x',
  'proc/stat': 'cpu 1 2\nbtime 1700000000\n',
  'proc/sys/kernel/random/boot_id': '0123abcd-0000-0000-0000-000000000000\n',
});

describe('processes in a fixture tree', () => {
  it('are read to the last column', () => {
    const root = tree(process7(`0::/system.slice/docker-${id}.scope\n`));
    const row = only(ask(processes, { system: { proc: `${root}/proc`, sys: `${root}/sys`, root } }));
    expect(row).toMatchObject({
      pid: 7,
      name: 'nginx',
      path: '/usr/sbin/nginx',
      cmdline: 'nginx -g daemon off;',
      uid: 101,
      euid: 102,
      suid: 103,
      gid: 11,
      egid: 12,
      sgid: 13,
      on_disk: 1,
      resident_size: 51200,
      total_size: 102400,
      user_time: 2500,
      system_time: 170,
      disk_bytes_read: 4096,
      disk_bytes_written: 8192,
      start_time: 1700000005,
      exec_id: '0123abcd-500-7',
      container_id: id,
      container_runtime: 'docker',
      cgroup_path: `/system.slice/docker-${id}.scope`,
    });
  });
  it('know plain runc containers by the state runc keeps', () => {
    const root = tree({ ...process7('0::/web1\n'), 'run/runc/web1/state.json': '{}' });
    expect(only(ask(processes, { system: { proc: `${root}/proc`, sys: `${root}/sys`, root } }))).toMatchObject({
      container_id: 'web1',
      container_runtime: 'runc',
    });
  });
  it('leave out what ended meanwhile, without a warning', () => {
    const root = tree({ ...process7('0::/\n'), 'proc/8/cmdline': 'gone' });
    const answer = ask(processes, { system: { proc: `${root}/proc`, sys: `${root}/sys`, root } });
    expect(answer).toMatchObject({ rows: [{ pid: 7 }], warnings: [] });
  });
  it('say so when /proc cannot be listed', () => {
    expect(ask(processes, { system: { proc: '/nowhere' } })).toEqual({ rows: [], warnings: ['/nowhere cannot be listed: ENOENT'] });
  });
});

describe('containers', () => {
  it('are read by their id, full or short', () => {
    const root = tree({
      ...process7(`0::/docker/${id}\n`),
      'proc/7/root/etc/passwd': 'app:x:1000:1000::/app:/bin/sh\n',
      'etc/passwd': 'root:x:0:0::/root:/bin/sh\n',
    });
    const system = { proc: `${root}/proc`, sys: `${root}/sys`, root };
    expect(only(ask(users, { system, where: { container_id: id } }))).toMatchObject({
      username: 'app',
      container_id: id,
      pid_with_namespace: 7,
    });
    expect(only(ask(users, { system, where: { container_id: id.slice(0, 12) } }))).toMatchObject({ username: 'app' });
    expect(ask(users, { system, where: { container_id: 'nope' } })).toEqual({
      rows: [],
      warnings: ['no running container has the id nope'],
    });
    expect(only(ask(users, { system }))).toMatchObject({ username: 'root', pid_with_namespace: 0, container_id: null });
  });
});

describe('sockets in a fixture tree', () => {
  const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const tail = '00000000:00000000 00:00000000 00000000  1000        0';
  const files = {
    ...process7('0::/\n'),
    'proc/7/ns/net': '-> net:[42]',
    'proc/7/fd/3': '-> socket:[100]',
    'proc/7/fd/4': '-> socket:[100]',
    'proc/7/fd/5': '-> socket:[200]',
    'proc/7/net/tcp': `${header}   0: 0100007F:1F90 00000000:0000 0A ${tail} 100 1\n   1: 0100007F:1F90 0200000A:C001 06 00000000:00000000 03:00000000 00000000     0        0 0 3\n`,
    'proc/7/net/udp6': `${header}  10: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 07 ${tail} 300 2\n`,
    'proc/7/net/raw': `${header}   1: 00000000:0001 00000000:0000 07 ${tail} 400 2\n`,
    'proc/7/net/unix':
      'Num RefCount Protocol Flags Type St Inode Path\n0: 00000002 00000000 00010000 0001 01   200 /run/a b\n1: 00000002 00000000 00000000 0001 03 201\n2: 00000002 00000000 00000000 0002 01 202 @name\n',
    'proc/7/net/packet': 'sk RefCnt Type Proto Iface R Rmem User Inode\n0 3 3 0003 0 1 0 0 500\n',
  };
  it('have a row for each descriptor, and one for those nobody holds', () => {
    const root = tree(files);
    const rows = ask(process_open_sockets, { system: { proc: `${root}/proc` } }).rows;
    expect(
      rows.map((r) => [
        r.pid,
        r.fd,
        r.socket,
        r.family,
        r.protocol,
        r.local_address,
        r.local_port,
        r.remote_address,
        r.remote_port,
        r.path,
        r.state,
      ]),
    ).toEqual([
      [7, 3, 100, 2, 6, '127.0.0.1', 8080, '0.0.0.0', 0, '', 'LISTEN'],
      [7, 4, 100, 2, 6, '127.0.0.1', 8080, '0.0.0.0', 0, '', 'LISTEN'],
      [-1, -1, 0, 2, 6, '127.0.0.1', 8080, '10.0.0.2', 49153, '', 'TIME_WAIT'],
      [-1, -1, 300, 10, 17, '::1', 53, '::', 0, '', ''],
      [-1, -1, 400, 2, 1, '0.0.0.0', 0, '0.0.0.0', 0, '', ''],
      [7, 5, 200, 1, 0, '', 0, '', 0, '/run/a b', 'LISTEN'],
      [-1, -1, 201, 1, 0, '', 0, '', 0, '', 'CONNECTED'],
      [-1, -1, 202, 1, 0, '', 0, '', 0, '@name', 'UNCONNECTED'],
      [-1, -1, 500, 17, 3, '', 0, '', 0, '', ''],
    ]);
    expect(rows.every((r) => r.net_namespace === '42')).toBe(true);
    const waiting = ask(listening_ports, { system: { proc: `${root}/proc` } }).rows;
    expect(waiting.map((r) => r.socket)).toEqual([100, 100, 300, 400, 200, 202, 500]);
  });
  it('of one process are only those it holds', () => {
    const root = tree(files);
    expect(ask(process_open_sockets, { system: { proc: `${root}/proc` }, where: { pid: 7 } }).rows.map((r) => r.fd)).toEqual([3, 4, 5]);
  });
});

describe('logins', () => {
  it('are read from utmp and wtmp', () => {
    const records = Buffer.concat([
      login(2, 0, '~', 'reboot', '6.1.0', 100),
      login(7, 44, 'pts/0', 'ann', '192.0.2.7', 200),
      login(1, 1, '~', 'runlevel', '', 150),
      new Uint8Array(10),
    ]);
    const root = tree({ 'run/utmp': records, 'var/log/wtmp': records });
    expect(ask(logged_in_users, { system: { root } }).rows).toEqual([
      { type: 'boot_time', user: 'reboot', tty: '~', host: '6.1.0', time: 100, pid: 0 },
      { type: 'user', user: 'ann', tty: 'pts/0', host: '192.0.2.7', time: 200, pid: 44 },
    ]);
    expect(ask(last, { system: { root } }).rows[1]).toEqual({
      username: 'ann',
      tty: 'pts/0',
      pid: 44,
      type: 7,
      type_name: 'user-process',
      time: 200,
      host: '192.0.2.7',
    });
  });
  it('are empty with a warning where the system keeps none', () => {
    expect(ask(last, { system: { root: '/nowhere' } })).toEqual({ rows: [], warnings: [expect.stringContaining('no /var/log/wtmp')] });
  });
});

describe('the machine in a fixture tree', () => {
  it('has modules', () => {
    const root = tree({
      'proc/modules': 'nf_nat 45056 2 xt_nat,iptable_nat, Live 0xffffffffc0a00000 (OE)\next4 1 0 - Live 0x0\n',
      'sys/module/nf_nat/version': '1.2\n',
    });
    expect(ask(kernel_modules, { system: { proc: `${root}/proc`, sys: `${root}/sys` } }).rows).toEqual([
      {
        name: 'nf_nat',
        size: 45056,
        used_by: 'xt_nat,iptable_nat',
        status: 'Live',
        address: '0xffffffffc0a00000',
        taints: 'OE',
        version: '1.2',
      },
      { name: 'ext4', size: 1, used_by: '-', status: 'Live', address: '0x0', taints: '', version: '' },
    ]);
  });
  it('has a kernel with its image and root device', () => {
    const root = tree({
      'proc/version': 'Linux version 6.1.0-1-amd64 (x@y) #1\n',
      'proc/cmdline': 'BOOT_IMAGE=/vmlinuz root=UUID=1 ro quiet\n',
    });
    expect(only(ask(kernel_info, { system: { proc: `${root}/proc` } }))).toEqual({
      version: '6.1.0-1-amd64',
      arguments: 'ro quiet',
      path: '/vmlinuz',
      device: 'UUID=1',
    });
  });
  it('has a distribution, or a warning', () => {
    const root = tree({
      'etc/os-release': '-> ../usr/lib/os-release',
      'usr/lib/os-release': 'NAME="Rocky Linux"\nVERSION_ID="9.4"\nID=rocky\nID_LIKE="rhel centos fedora"\n',
    });
    expect(only(ask(os_version, { system: { root } }))).toMatchObject({
      name: 'Rocky Linux',
      version: '9.4',
      major: 9,
      minor: 4,
      patch: 0,
      platform: 'rocky',
      platform_like: 'rhel centos fedora',
    });
    expect(ask(os_version, { system: { root: '/nowhere' } }).warnings).toHaveLength(1);
  });
  it('has a maker and a full name', () => {
    const root = tree({
      'proc/cpuinfo':
        'processor\t: 0\nphysical id\t: 0\ncore id\t\t: 0\nmodel\t\t: 85\nmodel name\t: A CPU\n\nprocessor\t: 1\nphysical id\t: 0\ncore id\t\t: 0\n\n',
      'proc/meminfo': 'MemTotal:       1024 kB\n',
      'proc/sys/kernel/hostname': 'node1\n',
      'etc/hosts': '127.0.0.1 localhost\n10.0.0.1 node1.example.com node1 # me\n',
      'sys/class/dmi/id/sys_vendor': 'LENOVO\n',
      'sys/class/dmi/id/product_name': '20XX\n',
      'sys/class/dmi/id/product_version': 'ThinkPad\n',
      'sys/class/dmi/id/product_uuid': '00000000-0000-0000-0000-000000000000\n',
      'etc/machine-id': '0123456789abcdef0123456789abcdef\n',
    });
    expect(only(ask(system_info, { system: { proc: `${root}/proc`, sys: `${root}/sys`, root } }))).toMatchObject({
      hostname: 'node1.example.com',
      computer_name: 'node1',
      cpu_brand: 'A CPU',
      cpu_subtype: '85',
      cpu_physical_cores: 1,
      cpu_logical_cores: 2,
      cpu_sockets: 1,
      physical_memory: 1048576,
      hardware_vendor: 'LENOVO',
      hardware_model: 'ThinkPad',
      hardware_version: '20XX',
      uuid: '01234567-89ab-cdef-0123-456789abcdef',
    });
  });
  it('has routes that reject and routes of a table that shares its trie', () => {
    const root = tree({
      'proc/net/route':
        'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n*\t0000000A\t00000000\t0201\t0\t0\t5\t000000FF\t1400\t0\t0\n',
      'proc/net/fib_trie':
        'Main:\n  +-- 0.0.0.0/0 1 0 0\nLocal:\n  |-- 127.0.0.1\n     /32 host LOCAL\n  |-- 10.0.0.0\n     /8 link UNICAST\nId 100:\n  |-- 10.9.9.9\n     /32 host LOCAL\n',
      'proc/net/ipv6_route': `${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} ffffffff 00000001 00000000 00200200       lo\n`,
    });
    expect(ask(routes, { system: { proc: `${root}/proc` } }).rows).toMatchObject([
      { destination: '10.0.0.0', netmask: 8, type: 'other', mtu: 1400, metric: 5, interface: '*' },
      { destination: '127.0.0.1', netmask: 32, type: 'local' },
    ]);
  });
});
