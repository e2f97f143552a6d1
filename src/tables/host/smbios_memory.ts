/** Memory as the firmware describes it. */
import { columns } from '../lib/columns.ts';
import type { SmbiosStructure } from '../lib/smbios.ts';
import { ofType } from '../lib/smbios-table.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const name = (list: readonly string[], value: number, first = 1): string => list[value - first] ?? '';
const arrayLocations = [
  'Other',
  'Unknown',
  'System board or motherboard',
  'ISA add-on card',
  'EISA add-on card',
  'PCI add-on card',
  'MCA add-on card',
  'PCMCIA add-on card',
  'Proprietary add-on card',
  'NuBus',
];
const arrayUses = ['Other', 'Unknown', 'System memory', 'Video memory', 'Flash memory', 'Non-volatile RAM', 'Cache memory'];
const corrections = ['Other', 'Unknown', 'None', 'Parity', 'Single-bit ECC', 'Multi-bit ECC', 'CRC'];
const formFactors = [
  'Other',
  'Unknown',
  'SIMM',
  'SIP',
  'Chip',
  'DIP',
  'ZIP',
  'Proprietary Card',
  'DIMM',
  'TSOP',
  'Row of chips',
  'RIMM',
  'SODIMM',
  'SRIMM',
  'FB-DIMM',
  'Die',
];
const memoryTypes = [
  'Other',
  'Unknown',
  'DRAM',
  'EDRAM',
  'VRAM',
  'SRAM',
  'RAM',
  'ROM',
  'FLASH',
  'EEPROM',
  'FEPROM',
  'EPROM',
  'CDRAM',
  '3DRAM',
  'SDRAM',
  'SGRAM',
  'RDRAM',
  'DDR',
  'DDR2',
  'DDR2 FB-DIMM',
  'Reserved',
  'Reserved',
  'Reserved',
  'DDR3',
  'FBD2',
  'DDR4',
  'LPDDR',
  'LPDDR2',
  'LPDDR3',
  'LPDDR4',
  'Logical non-volatile device',
  'HBM',
  'HBM2',
  'DDR5',
  'LPDDR5',
];
const typeDetails = [
  '',
  'Other',
  'Unknown',
  'Fast-paged',
  'Static column',
  'Pseudo-static',
  'RAMBUS',
  'Synchronous',
  'CMOS',
  'EDO',
  'Window DRAM',
  'Cache DRAM',
  'Non-volatile',
  'Registered',
  'Unbuffered',
  'LRDIMM',
];

/** Sets of memory slots. */
export const memory_arrays: GeneratedTableSpec = ofType(
  16,
  {
    name: 'memory_arrays',
    description: 'Sets of memory slots, as the firmware describes them.',
    estimatedRows: 2,
    columns: columns(
      ['handle', 'TEXT', 'Handle of the structure'],
      ['location', 'TEXT', 'Where it is'],
      ['use', 'TEXT', 'What it is for'],
      ['memory_error_correction', 'TEXT', 'How errors are corrected'],
      ['max_capacity', 'INTEGER', 'Most memory it takes, in GiB'],
      ['memory_error_info_handle', 'TEXT', 'Handle of the last error'],
      ['number_memory_devices', 'INTEGER', 'Number of slots'],
    ),
    examples: [
      'SELECT location, max_capacity, number_memory_devices FROM memory_arrays',
      "SELECT 1 FROM memory_arrays WHERE memory_error_correction LIKE '%ECC'",
    ],
  },
  (s) => [
    {
      handle: s.handleText(),
      location: name(arrayLocations, s.u8(4)),
      use: name(arrayUses, s.u8(5)),
      memory_error_correction: name(corrections, s.u8(6)),
      max_capacity: s.u32(7) === 0x80000000 ? Number(s.u64(15) / 1073741824n) : Math.floor(s.u32(7) / 1048576),
      memory_error_info_handle: s.handleText(11),
      number_memory_devices: s.u16(13),
    },
  ],
);

