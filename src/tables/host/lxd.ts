/** LXD: containers and virtual machines. */
import { columns } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import { requestAll } from '../lib/http-sync.ts';
import { asInteger, asList, asObject, asText, type Json, parseJson } from '../lib/json.ts';
import { statOf } from '../lib/procfs.ts';
import type { ColumnSpec, GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const sockets = ['/var/snap/lxd/common/lxd/unix.socket', '/var/lib/lxd/unix.socket', '/var/lib/incus/unix.socket'];

/** Answers of LXD in the order of the paths; undefined for those it refused, and no answer, with a warning, without LXD. */
function ask(context: TableContext, paths: readonly string[]): unknown[] {
  const socketPath = sockets.map((path) => context.system.root + path).find((path) => statOf(path)?.isSocket());
  if (socketPath === undefined) {
    context.warn(`LXD does not run here: there is no ${context.system.root}${sockets[0]}`);
    return [];
  }
  return requestAll(paths.map((path) => ({ url: `http://localhost${path}`, socketPath }))).map((answer, i) => {
    if (answer.status === 200) return asObject(parseJson(context, `LXD's answer to ${paths[i]}`, answer.body))['metadata'];
    if (answer.status !== 404) context.warn(`LXD does not answer ${paths[i]}: ${answer.error ?? `status ${answer.status}`}`);
    return undefined;
  });
}

const list = (context: TableContext, path: string): Json[] => asList(ask(context, [path])[0]).map(asObject);
const flag = (value: unknown): number => (value === true || value === 'true' ? 1 : 0);

function table(
  name: string,
  description: string,
  path: string,
  listOfColumns: ColumnSpec[],
  rows: (context: TableContext) => Iterable<Row>,
): GeneratedTableSpec {
  const key = listOfColumns.find((column) => column.required)?.name;
  const where = key === undefined ? '' : ` WHERE ${key} = 'web1'`;
  return {
    name,
    kind: 'state',
    description,
    source: `LXD's API: ${path}`,
    estimatedRows: 20,
    columns: listOfColumns,
    examples: [`SELECT * FROM ${name}${where}`, `SELECT count(*) AS n FROM ${name}${where}`],
    rows,
  };
}

/** Certificates. */
export const lxd_certificates: GeneratedTableSpec = table(
  'lxd_certificates',
  'Certificates that LXD trusts.',
  '/1.0/certificates',
  columns(
    ['name', 'TEXT', 'Name of the certificate'],
    ['type', 'TEXT', 'What it is for'],
    ['fingerprint', 'TEXT', 'SHA-256 digest'],
    ['certificate', 'TEXT', 'The certificate, in PEM'],
  ),
  function* (context) {
    for (const c of list(context, '/1.0/certificates?recursion=1'))
      yield {
        name: asText(c['name']),
        type: asText(c['type']),
        fingerprint: asText(c['fingerprint']),
        certificate: asText(c['certificate']),
      };
  },
);

/** Cluster. */
export const lxd_cluster: GeneratedTableSpec = table(
  'lxd_cluster',
  'What a machine needs to join the cluster.',
  '/1.0/cluster',
  columns(
    ['server_name', 'TEXT', 'Name of this machine in the cluster'],
    ['enabled', 'INTEGER', 'Whether there is a cluster: 1 yes'],
    ['member_config_entity', 'TEXT', 'Kind of object the setting is of'],
    ['member_config_name', 'TEXT', 'Name of that object'],
    ['member_config_key', 'TEXT', 'Name of the setting'],
    ['member_config_value', 'TEXT', 'Value of the setting'],
    ['member_config_description', 'TEXT', 'Meaning of the setting'],
  ),
  function* (context) {
    const cluster = ask(context, ['/1.0/cluster'])[0];
    if (cluster === undefined) return;
    const facts = asObject(cluster);
    const settings = asList(facts['member_config']).map(asObject);
    for (const s of settings.length > 0 ? settings : [asObject(undefined)]) {
      yield {
        server_name: asText(facts['server_name']),
        enabled: flag(facts['enabled']),
        member_config_entity: asText(s['entity']),
        member_config_name: asText(s['name']),
        member_config_key: asText(s['key']),
        member_config_value: asText(s['value']),
        member_config_description: asText(s['description']),
      };
    }
  },
);

/** Members of the cluster. */
export const lxd_cluster_members: GeneratedTableSpec = table(
  'lxd_cluster_members',
  'Machines of the cluster.',
  '/1.0/cluster/members',
  columns(
    ['server_name', 'TEXT', 'Name of the machine'],
    ['url', 'TEXT', 'Its address'],
    ['database', 'INTEGER', 'Whether it keeps the database: 1 yes'],
    ['status', 'TEXT', 'State of the machine'],
    ['message', 'TEXT', 'State in words'],
  ),
  function* (context) {
    for (const m of list(context, '/1.0/cluster/members?recursion=1')) {
      yield {
        server_name: asText(m['server_name']),
        url: asText(m['url']),
        database: flag(m['database']),
        status: asText(m['status']),
        message: asText(m['message']),
      };
    }
  },
);

/** Images. */
export const lxd_images: GeneratedTableSpec = table(
  'lxd_images',
  'Images that LXD has.',
  '/1.0/images',
  columns(
    ['id', 'TEXT', 'Digest of the image', { index: true }],
    ['architecture', 'TEXT', 'Architecture'],
    ['os', 'TEXT', 'Operating system'],
    ['release', 'TEXT', 'Release of the operating system'],
    ['description', 'TEXT', 'Description of the image'],
    ['aliases', 'TEXT', 'Other names, separated by commas'],
    ['filename', 'TEXT', 'Name of its file'],
    ['size', 'BIGINT', 'Size, in bytes'],
    ['auto_update', 'INTEGER', 'Whether it is updated by itself: 1 yes'],
    ['cached', 'INTEGER', 'Whether it is only cached: 1 yes'],
    ['public', 'INTEGER', 'Whether everybody may have it: 1 yes'],
    ['created_at', 'TEXT', 'When it was made'],
    ['expires_at', 'TEXT', 'When it expires'],
    ['uploaded_at', 'TEXT', 'When it came here'],
    ['last_used_at', 'TEXT', 'When it was used last'],
    ['update_source_server', 'TEXT', 'Server that updates come from'],
    ['update_source_protocol', 'TEXT', 'Protocol that updates come by'],
    ['update_source_certificate', 'TEXT', 'Certificate of that server'],
    ['update_source_alias', 'TEXT', 'Name of the image there'],
  ),
  function* (context) {
    for (const image of list(context, '/1.0/images?recursion=1')) {
      const text = (key: string): string => asText(image[key]);
      const properties = asObject(image['properties']);
      const source = asObject(image['update_source']);
      yield {
        id: text('fingerprint'),
        architecture: text('architecture'),
        os: asText(properties['os']),
        release: asText(properties['release']),
        description: asText(properties['description']),
        aliases: asList(image['aliases'])
          .map((alias) => asText(asObject(alias)['name']))
          .join(','),
        filename: text('filename'),
        size: asInteger(image['size']),
        auto_update: flag(image['auto_update']),
        cached: flag(image['cached']),
        public: flag(image['public']),
        created_at: text('created_at'),
        expires_at: text('expires_at'),
        uploaded_at: text('uploaded_at'),
        last_used_at: text('last_used_at'),
        update_source_server: asText(source['server']),
        update_source_protocol: asText(source['protocol']),
        update_source_certificate: asText(source['certificate']),
        update_source_alias: asText(source['alias']),
      };
    }
  },
);

/** Instances. */
export const lxd_instances: GeneratedTableSpec = table(
  'lxd_instances',
  'Containers and virtual machines of LXD.',
  '/1.0/instances',
  columns(
    ['name', 'TEXT', 'Name of the instance', { index: true }],
    ['status', 'TEXT', 'State of the instance'],
    ['stateful', 'INTEGER', 'Whether its memory was saved: 1 yes'],
    ['ephemeral', 'INTEGER', 'Whether it goes when it stops: 1 yes'],
    ['created_at', 'TEXT', 'When it was made'],
    ['base_image', 'TEXT', 'Digest of the image it was made from'],
    ['architecture', 'TEXT', 'Architecture'],
    ['os', 'TEXT', 'Operating system of its image'],
    ['description', 'TEXT', 'Description of its image'],
    ['pid', 'INTEGER', 'Process id of its first process'],
    ['processes', 'INTEGER', 'Number of its processes'],
  ),
  function* (context) {
    const wanted = textsOf(context, 'name');
    for (const instance of list(context, '/1.0/instances?recursion=2')) {
      const config = asObject(instance['config']);
      const state = asObject(instance['state']);
      const name = asText(instance['name']);
      if (wanted !== undefined && !wanted.includes(name)) continue;
      yield {
        name,
        status: asText(instance['status']),
        stateful: flag(instance['stateful']),
        ephemeral: flag(instance['ephemeral']),
        created_at: asText(instance['created_at']),
        base_image: asText(config['volatile.base_image']),
        architecture: asText(instance['architecture']),
        os: asText(config['image.os']),
        description: asText(config['image.description']),
        pid: asInteger(state['pid']),
        processes: asInteger(state['processes']),
      };
    }
  },
);

/** Names of instances a query gives, safe in a path. */
const instanceNames = (context: TableContext): string[] => (textsOf(context, 'name') ?? []).filter((name) => /^[A-Za-z0-9-]+$/.test(name));
const nameColumn = ['name', 'TEXT', 'Name of the instance', { required: true, index: true }] as const;

/** Settings of instances. */
export const lxd_instance_config: GeneratedTableSpec = table(
  'lxd_instance_config',
  'Settings of an instance.',
  '/1.0/instances/NAME',
  columns(nameColumn, ['key', 'TEXT', 'Name of the setting'], ['value', 'TEXT', 'Its value']),
  function* (context) {
    for (const name of instanceNames(context)) {
      const instance = asObject(ask(context, [`/1.0/instances/${name}`])[0]);
      for (const [key, value] of Object.entries(asObject(instance['expanded_config'] ?? instance['config'])))
        yield { name, key, value: asText(value) };
    }
  },
);

/** Devices of instances. */
export const lxd_instance_devices: GeneratedTableSpec = table(
  'lxd_instance_devices',
  'Devices of an instance.',
  '/1.0/instances/NAME',
  columns(
    nameColumn,
    ['device', 'TEXT', 'Name of the device'],
    ['device_type', 'TEXT', 'Kind of device'],
    ['key', 'TEXT', 'Name of the setting'],
    ['value', 'TEXT', 'Its value'],
  ),
  function* (context) {
    for (const name of instanceNames(context)) {
      const instance = asObject(ask(context, [`/1.0/instances/${name}`])[0]);
      for (const [device, settings] of Object.entries(asObject(instance['expanded_devices'] ?? instance['devices']))) {
        const type = asText(asObject(settings)['type']);
        for (const [key, value] of Object.entries(asObject(settings)))
          if (key !== 'type') yield { name, device, device_type: type, key, value: asText(value) };
      }
    }
  },
);

/** Networks. */
export const lxd_networks: GeneratedTableSpec = table(
  'lxd_networks',
  'Networks that LXD knows.',
  '/1.0/networks',
  columns(
    ['name', 'TEXT', 'Name of the network'],
    ['type', 'TEXT', 'Kind of network'],
    ['managed', 'INTEGER', 'Whether LXD manages it: 1 yes'],
    ['ipv4_address', 'TEXT', 'IPv4 address'],
    ['ipv6_address', 'TEXT', 'IPv6 address'],
    ['used_by', 'TEXT', 'What uses it, separated by commas'],
    ['bytes_received', 'BIGINT', 'Bytes received'],
    ['bytes_sent', 'BIGINT', 'Bytes sent'],
    ['packets_received', 'BIGINT', 'Packets received'],
    ['packets_sent', 'BIGINT', 'Packets sent'],
    ['hwaddr', 'TEXT', 'Hardware address'],
    ['state', 'TEXT', 'State of the network'],
    ['mtu', 'INTEGER', 'Largest packet, in bytes'],
  ),
  function* (context) {
    const networks = list(context, '/1.0/networks?recursion=1');
    const states =
      networks.length === 0
        ? []
        : ask(
            context,
            networks.map((network) => `/1.0/networks/${encodeURIComponent(asText(network['name']))}/state`),
          );
    for (const [i, network] of networks.entries()) {
      const config = asObject(network['config']);
      const state = asObject(states[i]);
      const counters = asObject(state['counters']);
      yield {
        name: asText(network['name']),
        type: asText(network['type']),
        managed: flag(network['managed']),
        ipv4_address: asText(config['ipv4.address']),
        ipv6_address: asText(config['ipv6.address']),
        used_by: asList(network['used_by']).map(asText).join(','),
        bytes_received: asInteger(counters['bytes_received']),
        bytes_sent: asInteger(counters['bytes_sent']),
        packets_received: asInteger(counters['packets_received']),
        packets_sent: asInteger(counters['packets_sent']),
        hwaddr: asText(state['hwaddr']),
        state: asText(state['state']),
        mtu: asInteger(state['mtu']),
      };
    }
  },
);

/** Pools of storage. */
export const lxd_storage_pools: GeneratedTableSpec = table(
  'lxd_storage_pools',
  'Pools of storage of LXD.',
  '/1.0/storage-pools',
  columns(
    ['name', 'TEXT', 'Name of the pool'],
    ['driver', 'TEXT', 'Driver of the pool'],
    ['source', 'TEXT', 'Where it is'],
    ['size', 'TEXT', 'Size it was made with'],
    ['space_used', 'BIGINT', 'Space in use, in bytes'],
    ['space_total', 'BIGINT', 'Space in all, in bytes'],
    ['inodes_used', 'BIGINT', 'Inodes in use'],
    ['inodes_total', 'BIGINT', 'Inodes in all'],
  ),
  function* (context) {
    const pools = list(context, '/1.0/storage-pools?recursion=1');
    const resources =
      pools.length === 0
        ? []
        : ask(
            context,
            pools.map((pool) => `/1.0/storage-pools/${encodeURIComponent(asText(pool['name']))}/resources`),
          );
    for (const [i, pool] of pools.entries()) {
      const config = asObject(pool['config']);
      const { space, inodes } = asObject(resources[i]);
      yield {
        name: asText(pool['name']),
        driver: asText(pool['driver']),
        source: asText(config['source']),
        size: asText(config['size']),
        space_used: asInteger(asObject(space)['used']),
        space_total: asInteger(asObject(space)['total']),
        inodes_used: asInteger(asObject(inodes)['used']),
        inodes_total: asInteger(asObject(inodes)['total']),
      };
    }
  },
);
