/** Containers of Docker. */
import { columns } from '../lib/columns.ts';
import { askDocker, dockerContainers, dockerIds, pairs } from '../lib/docker.ts';
import { asInteger, asList, asNumber, asObject, asText, type Json } from '../lib/json.ts';
import { namespaceNumber } from '../lib/mount-view.ts';
import { readLink } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const source = "Docker's API at /var/run/docker.sock";
const idColumn = ['id', 'TEXT', 'Id of the container', { index: true }] as const;
const namespaces = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'] as const;

/** Containers. */
export const docker_containers: GeneratedTableSpec = {
  name: 'docker_containers',
  kind: 'state',
  description: 'Containers of Docker or Podman, running or not.',
  source,
  estimatedRows: 20,
  columns: columns(
    idColumn,
    ['name', 'TEXT', 'Name of the container', { index: true }],
    ['image', 'TEXT', 'Image it was made from'],
    ['image_id', 'TEXT', 'Id of the image'],
    ['command', 'TEXT', 'Command with its arguments'],
    ['created', 'BIGINT', 'When it was made, in seconds since the epoch'],
    ['state', 'TEXT', 'created, running, paused, restarting, removing, exited or dead'],
    ['status', 'TEXT', 'State in words'],
    ['pid', 'BIGINT', 'Process id of its first process; 0 when it does not run'],
    ['path', 'TEXT', 'Program it runs'],
    ['config_entrypoint', 'TEXT', 'Entry point of its configuration'],
    ['started_at', 'TEXT', 'When it was started'],
    ['finished_at', 'TEXT', 'When it ended'],
    ['privileged', 'INTEGER', 'Whether it is privileged: 1 yes'],
    ['security_options', 'TEXT', 'Security options'],
    ['env_variables', 'TEXT', 'Environment of its configuration'],
    ['readonly_rootfs', 'INTEGER', 'Whether its root file system is read-only: 1 yes'],
    ...namespaces.map((kind) => [`${kind}_namespace`, 'TEXT', `Number of its ${kind} namespace`] as const),
  ),
  examples: [
    "SELECT name, image, status FROM docker_containers WHERE state = 'running'",
    'SELECT name FROM docker_containers WHERE privileged = 1',
  ],
  *rows(context) {
    const containers = dockerContainers(context);
    const needsDetails = [
      'pid',
      'path',
      'config_entrypoint',
      'started_at',
      'finished_at',
      'privileged',
      'security_options',
      'env_variables',
      'readonly_rootfs',
      ...namespaces.map((kind) => `${kind}_namespace`),
    ].some((name) => context.uses(name));
    const details =
      needsDetails && containers.length > 0
        ? askDocker(
            context,
            containers.map((container) => `/containers/${asText(container['Id'])}/json`),
          )
        : [];
    for (const [i, container] of containers.entries()) yield containerRow(context, container, asObject(details[i]));
  },
};

function containerRow(context: TableContext, container: Json, detail: Json): Row {
  const state = asObject(detail['State']);
  const host = asObject(detail['HostConfig']);
  const config = asObject(detail['Config']);
  const pid = asNumber(state['Pid']) ?? 0;
  const texts = (value: unknown): string => asList(value).map(asText).join(', ');
  const row: Record<string, string | number | null> = {};
  for (const kind of namespaces) {
    const used = pid > 0 && context.uses(`${kind}_namespace`);
    row[`${kind}_namespace`] = used ? (namespaceNumber(readLink(`${context.system.proc}/${pid}/ns/${kind}`)) ?? '') : '';
  }
  return {
    id: asText(container['Id']),
    name: asText(asList(container['Names'])[0]),
    image: asText(container['Image']),
    image_id: asText(container['ImageID']),
    command: asText(container['Command']),
    created: asInteger(container['Created']),
    state: asText(container['State']),
    status: asText(container['Status']),
    pid,
    path: asText(detail['Path']),
    config_entrypoint: texts(config['Entrypoint']),
    started_at: asText(state['StartedAt']),
    finished_at: asText(state['FinishedAt']),
    privileged: host['Privileged'] === true ? 1 : 0,
    security_options: texts(host['SecurityOpt']),
    env_variables: texts(config['Env']),
    readonly_rootfs: host['ReadonlyRootfs'] === true ? 1 : 0,
    ...row,
  };
}