/** Memory modules. */
export const memory_devices: GeneratedTableSpec = ofType(
  17,
  {
    name: 'memory_devices',
    description: 'Memory slots and the modules in them, as the firmware describes them.',
    estimatedRows: 8,
    columns: columns(
      ['handle', 'TEXT', 'Handle of the structure'],
      ['array_handle', 'TEXT', 'Handle of the array it belongs to'],
      ['form_factor', 'TEXT', 'Shape'],
      ['total_width', 'INTEGER', 'Width with correction bits, in bits'],
      ['data_width', 'INTEGER', 'Width of the data, in bits'],
      ['size', 'INTEGER', 'Size, in MiB; 0 for an empty slot'],
      ['set', 'INTEGER', 'Set of modules that must be alike'],
      ['device_locator', 'TEXT', 'Name of the slot'],
      ['bank_locator', 'TEXT', 'Name of the bank'],
      ['memory_type', 'TEXT', 'Kind of memory'],
      ['memory_type_details', 'TEXT', 'More about the kind'],
      ['max_speed', 'INTEGER', 'Highest speed, in MT/s'],
      ['configured_clock_speed', 'INTEGER', 'Speed now, in MT/s'],
      ['manufacturer', 'TEXT', 'Maker'],
      ['serial_number', 'TEXT', 'Serial number'],
      ['asset_tag', 'TEXT', 'Tag of the owner'],
      ['part_number', 'TEXT', 'Part number'],
      ['min_voltage', 'INTEGER', 'Lowest voltage, in millivolts'],
      ['max_voltage', 'INTEGER', 'Highest voltage, in millivolts'],
      ['configured_voltage', 'INTEGER', 'Voltage now, in millivolts'],
    ),
    examples: [
      'SELECT device_locator, size, memory_type, configured_clock_speed FROM memory_devices WHERE size > 0',
      'SELECT sum(size) AS mib FROM memory_devices',
    ],
  },
  (s) => [
    {
      handle: s.handleText(),
      array_handle: s.handleText(4),
      form_factor: name(formFactors, s.u8(14)),
      total_width: s.u16(8),
      data_width: s.u16(10),
      size: memorySize(s),
      set: s.u8(15),
      device_locator: s.text(16),
      bank_locator: s.text(17),
      memory_type: name(memoryTypes, s.u8(18)),
      memory_type_details: typeDetails.filter((text, bit) => text !== '' && (s.u16(19) & (1 << bit)) !== 0).join(' '),
      max_speed: s.u16(21),
      configured_clock_speed: s.u16(32),
      manufacturer: s.text(23),
      serial_number: s.text(24),
      asset_tag: s.text(25),
      part_number: s.text(26),
      min_voltage: s.u16(34),
      max_voltage: s.u16(36),
      configured_voltage: s.u16(38),
    },
  ],
);

/** In MiB: the highest bit says KiB; 0x7fff says the size is in a field of its own; 0xffff is unknown. */
function memorySize(s: SmbiosStructure): number {
  const size = s.u16(12);
  if (size === 0x7fff) return s.u32(28);
  if (size === 0xffff) return 0;
  return (size & 0x8000) !== 0 ? Math.floor((size & 0x7fff) / 1024) : size;
}

const address = (low: number, high: bigint): string =>
  `0x${(low === 0xffffffff ? high : BigInt(low) * 1024n).toString(16).padStart(16, '0')}`;

