/** What the firmware says about itself and the machine. */
import { createHash } from 'node:crypto';
import { statOf } from '../lib/procfs.ts';
import { columns } from '../lib/columns.ts';
import { readSmbios } from '../lib/smbios.ts';
import { ofType } from '../lib/smbios-table.ts';
import type { GeneratedTableSpec, TableContext } from '../spec.ts';

const typeNames: Readonly<Record<number, string>> = {
  0: 'BIOS Information',
  1: 'System Information',
  2: 'Base Board Information',
  3: 'System Enclosure or Chassis',
  4: 'Processor Information',
  5: 'Memory Controller Information',
  6: 'Memory Module Information',
  7: 'Cache Information',
  8: 'Port Connector Information',
  9: 'System Slots',
  10: 'On Board Device Information',
  11: 'OEM Strings',
  12: 'System Configuration Options',
  13: 'BIOS Language Information',
  14: 'Group Associations',
  15: 'System Event Log',
  16: 'Physical Memory Array',
  17: 'Memory Device',
  18: '32-bit Memory Error Information',
  19: 'Memory Array Mapped Address',
  20: 'Memory Device Mapped Address',
  21: 'Built-in Pointing Device',
  22: 'Portable Battery',
  23: 'System Reset',
  24: 'Hardware Security',
  25: 'System Power Controls',
  26: 'Voltage Probe',
  27: 'Cooling Device',
  28: 'Temperature Probe',
  29: 'Electrical Current Probe',
  30: 'Out-of-band Remote Access',
  31: 'Boot Integrity Services',
  32: 'System Boot Information',
  33: '64-bit Memory Error Information',
  34: 'Management Device',
  35: 'Management Device Component',
  36: 'Management Device Threshold Data',
  37: 'Memory Channel',
  38: 'IPMI Device Information',
  39: 'System Power Supply',
  40: 'Additional Information',
  41: 'Onboard Devices Extended Information',
  42: 'Management Controller Host Interface',
  126: 'Inactive',
  127: 'End-of-Table',
};

/** Every structure. */
export const smbios_tables: GeneratedTableSpec = {
  name: 'smbios_tables',
  kind: 'state',
  description: 'All SMBIOS structures of the firmware.',
  source: '/sys/firmware/dmi/tables/DMI',
  estimatedRows: 50,
  columns: columns(
    ['number', 'INTEGER', 'Place in the table, from 0'],
    ['type', 'INTEGER', 'Type of the structure'],
    ['description', 'TEXT', 'Type in words'],
    ['handle', 'INTEGER', 'Handle, by which structures name each other'],
    ['header_size', 'INTEGER', 'Size of the formatted part, in bytes'],
    ['size', 'INTEGER', 'Size with the strings, in bytes'],
    ['md5', 'TEXT', 'MD5 digest of the formatted part'],
  ),
  examples: [
    'SELECT number, type, description, size FROM smbios_tables',
    'SELECT description, count(*) AS n FROM smbios_tables GROUP BY type',
  ],
  *rows(context) {
    for (const s of readSmbios(context)) {
      yield {
        number: s.number,
        type: s.type,
        description: typeNames[s.type] ?? '',
        handle: s.handle,
        header_size: s.data.length,
        size: s.size,
        md5: createHash('md5').update(s.data).digest('hex'),
      };
    }
  },
};

/** The firmware itself. */
export const platform_info: GeneratedTableSpec = {
  name: 'platform_info',
  kind: 'state',
  description: 'The firmware: maker, version, date.',
  source: 'SMBIOS structure of type 0, /sys/firmware/efi',
  estimatedRows: 1,
  columns: columns(
    ['vendor', 'TEXT', 'Maker of the firmware'],
    ['version', 'TEXT', 'Version'],
    ['date', 'TEXT', 'Date of the version'],
    ['revision', 'TEXT', 'Revision, major.minor'],
    ['extra', 'TEXT', 'What else it says'],
    ['firmware_type', 'TEXT', 'uefi or bios'],
    ['address', 'TEXT', 'Where its image lies in memory'],
    ['size', 'TEXT', 'Size of that image, in bytes'],
    ['volume_size', 'INTEGER', 'Size of its flash memory, in bytes; 0 when unknown'],
  ),
  examples: ['SELECT vendor, version, date FROM platform_info', 'SELECT firmware_type FROM platform_info'],
  *rows(context: TableContext) {
    const bios = readSmbios(context).find(({ type }) => type === 0);
    if (bios === undefined) return;
    const segment = bios.u16(6);
    yield {
      vendor: bios.text(4),
      version: bios.text(5),
      date: bios.text(8),
      revision: `${bios.u8(20)}.${bios.u8(21)}`,
      extra: bios.strings.slice(3).join(' '),
      firmware_type: statOf(`${context.system.sys}/firmware/efi`) === undefined ? 'bios' : 'uefi',
      address: `0x${segment.toString(16).padStart(4, '0')}`,
      size: String((0x10000 - segment) * 16),
      volume_size: bios.u8(9) === 0xff ? 0 : (bios.u8(9) + 1) * 65536,
    };
  },
};

/** Texts of the maker. */
export const oem_strings: GeneratedTableSpec = ofType(
  11,
  {
    name: 'oem_strings',
    description: "Free texts of the machine's maker.",
    estimatedRows: 5,
    columns: columns(
      ['handle', 'TEXT', 'Handle of the structure'],
      ['number', 'INTEGER', 'Place in the structure, from 1'],
      ['value', 'TEXT', 'The text'],
    ),
    examples: ['SELECT value FROM oem_strings', 'SELECT handle, count(*) AS texts FROM oem_strings GROUP BY handle'],
  },
  (s) => s.strings.map((value, i) => ({ handle: s.handleText(), number: i + 1, value })),
);
