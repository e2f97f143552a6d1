/** Software RAID. */
import { columns } from '../lib/columns.ts';
import { type MdDevice, type MdStat, parseMdstat } from '../lib/mdstat.ts';
import { lastFailure, readLine, readText, wasGone } from '../lib/procfs.ts';
import type { GeneratedTableSpec, TableContext } from '../spec.ts';

function readMdstat(context: TableContext): MdStat {
  const text = readText(`${context.system.proc}/mdstat`);
  if (text === undefined)
    context.warn(wasGone() ? 'this kernel has no software RAID' : `${context.system.proc}/mdstat cannot be read: ${lastFailure()}`);
  return parseMdstat(text ?? '');
}

/** Arrays. */
export const md_devices: GeneratedTableSpec = {
  name: 'md_devices',
  kind: 'state',
  description: 'Arrays of software RAID.',
  source: '/proc/mdstat, /sys/block/md*/md',
  estimatedRows: 2,
  columns: columns(
    ['device_name', 'TEXT', 'Name of the array'],
    ['status', 'TEXT', 'active or inactive'],
    ['raid_level', 'INTEGER', 'Level; -1 for linear and others without a number'],
    ['size', 'BIGINT', 'Size, in KiB'],
    ['chunk_size', 'BIGINT', 'Size of a chunk, in bytes'],
    ['raid_disks', 'INTEGER', 'Disks it is meant to have'],
    ['nr_raid_disks', 'INTEGER', 'Disks it has, spares included'],
    ['working_disks', 'INTEGER', 'Disks that work'],
    ['active_disks', 'INTEGER', 'Disks in use'],
    ['failed_disks', 'INTEGER', 'Disks that failed'],
    ['spare_disks', 'INTEGER', 'Spare disks'],
    ['superblock_state', 'TEXT', 'State of the array: clean, active, …'],
    ['superblock_version', 'TEXT', 'Version of its metadata'],
    ['superblock_update_time', 'BIGINT', 'Last change of the metadata; not known here'],
    ['bitmap_on_mem', 'TEXT', 'Pages of the bitmap in memory'],
    ['bitmap_chunk_size', 'TEXT', 'What a bit of the bitmap stands for'],
    ['bitmap_external_file', 'TEXT', 'File the bitmap is in'],
    ['recovery_progress', 'TEXT', 'How far a recovery is'],
    ['recovery_finish', 'TEXT', 'How long it will take'],
    ['recovery_speed', 'TEXT', 'How fast it is'],
    ['resync_progress', 'TEXT', 'How far a resync is'],
    ['resync_finish', 'TEXT', 'How long it will take'],
    ['resync_speed', 'TEXT', 'How fast it is'],
    ['reshape_progress', 'TEXT', 'How far a reshape is'],
    ['reshape_finish', 'TEXT', 'How long it will take'],
    ['reshape_speed', 'TEXT', 'How fast it is'],
    ['check_array_progress', 'TEXT', 'How far a check is'],
    ['check_array_finish', 'TEXT', 'How long it will take'],
    ['check_array_speed', 'TEXT', 'How fast it is'],
    ['unused_devices', 'TEXT', 'Devices that belong to no array'],
    ['other', 'TEXT', 'What else the kernel says'],
  ),
  examples: [
    'SELECT device_name, status, raid_level, failed_disks FROM md_devices',
    'SELECT device_name FROM md_devices WHERE working_disks < raid_disks',
  ],
  *rows(context) {
    const { devices, unused } = readMdstat(context);
    for (const device of devices) {
      const { recovery, resync, reshape, check } = device.actions;
      const sys = (file: string): string => readLine(`${context.system.sys}/block/${device.name}/md/${file}`) ?? '';
      const failed = device.drives.filter(({ flags }) => flags.includes('F')).length;
      const spare = device.drives.filter(({ flags }) => flags.includes('S')).length;
      const [wanted = 0, up = 0] = (/(\d+)\/(\d+)/.exec(device.health) ?? []).slice(1).map(Number);
      yield {
        device_name: device.name,
        status: device.status,
        raid_level: levelOf(device),
        size: device.size,
        chunk_size: sys('chunk_size') === '' ? Number.parseInt(device.chunk, 10) * 1024 || 0 : Number(sys('chunk_size')),
        raid_disks: wanted || device.drives.length,
        nr_raid_disks: device.drives.length,
        working_disks: device.drives.length - failed,
        active_disks: up || device.drives.length - failed - spare,
        failed_disks: failed,
        spare_disks: spare,
        superblock_state: sys('array_state'),
        superblock_version: device.superblock,
        superblock_update_time: null,
        bitmap_on_mem: device.bitmap?.onMem ?? '',
        bitmap_chunk_size: device.bitmap?.chunkSize ?? '',
        bitmap_external_file: device.bitmap?.file ?? '',
        recovery_progress: recovery?.progress ?? '',
        recovery_finish: recovery?.finish ?? '',
        recovery_speed: recovery?.speed ?? '',
        resync_progress: resync?.progress ?? '',
        resync_finish: resync?.finish ?? '',
        resync_speed: resync?.speed ?? '',
        reshape_progress: reshape?.progress ?? '',
        reshape_finish: reshape?.finish ?? '',
        reshape_speed: reshape?.speed ?? '',
        check_array_progress: check?.progress ?? '',
        check_array_finish: check?.finish ?? '',
        check_array_speed: check?.speed ?? '',
        unused_devices: unused,
        other: device.other,
      };
    }
  },
};

function levelOf(device: MdDevice): number {
  const number = /^raid(\d+)$/.exec(device.level)?.[1];
  return number === undefined ? -1 : Number(number);
}

/** Disks of arrays. */
export const md_drives: GeneratedTableSpec = {
  name: 'md_drives',
  kind: 'state',
  description: 'Disks of the arrays of software RAID.',
  source: '/proc/mdstat',
  estimatedRows: 4,
  columns: columns(
    ['md_device_name', 'TEXT', 'Array'],
    ['drive_name', 'TEXT', 'Disk'],
    ['slot', 'INTEGER', 'Place in the array'],
    ['state', 'TEXT', 'faulty, spare, writemostly, recovering, or active sync'],
  ),
  examples: ['SELECT * FROM md_drives', "SELECT md_device_name, drive_name FROM md_drives WHERE state = 'faulty'"],
  *rows(context) {
    for (const device of readMdstat(context).devices) {
      for (const { name, slot, flags } of device.drives) {
        let state = device.healthMap[slot + 1] === '_' ? 'recovering' : 'active sync';
        if (flags.includes('F')) state = 'faulty';
        else if (flags.includes('S')) state = 'spare';
        else if (flags.includes('W')) state = `${state} writemostly`;
        yield { md_device_name: device.name, drive_name: name, slot, state };
      }
    }
  },
};

/** Levels the kernel knows. */
export const md_personalities: GeneratedTableSpec = {
  name: 'md_personalities',
  kind: 'state',
  description: 'Levels of software RAID that the kernel has loaded.',
  source: '/proc/mdstat',
  estimatedRows: 4,
  columns: columns(['name', 'TEXT', 'Name of the level']),
  examples: ['SELECT name FROM md_personalities', "SELECT 1 FROM md_personalities WHERE name = 'raid1'"],
  *rows(context) {
    for (const name of readMdstat(context).personalities) yield { name };
  },
};
