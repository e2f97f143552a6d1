/** Disks and images of disks, read below their file systems. */
import { closeSync, openSync, readSync } from 'node:fs';
import { columns } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import type { GeneratedTableSpec, Row } from '../spec.ts';

const sector = 512;

/** Partitions of a disk. */
export const device_partitions: GeneratedTableSpec = {
  name: 'device_partitions',
  kind: 'state',
  description: 'Partition table of a disk or of an image of one, MBR or GPT, read from the disk itself.',
  source: 'The device',
  estimatedRows: 5,
  columns: columns(
    ['device', 'TEXT', 'Path of the disk or image', { required: true }],
    ['partition', 'INTEGER', 'Number of the partition, from 1'],
    ['label', 'TEXT', 'Name in a GPT; type in words in an MBR'],
    ['type', 'TEXT', 'normal, extended, or the GUID of its type'],
    ['offset', 'BIGINT', 'Where it begins, in bytes'],
    ['blocks_size', 'BIGINT', 'Size of a block, in bytes'],
    ['blocks', 'BIGINT', 'Size, in blocks'],
    ['inodes', 'BIGINT', 'Inodes of its file system; not known here'],
    ['flags', 'INTEGER', '1 for the one that boots'],
  ),
  examples: [
    "SELECT partition, label, offset, blocks FROM device_partitions WHERE device = '/dev/vda'",
    "SELECT count(*) AS partitions FROM device_partitions WHERE device = '/dev/sda'",
  ],
  *rows(context) {
    for (const device of textsOf(context, 'device') ?? []) {
      let fd: number;
      try {
        fd = openSync(context.system.root + device, 'r');
      } catch (error) {
        context.warn(`${device} cannot be read: ${error instanceof Error && 'code' in error ? error.code : error}`);
        continue;
      }
      try {
        const head = Buffer.alloc(sector * 34);
        readSync(fd, head, 0, head.length, 0);
        for (const row of parsePartitions(head)) yield { device, ...row };
      } finally {
        closeSync(fd);
      }
    }
  },
};

/** Partitions by the first 34 sectors of a disk. */
export function* parsePartitions(head: Buffer): Generator<Row> {
  if (head.toString('latin1', sector, sector + 8) === 'EFI PART') {
    const count = head.readUInt32LE(sector + 80);
    const size = head.readUInt32LE(sector + 84);
    for (let i = 0; i < count && sector * 2 + (i + 1) * size <= head.length; i++) {
      const at = sector * 2 + i * size;
      const type = guid(head, at);
      if (type === '00000000-0000-0000-0000-000000000000') continue;
      const first = head.readBigUInt64LE(at + 32);
      const last = head.readBigUInt64LE(at + 40);
      const label = head.toString('utf16le', at + 56, at + 128).replace(/\0.*$/s, '');
      yield {
        partition: i + 1,
        label,
        type,
        offset: first * BigInt(sector),
        blocks_size: sector,
        blocks: last - first + 1n,
        flags: Number((head.readBigUInt64LE(at + 48) >> 2n) & 1n),
      };
    }
    return;
  }
  if (head.readUInt16LE(510) !== 0xaa55) return;
  for (let i = 0; i < 4; i++) {
    const at = 446 + i * 16;
    const type = head[at + 4] ?? 0;
    if (type === 0) continue;
    const extended = type === 5 || type === 15 || type === 0x85;
    yield {
      partition: i + 1,
      label: mbrTypes[type] ?? `type 0x${type.toString(16)}`,
      type: extended ? 'extended' : 'normal',
      offset: head.readUInt32LE(at + 8) * sector,
      blocks_size: sector,
      blocks: head.readUInt32LE(at + 12),
      flags: head[at] === 0x80 ? 1 : 0,
    };
  }
}

const mbrTypes: Readonly<Record<number, string>> = {
  5: 'Extended',
  7: 'NTFS',
  11: 'FAT32',
  12: 'FAT32 LBA',
  15: 'Extended LBA',
  130: 'Linux swap',
  131: 'Linux',
  142: 'Linux LVM',
  238: 'GPT protective',
  239: 'EFI',
  253: 'Linux RAID',
};

/** The first three parts of a GUID are little-endian. */
function guid(data: Buffer, at: number): string {
  const hex = (from: number, to: number): string => data.toString('hex', at + from, at + to);
  const swapped = (from: number, to: number): string =>
    Buffer.from(data.subarray(at + from, at + to))
      .reverse()
      .toString('hex');
  return `${swapped(0, 4)}-${swapped(4, 6)}-${swapped(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`;
}
