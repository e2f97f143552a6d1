import { machine } from 'node:os';
import { columns, foreign } from '../lib/columns.ts';
import { readCpuinfo } from '../lib/cpuinfo.ts';
import { readHostUuid } from '../lib/host-uuid.ts';
import { readLine, readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** The machine. */
export const system_info: GeneratedTableSpec = {
  name: 'system_info',
  kind: 'state',
  description: 'The machine: names, processors, memory, maker.',
  source: '/proc/cpuinfo, /proc/meminfo, /sys/class/dmi/id',
  estimatedRows: 1,
  columns: [
    ...columns(
      ['hostname', 'TEXT', 'Name of the machine, with its domain where /etc/hosts gives one'],
      ['uuid', 'TEXT', "The maker's id of the machine, else the machine id of the installation"],
      ['cpu_type', 'TEXT', 'Architecture'],
      ['cpu_subtype', 'TEXT', 'Model number of the processor'],
      ['cpu_brand', 'TEXT', 'Name of the processor'],
      ['cpu_physical_cores', 'INTEGER', 'Cores'],
      ['cpu_logical_cores', 'INTEGER', 'Logical processors'],
      ['cpu_sockets', 'INTEGER', 'Processor packages'],
      ['cpu_microcode', 'TEXT', 'Version of the microcode'],
      ['physical_memory', 'BIGINT', 'Memory, in bytes'],
      ['hardware_vendor', 'TEXT', 'Maker of the machine'],
      ['hardware_model', 'TEXT', 'Model of the machine'],
      ['hardware_version', 'TEXT', 'Version of the model'],
      ['hardware_serial', 'TEXT', 'Serial number of the machine'],
      ['board_vendor', 'TEXT', 'Maker of the board'],
      ['board_model', 'TEXT', 'Model of the board'],
      ['board_version', 'TEXT', 'Version of the board'],
      ['board_serial', 'TEXT', 'Serial number of the board'],
      ['computer_name', 'TEXT', 'Name of the machine without its domain'],
      ['local_hostname', 'TEXT', 'The same as hostname'],
    ),
    ...foreign('macOS', ['emulated_cpu_type', 'TEXT']),
  ],
  examples: [
    'SELECT hostname, cpu_brand, cpu_logical_cores, physical_memory FROM system_info',
    'SELECT hardware_vendor, hardware_model, hardware_serial FROM system_info',
  ],
  *rows(context) {
    const { proc, sys, root } = context.system;
    const cpus = readCpuinfo(proc);
    const first = cpus[0] ?? new Map<string, string>();
    const cores = new Set(cpus.map((cpu) => `${cpu.get('physical id') ?? 0}/${cpu.get('core id') ?? cpu.get('processor')}`));
    const sockets = new Set(cpus.map((cpu) => cpu.get('physical id') ?? '0'));
    const memory = /^MemTotal:\s+(\d+) kB/.exec(readText(`${proc}/meminfo`) ?? '');
    const dmi = (name: string): string => readLine(`${sys}/class/dmi/id/${name}`) ?? '';
    const name = readLine(`${proc}/sys/kernel/hostname`) ?? '';
    const full = qualified(readText(`${root}/etc/hosts`) ?? '', name);
    let model = dmi('product_name');
    let version = dmi('product_version');
    // Lenovo keeps the model's name in the field for its version.
    if (dmi('sys_vendor').toLowerCase() === 'lenovo') [model, version] = [version, model];
    yield {
      hostname: full,
      uuid: readHostUuid(context.system),
      cpu_type: machine(),
      cpu_subtype: first.get('model') ?? '0',
      cpu_brand: first.get('model name') ?? '',
      cpu_physical_cores: cores.size,
      cpu_logical_cores: cpus.length,
      cpu_sockets: sockets.size,
      cpu_microcode: first.get('microcode') ?? '',
      physical_memory: memory ? Number(memory[1]) * 1024 : -1,
      hardware_vendor: dmi('sys_vendor'),
      hardware_model: model,
      hardware_version: version,
      hardware_serial: dmi('product_serial'),
      board_vendor: dmi('board_vendor'),
      board_model: dmi('board_name'),
      board_version: dmi('board_version'),
      board_serial: dmi('board_serial'),
      computer_name: name,
      local_hostname: full,
    };
  },
};

/** The full name that the hosts file gives beside a short one. No name server is asked: a query must not wait for the network. */
function qualified(hosts: string, name: string): string {
  if (name.includes('.')) return name;
  for (const line of hosts.split('\n')) {
    const names = (line.split('#')[0] ?? '').trim().split(/\s+/).slice(1);
    if (names.includes(name)) return names.find((other) => other.startsWith(`${name}.`)) ?? name;
  }
  return name;
}
