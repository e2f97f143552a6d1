/** Block devices and what is on them. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { System } from '../spec.ts';
import { listNames, readLine, readLink, readText, statOf } from './procfs.ts';

export interface BlockDevice {
  /** `/dev/sda1` */
  readonly name: string;
  /** Name in /sys. */
  readonly kernelName: string;
  /** `/dev/sda` for a partition, the first device below for a mapped one; empty for a whole disk. */
  readonly parent: string;
  readonly folder: string;
  readonly number: string;
}

/** All block devices, disks before their partitions. */
export function listBlockDevices(system: System): BlockDevice[] {
  const top = `${system.sys}/block`;
  const devices: BlockDevice[] = [];
  for (const disk of (listNames(top) ?? []).sort()) {
    const folder = `${top}/${disk}`;
    const below = listNames(`${folder}/slaves`)?.[0];
    const name = nodeName(disk);
    devices.push({
      name,
      kernelName: disk,
      parent: below === undefined ? '' : nodeName(below),
      folder,
      number: readLine(`${folder}/dev`) ?? '',
    });
    for (const part of (listNames(folder) ?? []).sort()) {
      if (statOf(`${folder}/${part}/partition`) === undefined) continue;
      devices.push({
        name: nodeName(part),
        kernelName: part,
        parent: name,
        folder: `${folder}/${part}`,
        number: readLine(`${folder}/${part}/dev`) ?? '',
      });
    }
  }
  return devices;
}

/** The kernel writes `!` for the slashes of a name (cciss!c0d0). */
function nodeName(kernelName: string): string {
  return `/dev/${kernelName.replaceAll('!', '/')}`;
}

export interface Content {
  readonly uuid: string;
  /** ext4, xfs, crypto_LUKS, swap, … */
  readonly type: string;
  readonly label: string;
}

const nothing: Content = { uuid: '', type: '', label: '' };

/** What is on a device: from udev's notes, else from the device itself, which only root may read. */
export function readContent(system: System, device: BlockDevice): Content {
  const notes = readText(`${system.root}/run/udev/data/b${device.number}`);
  if (notes?.includes('E:ID_FS_TYPE=')) {
    const value = (key: string): string => new RegExp(`^E:${key}=(.*)$`, 'm').exec(notes)?.[1] ?? '';
    return { uuid: value('ID_FS_UUID'), type: value('ID_FS_TYPE'), label: value('ID_FS_LABEL') };
  }
  return readSuperblock(`${system.root}${device.name}`);
}

/** LUKS1, LUKS2, PLAIN, … of a mapped device that decrypts another; undefined for any other. */
export function cryptKind(device: BlockDevice): string | undefined {
  return /^CRYPT-([A-Z0-9]+)-/.exec(readLine(`${device.folder}/dm/uuid`) ?? '')?.[1];
}

/** Driver link of a device, for its vendor. */
export function driverOf(folder: string): string {
  return readLink(`${folder}/device/driver`)?.split('/').pop() ?? '';
}

const span = 0x11000;

function readSuperblock(path: string): Content {
  const data = Buffer.alloc(span);
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    // Devices that one may not read, or that have no medium, say nothing about themselves.
    return nothing;
  }
  try {
    const length = readSync(fd, data, 0, span, 0);
    return parseSuperblock(data.subarray(0, length));
  } catch {
    return nothing;
  } finally {
    closeSync(fd);
  }
}

/** Tells the content of a device from its first 68 KiB. */
export function parseSuperblock(data: Buffer): Content {
  const text = (at: number, length: number): string => {
    const part = data.toString('latin1', at, at + length);
    const end = part.indexOf('\0');
    return (end < 0 ? part : part.slice(0, end)).trimEnd();
  };
  const uuid = (at: number): string => {
    const hex = data.toString('hex', at, at + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
  const is = (at: number, magic: string): boolean => data.toString('latin1', at, at + magic.length) === magic;
  if (is(0, 'LUKS\xba\xbe')) return { uuid: text(168, 40), type: 'crypto_LUKS', label: data.readUInt16BE(6) === 2 ? text(24, 48) : '' };
  if (is(0, 'XFSB')) return { uuid: uuid(32), type: 'xfs', label: text(108, 12) };
  if (is(0x218, 'LVM2 001') || is(0x18, 'LVM2 001'))
    return { uuid: text(is(0x218, 'LVM2 001') ? 0x220 : 0x20, 32), type: 'LVM2_member', label: '' };
  if (data.length >= 0x480 && data.readUInt16LE(0x438) === 0xef53) {
    const journal = (data.readUInt32LE(0x45c) & 0x4) !== 0;
    // Extents, 64 bit, flexible groups, …: what ext3 does not know.
    const modern = (data.readUInt32LE(0x460) & ~0x1e) !== 0;
    return { uuid: uuid(0x468), type: modern ? 'ext4' : journal ? 'ext3' : 'ext2', label: text(0x478, 16) };
  }
  if (is(0x10040, '_BHRfS_M')) return { uuid: uuid(0x10020), type: 'btrfs', label: text(0x1012b, 256) };
  if (is(4086, 'SWAPSPACE2')) return { uuid: uuid(1036), type: 'swap', label: text(1052, 16) };
  if (is(0, 'hsqs')) return { uuid: '', type: 'squashfs', label: '' };
  if (is(0x52, 'FAT32') || is(0x36, 'FAT1')) {
    const at = is(0x52, 'FAT32') ? 0x43 : 0x27;
    const serial = data.readUInt32LE(at).toString(16).toUpperCase().padStart(8, '0');
    const label = text(at + 4, 11);
    return { uuid: `${serial.slice(0, 4)}-${serial.slice(4)}`, type: 'vfat', label: label === 'NO NAME' ? '' : label };
  }
  return nothing;
}
