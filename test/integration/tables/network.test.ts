import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { arp_cache } from '../../../src/tables/host/arp_cache.ts';
import { interface_addresses } from '../../../src/tables/host/interface_addresses.ts';
import { interface_details } from '../../../src/tables/host/interface_details.ts';
import { listening_ports } from '../../../src/tables/host/listening_ports.ts';
import { process_open_sockets } from '../../../src/tables/host/process_open_sockets.ts';
import { routes } from '../../../src/tables/host/routes.ts';
import { ask, only } from '../../unit/tables/harness.ts';
import { asRoot, background, has, lines, run } from './tools.ts';

const ip = (...args: string[]): Record<string, unknown>[] => JSON.parse(run('ip', '-j', ...args) || '[]') as Record<string, unknown>[];

async function listen(target: { host: string; port: number } | { path: string }): Promise<number> {
  const server = createServer();
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(target, resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('listening_ports', () => {
  it('shows our own listeners', async () => {
    const ipv4 = await listen({ host: '127.0.0.1', port: 0 });
    const ipv6 = await listen({ host: '::1', port: 0 });
    const folder = mkdtempSync(join(tmpdir(), 'shrike-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    await listen({ path: join(folder, 'a socket') });
    const rows = ask(listening_ports, { where: { pid: process.pid } }).rows;
    expect(rows.find((row) => row.port === ipv4)).toMatchObject({ address: '127.0.0.1', family: 2, protocol: 6, pid: process.pid });
    expect(rows.find((row) => row.port === ipv6)).toMatchObject({ address: '::1', family: 10, protocol: 6 });
    expect(rows.find((row) => row.path === join(folder, 'a socket'))).toMatchObject({ family: 1, port: 0 });
  });

  it.skipIf(!has('ss'))('has the listeners that ss has', async () => {
    await listen({ host: '127.0.0.1', port: 0 });
    const udp = createSocket('udp4');
    onTestFinished(() => void udp.close());
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    const seen = lines('ss', '-H', '-l', '-n', '-t', '-u').map((line) => {
      const [kind, , , , local = ''] = line.split(/\s+/);
      return `${kind === 'tcp' ? 6 : 17} ${local.slice(local.lastIndexOf(':') + 1)}`;
    });
    const rows = ask(listening_ports).rows.filter(
      (row) => (row.family === 2 || row.family === 10) && (row.protocol === 6 || row.protocol === 17),
    );
    expect(new Set(rows.map((row) => `${row.protocol} ${row.port}`))).toEqual(new Set(seen));
  });
});

describe('process_open_sockets', () => {
  it('shows both ends of a connection', async () => {
    const port = await listen({ host: '127.0.0.1', port: 0 });
    const pid = await background('/bin/bash', ['-c', `exec 9<>/dev/tcp/127.0.0.1/${port}; echo; while :; do /bin/sleep 1000; done`]);
    const row = ask(process_open_sockets, { where: { pid } }).rows.find((r) => r.fd === 9);
    expect(row).toMatchObject({
      family: 2,
      protocol: 6,
      local_address: '127.0.0.1',
      remote_address: '127.0.0.1',
      remote_port: port,
      state: 'ESTABLISHED',
    });
    const other = ask(process_open_sockets).rows.find((r) => r.remote_port === row?.local_port);
    expect(other).toMatchObject({ local_port: port, state: 'ESTABLISHED' });
  });

  it.skipIf(!asRoot || !has('unshare') || !has('python3'))('looks into other network namespaces', async () => {
    const code = 'import socket,time;s=socket.socket();s.bind(("0.0.0.0",4321));s.listen();print(1,flush=True);time.sleep(1000)';
    const pid = await background('unshare', ['-n', 'python3', '-c', code]);
    const row = ask(listening_ports).rows.find((r) => r.port === 4321 && r.pid === pid);
    expect(row).toBeDefined();
    expect(row?.net_namespace).not.toBe(ask(listening_ports, { where: { pid: process.pid } }).rows[0]?.net_namespace);
  });
});

describe.skipIf(!has('ip'))('interfaces, routes and neighbours, as ip shows them', () => {
  it('has the addresses', () => {
    const seen = ip('addr', 'show', 'up').flatMap((link) =>
      ((link['addr_info'] ?? []) as { family: string; local: string; scope: string }[]).map((a) => [
        link['ifname'],
        a.local + (a.family === 'inet6' && a.scope === 'link' ? `%${link['ifname']}` : ''),
      ]),
    );
    const rows = ask(interface_addresses).rows;
    expect(rows.map((row) => [row.interface, row.address]).sort()).toEqual(seen.sort());
    expect(rows.find((row) => row.address === '127.0.0.1')).toMatchObject({ mask: '255.0.0.0', broadcast: '' });
    expect(rows.find((row) => row.address === '::1')?.mask ?? 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff').toBe(
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    );
  });

  it('has the links', () => {
    const links = ip('link', 'show');
    const rows = ask(interface_details).rows;
    expect(rows.map((row) => [row.interface, row.mac, row.mtu]).sort()).toEqual(
      links.map((link) => [link['ifname'], link['address'], link['mtu']]).sort(),
    );
    expect(Number(rows.find((row) => row.interface === 'lo')?.flags) & 8).toBe(8);
  });

  it('has the routes of the main and local tables', () => {
    const all = [
      ...ip('-4', 'route', 'show', 'table', 'main'),
      ...ip('-4', 'route', 'show', 'table', 'local'),
      ...ip('-6', 'route', 'show', 'table', 'main'),
      ...ip('-6', 'route', 'show', 'table', 'local'),
    ];
    const seen = all.map((route) => {
      const destination = String(route['dst']);
      const [network = '', prefix] =
        destination === 'default' ? [String(route['gateway']).includes(':') ? '::' : '0.0.0.0', '0'] : destination.split('/');
      return `${network}/${prefix ?? (network.includes(':') ? 128 : 32)} ${route['gateway'] ?? ''} ${route['dev']}`;
    });
    const rows = ask(routes).rows.map((row) => `${row.destination}/${row.netmask} ${row.gateway} ${row.interface}`);
    expect(rows.sort()).toEqual(seen.sort());
  });

  it('has the neighbours', () => {
    const seen = ip('-4', 'neigh')
      .filter((n) => n['lladdr'] !== undefined)
      .map((n) => [n['dst'], n['lladdr'], n['dev']]);
    expect(
      ask(arp_cache)
        .rows.filter((row) => row.mac !== '00:00:00:00:00:00')
        .map((row) => [row.address, row.mac, row.interface]),
    ).toEqual(seen);
  });

  it('gives one row for the loopback device', () => {
    expect(only({ rows: ask(interface_details).rows.filter((row) => row.interface === 'lo'), warnings: [] }).type).toBe(772);
  });
});
