/** Processors and what they can do. */
import { closeSync, openSync, readSync } from 'node:fs';
import { columns, foreign } from '../lib/columns.ts';
import { readCpuinfo } from '../lib/cpuinfo.ts';
import { listNames, readLine } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Processor packages. */
export const cpu_info: GeneratedTableSpec = {
  name: 'cpu_info',
  kind: 'state',
  description: 'Processor packages.',
  source: '/proc/cpuinfo, /sys/devices/system/cpu',
  estimatedRows: 2,
  columns: [
    ...columns(
      ['device_id', 'TEXT', 'Name of the package'],
      ['model', 'TEXT', 'Model'],
      ['manufacturer', 'TEXT', 'Maker'],
      ['processor_type', 'TEXT', 'Kind of processor: 3 for a central one'],
      ['cpu_status', 'INTEGER', 'State: 1 in use'],
      ['number_of_cores', 'TEXT', 'Cores'],
      ['logical_processors', 'INTEGER', 'Logical processors'],
      ['address_width', 'TEXT', 'Width of an address, in bits'],
      ['current_clock_speed', 'INTEGER', 'Speed now, in MHz'],
      ['max_clock_speed', 'INTEGER', 'Highest speed, in MHz'],
      ['socket_designation', 'TEXT', 'Name of the socket'],
    ),
    ...foreign('Windows and macOS', ['availability', 'TEXT'], ['load_percentage', 'INTEGER'], ['number_of_efficiency_cores', 'INTEGER']),
    ...foreign('Windows and macOS', ['number_of_performance_cores', 'INTEGER']),
  ],
  examples: [
    'SELECT model, number_of_cores, logical_processors FROM cpu_info',
    'SELECT sum(logical_processors) AS processors FROM cpu_info',
  ],
  *rows(context) {
    const cpus = readCpuinfo(context.system.proc);
    if (cpus.length === 0) context.warn(`${context.system.proc}/cpuinfo lists no processors`);
    for (const id of new Set(cpus.map((cpu) => cpu.get('physical id') ?? '0'))) {
      const own = cpus.filter((cpu) => (cpu.get('physical id') ?? '0') === id);
      const first = own[0];
      if (first === undefined) continue;
      const speed = Math.round(Number.parseFloat(first.get('cpu MHz') ?? '0')) || 0;
      const highest =
        Number(readLine(`${context.system.sys}/devices/system/cpu/cpu${first.get('processor')}/cpufreq/cpuinfo_max_freq`) ?? 0) / 1000;
      yield {
        device_id: `CPU${id}`,
        model: first.get('model name') ?? first.get('CPU part') ?? '',
        manufacturer: first.get('vendor_id') ?? first.get('CPU implementer') ?? '',
        processor_type: '3',
        cpu_status: 1,
        number_of_cores: String(new Set(own.map((cpu) => cpu.get('core id') ?? cpu.get('processor'))).size),
        logical_processors: own.length,
        address_width: /^(?:.*\s)?lm(?:\s|$)/.test(first.get('flags') ?? '') || process.arch === 'arm64' ? '64' : '32',
        current_clock_speed: speed,
        max_clock_speed: Math.round(highest) || speed,
        socket_designation: `CPU${id}`,
      };
    }
  },
};

type Feature = readonly [flag: string, register: string, bit: number, leaf: string];

/** Where the instruction reports each feature (Intel SDM volume 2, CPUID), by the names of /proc/cpuinfo. */
const features: readonly Feature[] = [
  ['fpu', 'edx', 0, '1'],
  ['msr', 'edx', 5, '1'],
  ['pae', 'edx', 6, '1'],
  ['apic', 'edx', 9, '1'],
  ['mtrr', 'edx', 12, '1'],
  ['acpi', 'edx', 22, '1'],
  ['mmx', 'edx', 23, '1'],
  ['sse', 'edx', 25, '1'],
  ['sse2', 'edx', 26, '1'],
  ['ht', 'edx', 28, '1'],
  ['ia64', 'edx', 30, '1'],
  ['pni', 'ecx', 0, '1'],
  ['pclmulqdq', 'ecx', 1, '1'],
  ['vmx', 'ecx', 5, '1'],
  ['smx', 'ecx', 6, '1'],
  ['ssse3', 'ecx', 9, '1'],
  ['fma', 'ecx', 12, '1'],
  ['sse4_1', 'ecx', 19, '1'],
  ['sse4_2', 'ecx', 20, '1'],
  ['x2apic', 'ecx', 21, '1'],
  ['aes', 'ecx', 25, '1'],
  ['avx', 'ecx', 28, '1'],
  ['rdrand', 'ecx', 30, '1'],
  ['hypervisor', 'ecx', 31, '1'],
  ['fsgsbase', 'ebx', 0, '7'],
  ['sgx', 'ebx', 2, '7'],
  ['avx2', 'ebx', 5, '7'],
  ['smep', 'ebx', 7, '7'],
  ['mpx', 'ebx', 14, '7'],
  ['avx512f', 'ebx', 16, '7'],
  ['rdseed', 'ebx', 18, '7'],
  ['smap', 'ebx', 20, '7'],
  ['sha_ni', 'ebx', 29, '7'],
  ['nx', 'edx', 20, '80000001'],
  ['lm', 'edx', 29, '80000001'],
  ['svm', 'ecx', 2, '80000001'],
];

