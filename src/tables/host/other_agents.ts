/** Other agents on the machine, and osquery's features that there are no counterparts of. */
import { columns } from '../lib/columns.ts';
import { parseIni, readConfig } from '../lib/config-files.ts';
import type { ColumnType, GeneratedTableSpec } from '../spec.ts';

const sensorFile = '/var/lib/cb/sensorsettings.ini';

/** Column, type, key in the file, description. */
const sensorSettings: readonly (readonly [column: string, type: ColumnType, key: string, description: string])[] = [
  ['sensor_id', 'INTEGER', 'SensorId', 'Id of the sensor'],
  ['config_name', 'TEXT', 'ConfigName', 'Name of its group'],
  ['collect_store_files', 'INTEGER', 'CollectStoreFiles', 'Whether it sends programs: 1 yes'],
  ['collect_module_loads', 'INTEGER', 'CollectModuleLoads', 'Whether it records loaded modules: 1 yes'],
  ['collect_module_info', 'INTEGER', 'CollectModuleInfo', 'Whether it records facts about modules: 1 yes'],
  ['collect_file_mods', 'INTEGER', 'CollectFileMods', 'Whether it records changes of files: 1 yes'],
  ['collect_reg_mods', 'INTEGER', 'CollectRegMods', 'Whether it records changes of a registry: 1 yes'],
  ['collect_net_conns', 'INTEGER', 'CollectNetConns', 'Whether it records connections: 1 yes'],
  ['collect_processes', 'INTEGER', 'CollectProcesses', 'Whether it records processes: 1 yes'],
  ['collect_cross_processes', 'INTEGER', 'CollectCrossProcs', 'Whether it records processes acting on others: 1 yes'],
  ['collect_emet_events', 'INTEGER', 'CollectEmetEvents', 'Whether it records events of EMET: 1 yes'],
  ['collect_data_file_writes', 'INTEGER', 'CollectDataFileWrites', 'Whether it records writes of other files: 1 yes'],
  ['collect_process_user_context', 'INTEGER', 'CollectProcessUserContext', 'Whether it records users of processes: 1 yes'],
  ['collect_sensor_operations', 'INTEGER', 'CollectSensorOperations', 'Unknown'],
  ['log_file_disk_quota_mb', 'INTEGER', 'LogFileDiskQuotaMb', 'Space for its events, in MiB'],
  ['log_file_disk_quota_percentage', 'INTEGER', 'LogFileDiskQuotaPercentage', 'Space for its events, in percent'],
  ['protection_disabled', 'INTEGER', 'ProtectionDisabled', 'Whether its protection is off: 1 yes'],
  ['sensor_ip_addr', 'TEXT', 'SensorIpAddr', 'Its address'],
  ['sensor_backend_server', 'TEXT', 'SensorBackendServer', 'Its server'],
  ['event_queue', 'INTEGER', 'EventQueue', 'Size of its queued events, in bytes'],
  ['binary_queue', 'INTEGER', 'BinaryQueue', 'Size of its queued programs, in bytes'],
];

/** Carbon Black. */
export const carbon_black_info: GeneratedTableSpec = {
  name: 'carbon_black_info',
  kind: 'state',
  description: 'Settings of a sensor of Carbon Black, where one is installed.',
  source: sensorFile,
  estimatedRows: 1,
  columns: columns(...sensorSettings.map(([column, type, , description]) => [column, type, description] as const)),
  examples: [
    'SELECT sensor_id, sensor_backend_server FROM carbon_black_info',
    'SELECT 1 FROM carbon_black_info WHERE protection_disabled = 1',
  ],
  *rows(context) {
    const text = readConfig(context, context.system.root, sensorFile);
    if (text === undefined) {
      context.warn('Carbon Black is not installed on this machine');
      return;
    }
    const values = new Map<string, string>();
    for (const section of parseIni(text)) for (const [key, value] of section.values) values.set(key.toLowerCase(), value);
    const row: Record<string, string | number | null> = {};
    for (const [column, type, key] of sensorSettings) {
      const value = values.get(key.toLowerCase());
      row[column] = type === 'TEXT' ? (value ?? '') : value === undefined || !/^-?\d+$/.test(value) ? null : Number(value);
    }
    yield row;
  },
};

