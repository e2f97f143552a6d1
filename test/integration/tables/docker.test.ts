/** Tables that ask a service: against one that speaks the protocol, in a process of its own, because the asking side waits. */
import { describe, expect, it } from 'vitest';
import {
  docker_container_envs,
  docker_container_labels,
  docker_container_mounts,
  docker_container_ports,
  docker_containers,
} from '../../../src/tables/host/docker_containers.ts';
import { docker_image_layers, docker_images, docker_version } from '../../../src/tables/host/docker_engine.ts';
import { docker_container_stats } from '../../../src/tables/host/docker_running.ts';
import { lxd_instances } from '../../../src/tables/host/lxd.ts';
import { curl } from '../../../src/tables/host/curl.ts';
import { ec2_instance_metadata } from '../../../src/tables/host/clouds.ts';
import { requestAll } from '../../../src/tables/lib/http-sync.ts';
import { ask, only, tree } from '../../unit/tables/harness.ts';
import { background } from './tools.ts';

const id = 'ab'.repeat(32);
/** Answers in the shapes of Docker's published API. */
const answers = {
  '/containers/json?all=1': [
    {
      Id: id,
      Names: ['/web'],
      Image: 'nginx:1',
      ImageID: 'sha256:11',
      Command: 'nginx -g',
      Created: 1700000000,
      State: 'running',
      Status: 'Up 3 hours',
      Labels: { a: 'b' },
      Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
      Mounts: [{ Type: 'bind', Source: '/var/run/docker.sock', Destination: '/s', RW: true, Mode: '', Propagation: 'rprivate' }],
    },
  ],
  [`/containers/${id}/json`]: {
    Path: 'nginx',
    State: { Pid: process.pid, StartedAt: '2024-01-01T00:00:00Z', FinishedAt: '' },
    HostConfig: { Privileged: true, ReadonlyRootfs: false, SecurityOpt: ['seccomp=unconfined'] },
    Config: { Env: ['A=1', 'B=x=y'], Entrypoint: ['/e', 'x'] },
  },
  [`/containers/${id}/stats?stream=false`]: {
    read: '2024-01-01T00:00:02Z',
    preread: '2024-01-01T00:00:01Z',
    name: '/web',
    memory_stats: { usage: 5, limit: 9, stats: { inactive_file: 2 } },
    networks: { eth0: { rx_bytes: 3 }, eth1: { rx_bytes: 4 } },
    cpu_stats: { cpu_usage: { total_usage: 7 } },
    blkio_stats: { io_service_bytes_recursive: [{ op: 'Read', value: 8 }] },
  },
  '/images/json': [{ Id: 'sha256:11', Created: 5, Size: 6, RepoTags: ['nginx:1', 'nginx:latest'] }],
  '/images/11/json': { RootFS: { Layers: ['sha256:aa', 'sha256:bb'] } },
  '/version': { Version: '27.0', ApiVersion: '1.46', GoVersion: 'go1.22' },
  '/1.0/instances?recursion=2': {
    metadata: [{ name: 'c1', status: 'Running', stateful: false, config: { 'image.os': 'debian' }, state: { pid: 7, processes: 3 } }],
  },
};

/** Serves the answers on a socket, or on a port of the loopback device. */
const server = (where: string): Promise<number> =>
  background(process.execPath, [
    '-e',
    `const answers = ${JSON.stringify(answers)};
     require('node:http').createServer((q, a) => { const found = answers[q.url]; a.statusCode = found ? 200 : 404; a.end(found ? JSON.stringify(found) : 'no'); }).listen(${JSON.stringify(where)}, () => console.log('up'));`,
  ]);

describe('Docker', () => {
  it('is asked over its socket', async () => {
    const root = tree({ 'var/run/': '', 'var/lib/lxd/': '' });
    await server(`${root}/var/run/docker.sock`);
    const system = { root };
    expect(only(ask(docker_containers, { system }))).toMatchObject({
      id,
      name: '/web',
      image: 'nginx:1',
      created: 1700000000,
      state: 'running',
      pid: process.pid,
      path: 'nginx',
      privileged: 1,
      readonly_rootfs: 0,
      security_options: 'seccomp=unconfined',
      env_variables: 'A=1, B=x=y',
      config_entrypoint: '/e, x',
    });
    expect(only(ask(docker_container_labels, { system }))).toMatchObject({ id, key: 'a', value: 'b' });
    expect(only(ask(docker_container_ports, { system }))).toMatchObject({ port: 80, host_port: 8080, host_ip: '0.0.0.0', type: 'tcp' });
    expect(only(ask(docker_container_mounts, { system }))).toMatchObject({ source: '/var/run/docker.sock', rw: 1 });
    expect(ask(docker_container_envs, { system }).rows).toEqual([
      { id, key: 'A', value: '1' },
      { id, key: 'B', value: 'x=y' },
    ]);
    expect(only(ask(docker_images, { system }))).toEqual({ id: '11', created: 5, size_bytes: 6, tags: 'nginx:1,nginx:latest' });
    expect(ask(docker_image_layers, { system }).rows).toEqual([
      { id: '11', layer_id: 'aa', layer_order: 1 },
      { id: '11', layer_id: 'bb', layer_order: 2 },
    ]);
    expect(only(ask(docker_version, { system }))).toMatchObject({ version: '27.0', api_version: '1.46' });
    expect(only(ask(docker_container_stats, { system, where: { id } }))).toMatchObject({
      name: '/web',
      interval: 1e9,
      memory_usage: 5,
      network_rx_bytes: 7,
      cpu_total_usage: 7,
      disk_read: 8,
    });
    expect(ask(docker_container_stats, { system, where: { id: '../images/json' } }).rows).toEqual([]);
  });
  it('is missed with a warning', () => {
    expect(ask(docker_containers, { system: { root: '/nowhere' } })).toEqual({
      rows: [],
      warnings: [expect.stringContaining('Docker does not run here')],
    });
  });
  it('may also be LXD', async () => {
    const root = tree({ 'var/lib/lxd/': '' });
    await server(`${root}/var/lib/lxd/unix.socket`);
    expect(only(ask(lxd_instances, { system: { root } }))).toMatchObject({
      name: 'c1',
      status: 'Running',
      os: 'debian',
      pid: 7,
      processes: 3,
    });
  });
});

describe('the network', () => {
  it('is left alone unless the configuration allows it', () => {
    expect(ask(curl, { where: { url: 'http://127.0.0.1:1/' } })).toEqual({
      rows: [],
      warnings: [expect.stringContaining('curl uses the network and is off')],
    });
    expect(ask(ec2_instance_metadata).warnings).toEqual([expect.stringContaining('is off')]);
  });
  it('gives an error in words, not an exception', () => {
    const [answer] = requestAll([{ url: 'http://127.0.0.1:1/' }]);
    expect(answer).toMatchObject({ status: 0, body: '' });
    expect(answer?.error).toContain('ECONNREFUSED');
  });
});
