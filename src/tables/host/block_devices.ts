import { columns, foreign } from '../lib/columns.ts';
import { cryptKind, listBlockDevices, readContent } from '../lib/block-devices.ts';
import { textsOf } from '../lib/constraints.ts';
import { readLine, readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Disks and partitions. */
export const block_devices: GeneratedTableSpec = {
  name: 'block_devices',
  kind: 'state',
  description: 'Disks, partitions and mapped devices, with what is on them.',
  source: '/sys/block, /run/udev/data, the devices themselves',
  estimatedRows: 20,
  columns: columns(
    ['name', 'TEXT', 'Path of the device', { index: true }],
    ['parent', 'TEXT', 'Device it is a part of; empty for a whole disk'],
    ['vendor', 'TEXT', 'Maker'],
    ['model', 'TEXT', 'Model'],
    ['serial', 'TEXT', 'Serial number'],
    ['size', 'BIGINT', 'Size, in blocks'],
    ['block_size', 'INTEGER', 'Size of a block, in bytes'],
    ['uuid', 'TEXT', 'Id of the file system'],
    ['type', 'TEXT', 'File system or other content'],
    ['label', 'TEXT', 'Label of the file system'],
  ),
  examples: [
    "SELECT name, size * block_size AS bytes, type, label FROM block_devices WHERE type <> ''",
    "SELECT * FROM block_devices WHERE parent = ''",
  ],
  *rows(context) {
    const wanted = textsOf(context, 'name');
    const needsContent = ['uuid', 'type', 'label'].some((name) => context.uses(name));
    for (const device of listBlockDevices(context.system)) {
      if (wanted !== undefined && !wanted.includes(device.name)) continue;
      const disk = device.parent !== '' && readLine(`${device.folder}/partition`) !== undefined ? `${device.folder}/..` : device.folder;
      const value = (file: string): string => readLine(`${disk}/device/${file}`) ?? '';
      const blockSize = Number(readLine(`${disk}/queue/logical_block_size`) ?? 512);
      yield {
        name: device.name,
        parent: device.parent,
        vendor: value('vendor'),
        model: value('model') || value('name'),
        serial: readLine(`${disk}/serial`) || value('serial'),
        // The kernel counts in sectors of 512 bytes whatever the device does.
        size: Math.floor((Number(readLine(`${device.folder}/size`) ?? 0) * 512) / blockSize),
        block_size: blockSize,
        ...(needsContent ? readContent(context.system, device) : {}),
      };
    }
  },
};

/** Which disks are encrypted. */
export const disk_encryption: GeneratedTableSpec = {
  name: 'disk_encryption',
  kind: 'state',
  description: 'Which disks, partitions and mapped devices are encrypted. What lies on a decrypted device counts as encrypted.',
  source: '/sys/block, the devices themselves',
  estimatedRows: 20,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Path of the device', { index: true }],
      ['uuid', 'TEXT', 'Id of its content'],
      ['encrypted', 'INTEGER', 'Whether its content is encrypted: 1 yes'],
      ['type', 'TEXT', 'Kind of encryption: LUKS1, LUKS2, PLAIN, …'],
      ['encryption_status', 'TEXT', 'encrypted, or not encrypted'],
    ),
    ...foreign('macOS', ['uid', 'TEXT'], ['user_uuid', 'TEXT'], ['filevault_status', 'TEXT']),
  ],
  examples: [
    'SELECT name, encrypted, type FROM disk_encryption',
    'SELECT m.path FROM mounts m JOIN disk_encryption e ON e.name = m.device_alias WHERE e.encrypted = 0',
  ],
  *rows(context) {
    const wanted = textsOf(context, 'name');
    const kinds = new Map<string, string>();
    for (const device of listBlockDevices(context.system)) {
      const kind = cryptKind(device) ?? kinds.get(device.parent);
      if (kind !== undefined) kinds.set(device.name, kind);
      if (wanted !== undefined && !wanted.includes(device.name)) continue;
      const content = readContent(context.system, device);
      const locked = content.type === 'crypto_LUKS';
      yield {
        name: device.name,
        uuid: content.uuid,
        encrypted: locked || kind !== undefined ? 1 : 0,
        type: kind ?? (locked ? 'LUKS' : ''),
        encryption_status: locked || kind !== undefined ? 'encrypted' : 'not encrypted',
      };
    }
    if (readText(`${context.system.proc}/self/mounts`)?.includes(' ecryptfs '))
      context.warn('folders encrypted by eCryptfs are mounted: they are in mounts, not here');
  },
};