/** A table of osquery's for something that is not done here: it exists, is empty and says why. */
function absent(spec: Pick<GeneratedTableSpec, 'name' | 'description' | 'columns'>, where: string, reason: string): GeneratedTableSpec {
  return {
    ...spec,
    kind: 'state',
    source: 'None',
    estimatedRows: 1,
    examples: [`SELECT * FROM ${spec.name}${where}`, `SELECT count(*) AS n FROM ${spec.name}${where}`],
    rows(context) {
      context.warn(reason);
      return [];
    },
  };
}

/** Files sent away. */
export const carves: GeneratedTableSpec = absent(
  {
    name: 'carves',
    description: 'Files that were sent away for inspection. Shrike does not carve files, so there are none.',
    columns: columns(
      ['time', 'BIGINT', 'When, in seconds since the epoch'],
      ['sha256', 'TEXT', 'SHA-256 digest of what was sent'],
      ['size', 'BIGINT', 'Size, in bytes'],
      ['path', 'TEXT', 'Path of the file', { additional: true }],
      ['status', 'TEXT', 'How far it is'],
      ['carve_guid', 'TEXT', 'Id of the carve', { index: true }],
      ['request_id', 'TEXT', 'Id of the request'],
      ['carve', 'INTEGER', 'Give 1 to send a file, which is not done here', { additional: true }],
    ),
  },
  '',
  'files are not carved: there is nothing to show, and asking with carve = 1 sends nothing',
);

/** Metrics of others. */
export const prometheus_metrics: GeneratedTableSpec = absent(
  {
    name: 'prometheus_metrics',
    description: 'Metrics scraped from other programs. Shrike scrapes none; its own are at /metrics.',
    columns: columns(
      ['target_name', 'TEXT', 'Address that was asked'],
      ['metric_name', 'TEXT', 'Name of the metric'],
      ['metric_value', 'DOUBLE', 'Its value'],
      ['timestamp_ms', 'BIGINT', 'When it was measured, in milliseconds since the epoch'],
    ),
  },
  '',
  'no targets of Prometheus are scraped: the table is empty',
);

const device = ['device', 'TEXT', 'Path of the disk or image', { required: true, index: true }] as const;
const rawFiles = 'file systems are not read below the kernel: mount the device and ask the tables file and hash';

/** Files of a file system that is not mounted. */
export const device_file: GeneratedTableSpec = absent(
  {
    name: 'device_file',
    description: 'Files of a file system read from its device. Shrike does not read file systems below the kernel, so there are none.',
    columns: columns(
      device,
      ['partition', 'TEXT', 'Number of the partition', { required: true, index: true }],
      ['path', 'TEXT', 'Path in the file system', { additional: true }],
      ['filename', 'TEXT', 'Name of the file'],
      ['inode', 'BIGINT', 'Inode number', { index: true }],
      ['uid', 'BIGINT', 'Owner of the file'],
      ['gid', 'BIGINT', 'Group of the file'],
      ['mode', 'TEXT', 'Permissions'],
      ['size', 'BIGINT', 'Size, in bytes'],
      ['block_size', 'INTEGER', 'Block size, in bytes'],
      ['atime', 'BIGINT', 'Last read, in seconds since the epoch'],
      ['mtime', 'BIGINT', 'Last written, in seconds since the epoch'],
      ['ctime', 'BIGINT', 'Last change of its facts, in seconds since the epoch'],
      ['hard_links', 'INTEGER', 'Number of names it has'],
      ['type', 'TEXT', 'Kind of file'],
    ),
  },
  " WHERE device = '/dev/vda' AND partition = '1'",
  rawFiles,
);

/** Digests of such files. */
export const device_hash: GeneratedTableSpec = absent(
  {
    name: 'device_hash',
    description:
      'Digests of files of a file system read from its device. Shrike does not read file systems below the kernel, so there are none.',
    columns: columns(
      ['device', 'TEXT', 'Path of the disk or image', { required: true }],
      ['partition', 'TEXT', 'Number of the partition', { required: true }],
      ['inode', 'BIGINT', 'Inode number', { required: true }],
      ['md5', 'TEXT', 'MD5 digest'],
      ['sha1', 'TEXT', 'SHA-1 digest'],
      ['sha256', 'TEXT', 'SHA-256 digest'],
    ),
  },
  " WHERE device = '/dev/vda' AND partition = '1' AND inode = 2",
  rawFiles,
);
