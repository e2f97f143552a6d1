import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dns_resolvers, etc_hosts, etc_protocols, etc_services } from '../../../src/tables/host/etc.ts';
import { shadow } from '../../../src/tables/host/shadow.ts';
import { authorized_keys, user_ssh_keys } from '../../../src/tables/host/ssh.ts';
import { suid_bin } from '../../../src/tables/host/suid_bin.ts';
import { system_controls } from '../../../src/tables/host/system_controls.ts';
import { systemd_units } from '../../../src/tables/host/systemd_units.ts';
import { ask, only, pluck, tree } from '../../unit/tables/harness.ts';
import { asRoot, has, lines, run } from './tools.ts';

describe('name files', () => {
  it('agree with getent', () => {
    expect(pluck(ask(etc_hosts), 'address')).toEqual(
      readFileSync('/etc/hosts', 'utf8')
        .split('\n')
        .filter((l) => /^\s*[0-9a-f]/i.test(l))
        .map((l) => l.trim().split(/\s+/)[0]),
    );
    const services = lines('getent', 'services').map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '));
    expect(ask(etc_services).rows.map((row) => `${row.name} ${row.port}/${row.protocol}`)).toEqual(services);
    const protocols = lines('getent', 'protocols').map((line) => line.trim().split(/\s+/).slice(0, 2).join(' '));
    expect(ask(etc_protocols).rows.map((row) => `${row.name} ${row.number}`)).toEqual(protocols);
  });
  it('name the servers of resolv.conf', () => {
    const seen = [...readFileSync('/etc/resolv.conf', 'utf8').matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1]);
    expect(
      ask(dns_resolvers)
        .rows.filter((row) => row.type === 'nameserver')
        .map((row) => row.address),
    ).toEqual(seen);
  });
});

describe('settings of the kernel', () => {
  it.skipIf(!has('sysctl'))('agree with sysctl', () => {
    for (const name of ['kernel.pid_max', 'vm.swappiness', 'net.ipv4.ip_forward', 'fs.file-max', 'kernel.ostype']) {
      expect(only(ask(system_controls, { where: { name } })).current_value).toBe(run('sysctl', '-n', name).trim());
    }
    const seen = lines('sysctl', '-a', '-N').filter((name) => name.startsWith('vm.'));
    const rows = ask(system_controls, { where: { subsystem: 'vm' } }).rows;
    // sysctl leaves out what can only be written, and what it thinks outdated.
    expect(pluck({ rows, warnings: [] }, 'name')).toEqual(expect.arrayContaining(seen));
    expect(rows.length - seen.length).toBeLessThan(5);
  });
  it('cannot be led out of /proc/sys', () => {
    expect(ask(system_controls, { where: { name: '../version' } }).rows).toEqual([]);
    expect(ask(system_controls, { where: { name: '././/.//.version' } }).rows).toEqual([]);
    expect(ask(system_controls, { where: { subsystem: '../..' } }).rows).toEqual([]);
  });
});

describe('accounts and programs', () => {
  it.skipIf(!asRoot || !has('passwd'))('have the password states that passwd shows', () => {
    const words: Record<string, string> = { active: 'P', locked: 'L', empty: 'NP', not_set: 'L' };
    const seen = lines('passwd', '-S', '-a').map((line) => line.split(' ').slice(0, 2).join(' '));
    expect(ask(shadow).rows.map((row) => `${row.username} ${words[String(row.password_status)]}`)).toEqual(seen);
  });
  it('are those that find finds with the bits set', () => {
    const options = ['-xdev', '-type', 'f', '-perm', '/6000', '-printf', '%p %u %g\\n'];
    const seen = [
      ...lines('find', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', ...options),
      ...lines('find', '/usr/lib', '/usr/libexec', '-maxdepth', '3', ...options),
    ];
    const rows = ask(suid_bin).rows.filter((row) => String(row.path).startsWith('/usr/'));
    expect(rows.map((row) => `${row.path} ${row.username} ${row.groupname}`).sort()).toEqual(seen.sort());
  });
});

describe.skipIf(!has('ssh-keygen'))('keys that ssh-keygen makes', () => {
  it('are told by kind, length and passphrase', () => {
    const root = tree({ 'etc/passwd': 'ann:x:1000:1000::/home/ann:/bin/sh\n' });
    const folder = `${root}/home/ann/.ssh`;
    mkdirSync(folder, { recursive: true });
    const make = (name: string, phrase: string, ...args: string[]): string =>
      run('ssh-keygen', '-q', '-N', phrase, '-f', `${folder}/${name}`, ...args);
    make('a_rsa', '', '-t', 'rsa', '-b', '2048');
    make('b_rsa', 'secret phrase', '-t', 'rsa', '-b', '3072');
    make('c_ed', '', '-t', 'ed25519');
    make('d_ec', 'secret phrase', '-t', 'ecdsa', '-b', '384');
    make('e_pem', '', '-t', 'rsa', '-b', '2048', '-m', 'PEM');
    make('f_pem', 'secret phrase', '-t', 'ecdsa', '-b', '256', '-m', 'PEM');
    make('g_pkcs8', 'secret phrase', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8');
    const rows = ask(user_ssh_keys, { system: { root } }).rows;
    expect(
      rows.map((row) => [
        String(row.path).slice('/home/ann/.ssh/'.length),
        row.encrypted,
        row.key_type,
        row.key_group_name,
        row.key_length,
        row.key_security_bits,
      ]),
    ).toEqual([
      ['a_rsa', 0, 'rsa', '', 2048, 112],
      ['b_rsa', 1, 'rsa', '', 3072, 128],
      ['c_ed', 0, 'ed25519', '', 256, 128],
      ['d_ec', 1, 'ecdsa', 'secp384r1', 384, 192],
      ['e_pem', 0, 'rsa', '', 2048, 112],
      ['f_pem', 1, 'ecdsa', '', -1, -1],
      ['g_pkcs8', 1, '', '', -1, -1],
    ]);
    run('/bin/sh', '-c', `cat ${folder}/*.pub > ${folder}/authorized_keys`);
    const seen = lines('ssh-keygen', '-l', '-f', `${folder}/authorized_keys`);
    expect(ask(authorized_keys, { system: { root }, where: { uid: 1000 } }).rows).toHaveLength(seen.length);
  });
});

describe.skipIf(!has('systemctl'))('units of systemd', () => {
  it('are those that systemctl lists from their files', () => {
    const seen = lines('systemctl', '--root=/', 'list-unit-files', '--no-legend', '--no-pager').map((line) => line.split(/\s+/)[0]);
    const rows = ask(systemd_units).rows;
    expect(new Set(rows.map((row) => row.id))).toEqual(new Set(seen));
  });
});