/** A table with rows for each container that Docker lists. */
function perContainer(
  spec: Pick<GeneratedTableSpec, 'name' | 'description' | 'columns' | 'examples'>,
  rows: (container: Json) => Iterable<Row>,
): GeneratedTableSpec {
  return {
    ...spec,
    kind: 'state',
    source,
    estimatedRows: 50,
    *rows(context) {
      for (const container of dockerContainers(context)) for (const row of rows(container)) yield { id: asText(container['Id']), ...row };
    },
  };
}

/** Labels. */
export const docker_container_labels: GeneratedTableSpec = perContainer(
  {
    name: 'docker_container_labels',
    description: 'Labels of containers.',
    columns: columns(idColumn, ['key', 'TEXT', 'Name of the label', { index: true }], ['value', 'TEXT', 'Its value']),
    examples: [
      "SELECT id, value FROM docker_container_labels WHERE key = 'io.kubernetes.pod.name'",
      'SELECT key, count(*) AS containers FROM docker_container_labels GROUP BY key',
    ],
  },
  (container) => pairs(container['Labels']).map(([key, value]) => ({ key, value })),
);

/** Mounts. */
export const docker_container_mounts: GeneratedTableSpec = perContainer(
  {
    name: 'docker_container_mounts',
    description: 'Volumes and folders mounted into containers.',
    columns: columns(
      idColumn,
      ['type', 'TEXT', 'bind, volume, tmpfs'],
      ['name', 'TEXT', 'Name of the volume', { index: true }],
      ['source', 'TEXT', 'Where it is on the host'],
      ['destination', 'TEXT', 'Where it is in the container'],
      ['driver', 'TEXT', 'Driver of the volume'],
      ['mode', 'TEXT', 'Options'],
      ['rw', 'INTEGER', 'Whether it can be written: 1 yes'],
      ['propagation', 'TEXT', 'How mounts spread'],
    ),
    examples: [
      "SELECT id, source FROM docker_container_mounts WHERE source LIKE '%docker.sock'",
      'SELECT id, source, destination FROM docker_container_mounts WHERE rw = 1',
    ],
  },
  (container) =>
    asList(container['Mounts']).map((value) => {
      const mount = asObject(value);
      const text = (key: string): string => asText(mount[key]);
      return {
        type: text('Type'),
        name: text('Name'),
        source: text('Source'),
        destination: text('Destination'),
        driver: text('Driver'),
        mode: text('Mode'),
        rw: mount['RW'] === true ? 1 : 0,
        propagation: text('Propagation'),
      };
    }),
);

/** Networks. */
export const docker_container_networks: GeneratedTableSpec = perContainer(
  {
    name: 'docker_container_networks',
    description: 'Networks of containers, and their addresses there.',
    columns: columns(
      idColumn,
      ['name', 'TEXT', 'Name of the network', { index: true }],
      ['network_id', 'TEXT', 'Id of the network'],
      ['endpoint_id', 'TEXT', 'Id of its end'],
      ['gateway', 'TEXT', 'IPv4 gateway'],
      ['ip_address', 'TEXT', 'IPv4 address'],
      ['ip_prefix_len', 'INTEGER', 'Length of the IPv4 prefix, in bits'],
      ['ipv6_gateway', 'TEXT', 'IPv6 gateway'],
      ['ipv6_address', 'TEXT', 'IPv6 address'],
      ['ipv6_prefix_len', 'INTEGER', 'Length of the IPv6 prefix, in bits'],
      ['mac_address', 'TEXT', 'Hardware address'],
    ),
    examples: [
      'SELECT id, name, ip_address FROM docker_container_networks',
      "SELECT id FROM docker_container_networks WHERE name = 'host'",
    ],
  },
  (container) =>
    Object.entries(asObject(asObject(container['NetworkSettings'])['Networks'])).map(([name, value]) => {
      const network = asObject(value);
      return {
        name,
        network_id: asText(network['NetworkID']),
        endpoint_id: asText(network['EndpointID']),
        gateway: asText(network['Gateway']),
        ip_address: asText(network['IPAddress']),
        ip_prefix_len: asInteger(network['IPPrefixLen']),
        ipv6_gateway: asText(network['IPv6Gateway']),
        ipv6_address: asText(network['GlobalIPv6Address']),
        ipv6_prefix_len: asInteger(network['GlobalIPv6PrefixLen']),
        mac_address: asText(network['MacAddress']),
      };
    }),
);

