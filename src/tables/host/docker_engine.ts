/** Docker itself: its images, networks, volumes. */
import { columns } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import { askDocker, dockerList, pairs } from '../lib/docker.ts';
import { asInteger, asList, asObject, asText, type Json } from '../lib/json.ts';
import type { ColumnSpec, ColumnType, GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const source = "Docker's API at /var/run/docker.sock";

function table(
  name: string,
  description: string,
  list: ColumnSpec[],
  examples: string[],
  rows: (context: TableContext) => Iterable<Row>,
): GeneratedTableSpec {
  return { name, kind: 'state', description, source, estimatedRows: 30, columns: list, examples, rows };
}

const imageId = ['id', 'TEXT', 'Id of the image', { index: true }] as const;

/** Ids of images: those a query gives, else all. */
function imageIds(context: TableContext): string[] {
  const given = textsOf(context, 'id');
  return given?.filter((id) => /^[a-z0-9:]+$/.test(id)) ?? dockerList(context, '/images/json').map((image) => bare(image['Id']));
}

const bare = (id: unknown): string => asText(id).replace(/^sha256:/, '');

/** Images. */
export const docker_images: GeneratedTableSpec = table(
  'docker_images',
  'Images that Docker has.',
  columns(
    ['id', 'TEXT', 'Id of the image'],
    ['created', 'BIGINT', 'When it was made, in seconds since the epoch'],
    ['size_bytes', 'BIGINT', 'Size, in bytes'],
    ['tags', 'TEXT', 'Names and tags, separated by commas'],
  ),
  ['SELECT tags, size_bytes FROM docker_images', "SELECT id FROM docker_images WHERE tags LIKE '%:latest%'"],
  function* (context) {
    for (const image of dockerList(context, '/images/json')) {
      yield {
        id: bare(image['Id']),
        created: asInteger(image['Created']),
        size_bytes: asInteger(image['Size']),
        tags: asList(image['RepoTags']).map(asText).join(','),
      };
    }
  },
);

/** How images were made. */
export const docker_image_history: GeneratedTableSpec = table(
  'docker_image_history',
  'Steps by which images were made.',
  columns(
    imageId,
    ['created', 'BIGINT', 'When the step was done, in seconds since the epoch'],
    ['size', 'BIGINT', 'What it added, in bytes'],
    ['created_by', 'TEXT', 'The step'],
    ['tags', 'TEXT', 'Names it has, separated by commas'],
    ['comment', 'TEXT', 'Comment'],
  ),
  ['SELECT id, created_by FROM docker_image_history', "SELECT id FROM docker_image_history WHERE created_by LIKE '%curl%'"],
  function* (context) {
    for (const id of imageIds(context)) {
      for (const value of asList(askDocker(context, [`/images/${id}/history`])[0])) {
        const step = asObject(value);
        yield {
          id,
          created: asInteger(step['Created']),
          size: asInteger(step['Size']),
          created_by: asText(step['CreatedBy']),
          tags: asList(step['Tags']).map(asText).join(','),
          comment: asText(step['Comment']),
        };
      }
    }
  },
);

/** Labels of images. */
export const docker_image_labels: GeneratedTableSpec = table(
  'docker_image_labels',
  'Labels of images.',
  columns(imageId, ['key', 'TEXT', 'Name of the label'], ['value', 'TEXT', 'Its value']),
  ['SELECT id, key, value FROM docker_image_labels', "SELECT value FROM docker_image_labels WHERE key = 'org.opencontainers.image.source'"],
  function* (context) {
    for (const image of dockerList(context, '/images/json'))
      for (const [key, value] of pairs(image['Labels'])) yield { id: bare(image['Id']), key, value };
  },
);

/** Layers of images. */
export const docker_image_layers: GeneratedTableSpec = table(
  'docker_image_layers',
  'Layers of images, from the lowest.',
  columns(imageId, ['layer_id', 'TEXT', 'Id of the layer'], ['layer_order', 'INTEGER', 'Place of the layer, from 1']),
  [
    'SELECT id, layer_id FROM docker_image_layers ORDER BY id, layer_order',
    'SELECT layer_id, count(*) AS images FROM docker_image_layers GROUP BY layer_id',
  ],
  function* (context) {
    const ids = imageIds(context);
    const answers =
      ids.length === 0
        ? []
        : askDocker(
            context,
            ids.map((id) => `/images/${id}/json`),
          );
    for (const [i, id] of ids.entries()) {
      for (const [order, layer] of asList(asObject(asObject(answers[i])['RootFS'])['Layers']).entries())
        yield { id, layer_id: bare(layer), layer_order: order + 1 };
    }
  },
);

/** Networks. */
export const docker_networks: GeneratedTableSpec = table(
  'docker_networks',
  'Networks that Docker made.',
  columns(
    ['id', 'TEXT', 'Id of the network', { index: true }],
    ['name', 'TEXT', 'Name of the network'],
    ['driver', 'TEXT', 'Driver'],
    ['created', 'BIGINT', 'When it was made, in seconds since the epoch'],
    ['enable_ipv6', 'INTEGER', 'Whether it has IPv6: 1 yes'],
    ['subnet', 'TEXT', 'Network address'],
    ['gateway', 'TEXT', 'Gateway'],
  ),
  ['SELECT name, driver, subnet FROM docker_networks', "SELECT name FROM docker_networks WHERE driver = 'host'"],
  function* (context) {
    for (const network of dockerList(context, '/networks')) {
      const config = asObject(asList(asObject(network['IPAM'])['Config'])[0]);
      yield {
        id: asText(network['Id']),
        name: asText(network['Name']),
        driver: asText(network['Driver']),
        created: Math.floor(Date.parse(asText(network['Created'])) / 1000) || null,
        enable_ipv6: network['EnableIPv6'] === true ? 1 : 0,
        subnet: asText(config['Subnet']),
        gateway: asText(config['Gateway']),
      };
    }
  },
);

/** Labels of networks. */
export const docker_network_labels: GeneratedTableSpec = table(
  'docker_network_labels',
  'Labels of networks.',
  columns(['id', 'TEXT', 'Id of the network', { index: true }], ['key', 'TEXT', 'Name of the label'], ['value', 'TEXT', 'Its value']),
  [
    'SELECT id, key, value FROM docker_network_labels',
    'SELECT n.name, l.key FROM docker_networks n JOIN docker_network_labels l USING (id)',
  ],
  function* (context) {
    for (const network of dockerList(context, '/networks'))
      for (const [key, value] of pairs(network['Labels'])) yield { id: asText(network['Id']), key, value };
  },
);

/** Volumes. */
export const docker_volumes: GeneratedTableSpec = table(
  'docker_volumes',
  'Volumes that Docker keeps.',
  columns(
    ['name', 'TEXT', 'Name of the volume', { index: true }],
    ['driver', 'TEXT', 'Driver'],
    ['mount_point', 'TEXT', 'Where it is on the host'],
    ['type', 'TEXT', 'Kind of volume, as its driver says'],
  ),
  ['SELECT name, mount_point FROM docker_volumes', "SELECT name FROM docker_volumes WHERE driver <> 'local'"],
  function* (context) {
    for (const volume of dockerList(context, '/volumes', 'Volumes')) {
      yield {
        name: asText(volume['Name']),
        driver: asText(volume['Driver']),
        mount_point: asText(volume['Mountpoint']),
        type: asText(asObject(volume['Options'])['type']),
      };
    }
  },
);

/** Labels of volumes. */
export const docker_volume_labels: GeneratedTableSpec = table(
  'docker_volume_labels',
  'Labels of volumes.',
  columns(
    ['name', 'TEXT', 'Name of the volume', { index: true }],
    ['key', 'TEXT', 'Name of the label', { index: true }],
    ['value', 'TEXT', 'Its value'],
  ),
  ['SELECT name, key, value FROM docker_volume_labels', 'SELECT DISTINCT key FROM docker_volume_labels'],
  function* (context) {
    for (const volume of dockerList(context, '/volumes', 'Volumes'))
      for (const [key, value] of pairs(volume['Labels'])) yield { name: asText(volume['Name']), key, value };
  },
);

/** Column, type, name in Docker's answer, description. */
type Fact = readonly [column: string, type: ColumnType, key: string, description: string];

/** A table of one row, column by column from one answer. */
function facts(name: string, description: string, path: string, list: readonly Fact[], examples: string[]): GeneratedTableSpec {
  return table(
    name,
    description,
    columns(...list.map(([column, type, , text]) => [column, type, text] as const)),
    examples,
    function* (context) {
      const answer = askDocker(context, [path])[0];
      if (answer === undefined) return;
      const values: Json = asObject(answer);
      const row: Record<string, string | number | null> = {};
      for (const [column, type, key] of list) {
        const value = values[key];
        row[column] = type === 'TEXT' ? asText(value) : typeof value === 'boolean' ? (value ? 1 : 0) : asInteger(value);
      }
      yield row;
    },
  );
}

/** Docker's settings. */
export const docker_info: GeneratedTableSpec = facts(
  'docker_info',
  'Docker, its settings and what the machine gives it.',
  '/info',
  [
    ['id', 'TEXT', 'ID', 'Id of this Docker'],
    ['containers', 'INTEGER', 'Containers', 'Number of containers'],
    ['containers_running', 'INTEGER', 'ContainersRunning', 'Containers that run'],
    ['containers_paused', 'INTEGER', 'ContainersPaused', 'Containers that are paused'],
    ['containers_stopped', 'INTEGER', 'ContainersStopped', 'Containers that do not run'],
    ['images', 'INTEGER', 'Images', 'Number of images'],
    ['storage_driver', 'TEXT', 'Driver', 'Driver for file systems'],
    ['memory_limit', 'INTEGER', 'MemoryLimit', 'Whether memory can be limited: 1 yes'],
    ['swap_limit', 'INTEGER', 'SwapLimit', 'Whether swap can be limited: 1 yes'],
    ['kernel_memory', 'INTEGER', 'KernelMemory', 'Whether kernel memory can be limited: 1 yes'],
    ['cpu_cfs_period', 'INTEGER', 'CpuCfsPeriod', 'Whether the period of the scheduler can be set: 1 yes'],
    ['cpu_cfs_quota', 'INTEGER', 'CpuCfsQuota', 'Whether the quota of the scheduler can be set: 1 yes'],
    ['cpu_shares', 'INTEGER', 'CPUShares', 'Whether shares of processors can be set: 1 yes'],
    ['cpu_set', 'INTEGER', 'CPUSet', 'Whether processors can be chosen: 1 yes'],
    ['ipv4_forwarding', 'INTEGER', 'IPv4Forwarding', 'Whether IPv4 packets are forwarded: 1 yes'],
    ['bridge_nf_iptables', 'INTEGER', 'BridgeNfIptables', 'Whether bridges go through iptables: 1 yes'],
    ['bridge_nf_ip6tables', 'INTEGER', 'BridgeNfIp6tables', 'Whether bridges go through ip6tables: 1 yes'],
    ['oom_kill_disable', 'INTEGER', 'OomKillDisable', 'Whether killing for lack of memory can be turned off: 1 yes'],
    ['logging_driver', 'TEXT', 'LoggingDriver', 'Driver for logs'],
    ['cgroup_driver', 'TEXT', 'CgroupDriver', 'Driver for cgroups'],
    ['kernel_version', 'TEXT', 'KernelVersion', 'Version of the kernel'],
    ['os', 'TEXT', 'OperatingSystem', 'Distribution'],
    ['os_type', 'TEXT', 'OSType', 'Operating system'],
    ['architecture', 'TEXT', 'Architecture', 'Architecture'],
    ['cpus', 'INTEGER', 'NCPU', 'Number of processors'],
    ['memory', 'BIGINT', 'MemTotal', 'Memory, in bytes'],
    ['http_proxy', 'TEXT', 'HttpProxy', 'Proxy for HTTP'],
    ['https_proxy', 'TEXT', 'HttpsProxy', 'Proxy for HTTPS'],
    ['no_proxy', 'TEXT', 'NoProxy', 'Names for which there is no proxy'],
    ['name', 'TEXT', 'Name', 'Name of the machine'],
    ['server_version', 'TEXT', 'ServerVersion', 'Version of Docker'],
    ['root_dir', 'TEXT', 'DockerRootDir', 'Folder of its data'],
  ],
  ['SELECT server_version, storage_driver, cgroup_driver FROM docker_info', 'SELECT containers_running FROM docker_info'],
);

/** Docker's version. */
export const docker_version: GeneratedTableSpec = facts(
  'docker_version',
  'Version of Docker.',
  '/version',
  [
    ['version', 'TEXT', 'Version', 'Version of Docker'],
    ['api_version', 'TEXT', 'ApiVersion', 'Version of its API'],
    ['min_api_version', 'TEXT', 'MinAPIVersion', 'Oldest version of the API it understands'],
    ['git_commit', 'TEXT', 'GitCommit', 'Commit it was built from'],
    ['go_version', 'TEXT', 'GoVersion', 'Version of Go it was built with'],
    ['os', 'TEXT', 'Os', 'Operating system'],
    ['arch', 'TEXT', 'Arch', 'Architecture'],
    ['kernel_version', 'TEXT', 'KernelVersion', 'Version of the kernel'],
    ['build_time', 'TEXT', 'BuildTime', 'When it was built'],
  ],
  ['SELECT version, api_version FROM docker_version', 'SELECT go_version FROM docker_version'],
);