/** osquery's names where they differ. */
const renamed: Readonly<Record<string, string>> = { ht: 'htt', pni: 'sse3', sse4_1: 'sse4.1', sse4_2: 'sse4.2', sha_ni: 'sha' };

/** Features of the processor. */
export const cpuid: GeneratedTableSpec = {
  name: 'cpuid',
  kind: 'state',
  description:
    'Features of the processor, as the kernel found them; a feature that the kernel turned off counts as missing. No rows on other than x86.',
  source: '/proc/cpuinfo',
  estimatedRows: 40,
  columns: columns(
    ['feature', 'TEXT', 'Name of the feature'],
    ['value', 'TEXT', '1 if it is there, 0 if not; a text for vendor and product_name'],
    ['output_register', 'TEXT', 'Register that tells'],
    ['output_bit', 'INTEGER', 'Bit of the register'],
    ['input_eax', 'TEXT', 'Value of EAX that asks for it, in hexadecimal'],
  ),
  examples: ["SELECT value FROM cpuid WHERE feature = 'vmx'", "SELECT feature FROM cpuid WHERE value = '1'"],
  *rows(context) {
    const cpu = readCpuinfo(context.system.proc)[0];
    const flags = cpu?.get('flags');
    if (cpu === undefined || flags === undefined) {
      context.warn('the processor has no CPUID: it is no x86');
      return;
    }
    yield { feature: 'vendor', value: cpu.get('vendor_id') ?? '', output_register: 'ebx,edx,ecx', output_bit: 0, input_eax: '0' };
    yield {
      feature: 'product_name',
      value: cpu.get('model name') ?? '',
      output_register: 'eax,ebx,ecx,edx',
      output_bit: 0,
      input_eax: '0x80000002',
    };
    const there = new Set(flags.split(' '));
    for (const [flag, register, bit, leaf] of features) {
      yield {
        feature: renamed[flag] ?? flag,
        value: there.has(flag) ? '1' : '0',
        output_register: register,
        output_bit: bit,
        input_eax: leaf,
      };
    }
  },
};

/** Registers of Intel's processors (SDM volume 4). */
const registers = {
  platform_info: 0xce,
  feature_control: 0x3a,
  perf_status: 0x198,
  perf_ctl: 0x199,
  turbo_ratio_limit: 0x1ad,
  rapl_power_units: 0x606,
  rapl_power_limit: 0x610,
  rapl_energy_status: 0x611,
} as const;
const miscEnable = 0x1a0;

/** Model-specific registers. */
export const msr: GeneratedTableSpec = {
  name: 'msr',
  kind: 'state',
  description: 'Model-specific registers of the processors; needs root and the kernel module msr.',
  source: '/dev/cpu/*/msr',
  estimatedRows: 8,
  columns: columns(
    ['processor_number', 'BIGINT', 'Number of the logical processor'],
    ['turbo_disabled', 'BIGINT', 'Whether turbo is off: 1 yes'],
    ['turbo_ratio_limit', 'BIGINT', 'Ratio limits of turbo'],
    ['platform_info', 'BIGINT', 'Platform information'],
    ['perf_ctl', 'BIGINT', 'Performance asked for'],
    ['perf_status', 'BIGINT', 'Performance given'],
    ['feature_control', 'BIGINT', 'Features switched on by the firmware'],
    ['rapl_power_limit', 'BIGINT', 'Power limit of the package'],
    ['rapl_energy_status', 'BIGINT', 'Energy used by the package'],
    ['rapl_power_units', 'BIGINT', 'Units of the power registers'],
  ),
  examples: ['SELECT processor_number, turbo_disabled FROM msr', 'SELECT count(*) AS processors FROM msr WHERE feature_control & 1'],
  *rows(context) {
    const top = `${context.system.root}/dev/cpu`;
    const cpus = (listNames(top) ?? []).filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(a) - Number(b));
    let shown = 0;
    for (const cpu of cpus) {
      let fd: number;
      try {
        fd = openSync(`${top}/${cpu}/msr`, 'r');
      } catch {
        continue;
      }
      try {
        const misc = readRegister(fd, miscEnable);
        const row: Record<string, bigint | number | null> = {
          processor_number: Number(cpu),
          turbo_disabled: misc === null ? null : Number((misc >> 38n) & 1n),
        };
        for (const [name, register] of Object.entries(registers)) row[name] = readRegister(fd, register);
        shown++;
        yield row;
      } finally {
        closeSync(fd);
      }
    }
    if (shown === 0) context.warn('no model-specific registers can be read: that takes root and the kernel module msr');
  },
};

/** The position in the file is the number of the register. NULL where the processor has no such register. */
function readRegister(fd: number, register: number): bigint | null {
  const value = Buffer.alloc(8);
  try {
    return readSync(fd, value, 0, 8, register) === 8 ? value.readBigInt64LE() : null;
  } catch {
    return null;
  }
}