/** Ports. */
export const docker_container_ports: GeneratedTableSpec = perContainer(
  {
    name: 'docker_container_ports',
    description: 'Ports of containers, and those of the host that lead to them.',
    columns: columns(
      ['id', 'TEXT', 'Id of the container', { additional: true }],
      ['type', 'TEXT', 'tcp, udp or sctp'],
      ['port', 'INTEGER', 'Port in the container'],
      ['host_ip', 'TEXT', 'Address on the host'],
      ['host_port', 'INTEGER', 'Port on the host'],
    ),
    examples: [
      "SELECT id, port, host_port FROM docker_container_ports WHERE host_ip = '0.0.0.0'",
      'SELECT DISTINCT host_port FROM docker_container_ports',
    ],
  },
  (container) =>
    asList(container['Ports']).map((value) => {
      const port = asObject(value);
      return {
        type: asText(port['Type']),
        port: asInteger(port['PrivatePort']),
        host_ip: asText(port['IP']),
        host_port: asInteger(port['PublicPort']),
      };
    }),
);

/** Environments. */
export const docker_container_envs: GeneratedTableSpec = {
  name: 'docker_container_envs',
  kind: 'state',
  description: "Environment variables of containers' configurations.",
  source,
  estimatedRows: 100,
  columns: columns(idColumn, ['key', 'TEXT', 'Name of the variable'], ['value', 'TEXT', 'Its value']),
  examples: [
    "SELECT id, key FROM docker_container_envs WHERE key LIKE '%PASSWORD%'",
    'SELECT id, count(*) AS variables FROM docker_container_envs GROUP BY id',
  ],
  *rows(context) {
    const ids = dockerContainers(context).map((container) => asText(container['Id']));
    for (const [i, answer] of askDocker(
      context,
      ids.map((id) => `/containers/${id}/json`),
    ).entries()) {
      for (const value of asList(asObject(asObject(answer)['Config'])['Env'])) {
        const [key = '', ...rest] = asText(value).split('=');
        yield { id: ids[i], key, value: rest.join('=') };
      }
    }
  },
};

const changeTypes = ['Modified', 'Added', 'Deleted'];

/** Changes to file systems. */
export const docker_container_fs_changes: GeneratedTableSpec = {
  name: 'docker_container_fs_changes',
  kind: 'state',
  description: 'What a container changed in its file system.',
  source,
  estimatedRows: 1000,
  columns: columns(
    ['id', 'TEXT', 'Id of the container', { required: true, index: true }],
    ['path', 'TEXT', 'Path in the container'],
    ['change_type', 'TEXT', 'Added, Modified or Deleted'],
  ),
  examples: [
    "SELECT path, change_type FROM docker_container_fs_changes WHERE id = '4f66ad9a0b2e'",
    "SELECT c.name, f.path FROM docker_containers c JOIN docker_container_fs_changes f USING (id) WHERE f.change_type = 'Added'",
  ],
  *rows(context) {
    for (const id of dockerIds(context)) {
      for (const value of asList(askDocker(context, [`/containers/${id}/changes`])[0])) {
        const change = asObject(value);
        yield { id, path: asText(change['Path']), change_type: changeTypes[asNumber(change['Kind']) ?? -1] ?? '' };
      }
    }
  },
};