/** Where arrays lie in the address space. */
export const memory_array_mapped_addresses: GeneratedTableSpec = ofType(
  19,
  {
    name: 'memory_array_mapped_addresses',
    description: 'Where sets of memory slots lie in the address space.',
    estimatedRows: 2,
    columns: columns(
      ['handle', 'TEXT', 'Handle of the structure'],
      ['memory_array_handle', 'TEXT', 'Handle of the array'],
      ['starting_address', 'TEXT', 'First address'],
      ['ending_address', 'TEXT', 'Last address'],
      ['partition_width', 'INTEGER', 'Number of modules in a row'],
    ),
    examples: [
      'SELECT * FROM memory_array_mapped_addresses',
      'SELECT memory_array_handle, starting_address FROM memory_array_mapped_addresses',
    ],
  },
  (s) => [
    {
      handle: s.handleText(),
      memory_array_handle: s.handleText(12),
      starting_address: address(s.u32(4), s.u64(15)),
      ending_address: address(s.u32(8), s.u64(23)),
      partition_width: s.u8(14),
    },
  ],
);

/** Where modules lie in the address space. */
export const memory_device_mapped_addresses: GeneratedTableSpec = ofType(
  20,
  {
    name: 'memory_device_mapped_addresses',
    description: 'Where memory modules lie in the address space.',
    estimatedRows: 8,
    columns: columns(
      ['handle', 'TEXT', 'Handle of the structure'],
      ['memory_device_handle', 'TEXT', 'Handle of the module'],
      ['memory_array_mapped_address_handle', 'TEXT', 'Handle of the range of its array'],
      ['starting_address', 'TEXT', 'First address'],
      ['ending_address', 'TEXT', 'Last address'],
      ['partition_row_position', 'INTEGER', 'Place in its row'],
      ['interleave_position', 'INTEGER', 'Place among interleaved modules'],
      ['interleave_data_depth', 'INTEGER', 'How much is taken from it at once'],
    ),
    examples: [
      'SELECT * FROM memory_device_mapped_addresses',
      'SELECT memory_device_handle, starting_address FROM memory_device_mapped_addresses',
    ],
  },
  (s) => [
    {
      handle: s.handleText(),
      memory_device_handle: s.handleText(12),
      memory_array_mapped_address_handle: s.handleText(14),
      starting_address: address(s.u32(4), s.u64(19)),
      ending_address: address(s.u32(8), s.u64(27)),
      partition_row_position: s.u8(16),
      interleave_position: s.u8(17),
      interleave_data_depth: s.u8(18),
    },
  ],
);

const errorTypes = [
  'Other',
  'Unknown',
  'OK',
  'Bad read',
  'Parity error',
  'Single-bit error',
  'Double-bit error',
  'Multi-bit error',
  'Nibble error',
  'Checksum error',
  'CRC error',
  'Corrected single-bit error',
  'Corrected error',
  'Uncorrectable error',
];
const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Memory errors. */
export const memory_error_info: GeneratedTableSpec = ofType(
  18,
  {
    name: 'memory_error_info',
    description: 'Memory errors that the firmware noted.',
    estimatedRows: 2,
    columns: columns(
      ['handle', 'TEXT', 'Handle of the structure'],
      ['error_type', 'TEXT', 'Kind of error'],
      ['error_granularity', 'TEXT', 'How exactly it is located'],
      ['error_operation', 'TEXT', 'What was being done'],
      ['vendor_syndrome', 'TEXT', "The maker's code"],
      ['memory_array_error_address', 'TEXT', 'Address in the array'],
      ['device_error_address', 'TEXT', 'Address in the module'],
      ['error_resolution', 'TEXT', 'How far off the address may be'],
    ),
    examples: ['SELECT * FROM memory_error_info', "SELECT error_type FROM memory_error_info WHERE error_type <> 'OK'"],
  },
  (s) => [
    {
      handle: s.handleText(),
      error_type: name(errorTypes, s.u8(4)),
      error_granularity: name(['Other', 'Unknown', 'Device level', 'Memory partition level'], s.u8(5)),
      error_operation: name(['Other', 'Unknown', 'Read', 'Write', 'Partial write'], s.u8(6)),
      vendor_syndrome: hex32(s.u32(7)),
      memory_array_error_address: hex32(s.u32(11)),
      device_error_address: hex32(s.u32(15)),
      error_resolution: hex32(s.u32(19)),
    },
  ],
);
