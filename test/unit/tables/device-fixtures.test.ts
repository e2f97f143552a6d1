/** Tables of devices over fixture trees: what virtual machines do not have. */
import { describe, expect, it } from 'vitest';
import { block_devices, disk_encryption } from '../../../src/tables/host/block_devices.ts';
import { pci_devices, usb_devices } from '../../../src/tables/host/devices.ts';
import { parsePartitions } from '../../../src/tables/host/disk_partitions.ts';
import { md_devices, md_drives, md_personalities } from '../../../src/tables/host/md.ts';
import { ask, only, tree } from './harness.ts';

const on = (root: string): { system: { proc: string; sys: string; root: string } } => ({
  system: { proc: `${root}/proc`, sys: `${root}/sys`, root },
});

describe('devices', () => {
  it('are named by the lists of ids', () => {
    const ids =
      '# c\n8086  Intel\n\t1234  Network\n\t\t1af4 0001  Card\n1af4  Red Hat\n\t1234  Wrong\nC 02  Network controller\n\t00  Ethernet controller\nC 03  Display\n\t00  VGA\n';
    const root = tree({
      'sys/bus/pci/devices/0000:00:03.0/vendor': '0x8086\n',
      'sys/bus/pci/devices/0000:00:03.0/device': '0x1234\n',
      'sys/bus/pci/devices/0000:00:03.0/class': '0x020000\n',
      'sys/bus/pci/devices/0000:00:03.0/subsystem_vendor': '0x1af4\n',
      'sys/bus/pci/devices/0000:00:03.0/driver': '-> ../../drivers/e1000e',
      'usr/share/misc/pci.ids': ids,
      'sys/bus/usb/devices/1-1/idVendor': '8086\n',
      'sys/bus/usb/devices/1-1/idProduct': '9999\n',
      'sys/bus/usb/devices/1-1/busnum': '1\n',
      'sys/bus/usb/devices/1-1/devnum': '7\n',
      'sys/bus/usb/devices/1-1/product': 'Key\n',
      'sys/bus/usb/devices/1-1/removable': 'removable\n',
      'sys/bus/usb/devices/1-1:1.0/bInterfaceClass': '08\n',
      'usr/share/misc/usb.ids': ids,
    });
    expect(only(ask(pci_devices, on(root)))).toMatchObject({
      pci_slot: '0000:00:03.0',
      vendor: 'Intel',
      vendor_id: '0x8086',
      model: 'Network',
      pci_class: 'Network controller',
      pci_subclass: 'Ethernet controller',
      driver: 'e1000e',
      subsystem_vendor: 'Red Hat',
    });
    expect(only(ask(usb_devices, on(root)))).toMatchObject({ vendor: 'Intel', model: 'Key', usb_port: 1, usb_address: 7, removable: 1 });
  });
  it('with file systems and encryption are told by their first bytes', () => {
    const luks = Buffer.alloc(4096);
    luks.write('LUKS\xba\xbe\x00\x02', 'latin1');
    luks.write('11111111-2222-3333-4444-555555555555', 168);
    const ext4 = Buffer.alloc(0x11000);
    ext4.writeUInt16LE(0xef53, 0x438);
    ext4.writeUInt32LE(0x4, 0x45c);
    ext4.writeUInt32LE(0x40, 0x460);
    ext4.fill(0xab, 0x468, 0x478);
    ext4.write('root', 0x478);
    const root = tree({
      'sys/block/sda/dev': '8:0\n',
      'sys/block/sda/size': '2048\n',
      'sys/block/sda/queue/logical_block_size': '512\n',
      'sys/block/sda/device/model': 'DISK\n',
      'sys/block/sda/sda1/partition': '1\n',
      'sys/block/sda/sda1/dev': '8:1\n',
      'sys/block/sda/sda1/size': '1024\n',
      'sys/block/dm-0/dm/uuid': 'CRYPT-LUKS2-11111111-root\n',
      'sys/block/dm-0/size': '1000\n',
      'sys/block/dm-0/dev': '253:0\n',
      'sys/block/dm-0/slaves/sda1': '',
      'dev/sda': Buffer.alloc(10),
      'dev/sda1': luks,
      'dev/dm-0': ext4,
      'run/udev/data/b8:0': 'E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=tank\n',
    });
    expect(ask(block_devices, on(root)).rows.map((r) => [r.name, r.parent, r.model, r.size, r.type, r.uuid, r.label])).toEqual([
      ['/dev/dm-0', '/dev/sda1', '', 1000, 'ext4', 'abababab-abab-abab-abab-abababababab', 'root'],
      ['/dev/sda', '', 'DISK', 2048, 'zfs_member', '', 'tank'],
      ['/dev/sda1', '/dev/sda', 'DISK', 1024, 'crypto_LUKS', '11111111-2222-3333-4444-555555555555', ''],
    ]);
    expect(ask(disk_encryption, on(root)).rows.map((r) => [r.name, r.encrypted, r.type])).toEqual([
      ['/dev/dm-0', 1, 'LUKS2'],
      ['/dev/sda', 0, ''],
      ['/dev/sda1', 1, 'LUKS'],
    ]);
  });
  it('have partitions of both kinds', () => {
    const mbr = Buffer.alloc(512 * 34);
    mbr.writeUInt16LE(0xaa55, 510);
    mbr[446] = 0x80;
    mbr[450] = 0x83;
    mbr.writeUInt32LE(2048, 454);
    mbr.writeUInt32LE(100, 458);
    expect([...parsePartitions(mbr)]).toEqual([
      { partition: 1, label: 'Linux', type: 'normal', offset: 1048576, blocks_size: 512, blocks: 100, flags: 1 },
    ]);
    mbr.write('EFI PART', 512);
    mbr.writeUInt32LE(128, 512 + 80);
    mbr.writeUInt32LE(128, 512 + 84);
    mbr.write('28732ac11ff8d211ba4b00a0c93ec93b', 1024, 'hex');
    mbr.writeBigUInt64LE(2048n, 1024 + 32);
    mbr.writeBigUInt64LE(4095n, 1024 + 40);
    mbr.write('EFI', 1024 + 56, 'utf16le');
    expect([...parsePartitions(mbr)]).toEqual([
      {
        partition: 1,
        label: 'EFI',
        type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
        offset: 1048576n,
        blocks_size: 512,
        blocks: 2048n,
        flags: 0,
      },
    ]);
  });
  it('in arrays', () => {
    const root = tree({
      'proc/mdstat':
        'Personalities : [raid1] [raid6] [raid5] [raid4]\nmd0 : active raid1 sdb1[1] sda1[0]\n      1046528 blocks super 1.2 [2/2] [UU]\n      bitmap: 0/1 pages [0KB], 65536KB chunk\n\nmd1 : active raid5 sdd1[3](F) sdc1[1] sdb2[0](S)\n      2093056 blocks level 5, 512k chunk, algorithm 2 [3/2] [UU_]\n      [==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec\n\nunused devices: <none>\n',
      'sys/block/md0/md/array_state': 'clean\n',
    });
    expect(ask(md_devices, on(root)).rows).toMatchObject([
      {
        device_name: 'md0',
        status: 'active',
        raid_level: 1,
        size: 1046528,
        raid_disks: 2,
        working_disks: 2,
        superblock_version: '1.2',
        superblock_state: 'clean',
        bitmap_on_mem: '0/1 pages [0KB]',
        bitmap_chunk_size: '65536KB chunk',
      },
      {
        device_name: 'md1',
        raid_level: 5,
        chunk_size: 524288,
        raid_disks: 3,
        working_disks: 2,
        failed_disks: 1,
        spare_disks: 1,
        recovery_progress: '12.6% (37043392/292945152)',
        recovery_finish: '127.5min',
        recovery_speed: '33440K/sec',
        unused_devices: '<none>',
      },
    ]);
    expect(ask(md_drives, on(root)).rows.map((r) => [r.md_device_name, r.drive_name, r.slot, r.state])).toEqual([
      ['md0', 'sdb1', 1, 'active sync'],
      ['md0', 'sda1', 0, 'active sync'],
      ['md1', 'sdd1', 3, 'faulty'],
      ['md1', 'sdc1', 1, 'active sync'],
      ['md1', 'sdb2', 0, 'spare'],
    ]);
    expect(ask(md_personalities, on(root)).rows.map((r) => r.name)).toEqual(['raid1', 'raid6', 'raid5', 'raid4']);
  });
});
