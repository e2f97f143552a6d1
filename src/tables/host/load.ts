/** How busy the machine is. */
import { columns } from '../lib/columns.ts';
import { lastFailure, readText } from '../lib/procfs.ts';
import type { GeneratedTableSpec, TableContext, Value } from '../spec.ts';

function readProc(context: TableContext, file: string): string {
  const text = readText(`${context.system.proc}/${file}`);
  if (text === undefined) context.warn(`${context.system.proc}/${file} cannot be read: ${lastFailure()}`);
  return text ?? '';
}

/** Average number of processes that want to run. */
export const load_average: GeneratedTableSpec = {
  name: 'load_average',
  kind: 'state',
  description: 'Average number of processes that run or wait for a processor or a disk.',
  source: '/proc/loadavg',
  estimatedRows: 3,
  columns: columns(['period', 'TEXT', 'Time the average is over: 1m, 5m, 15m'], ['average', 'TEXT', 'The average, a number as text']),
  examples: [
    'SELECT period, average FROM load_average',
    "SELECT 1 FROM load_average, system_info WHERE period = '15m' AND CAST(average AS REAL) > cpu_logical_cores",
  ],
  *rows(context) {
    const values = readProc(context, 'loadavg').split(' ');
    for (const [i, period] of ['1m', '5m', '15m'].entries()) {
      const value = Number.parseFloat(values[i] ?? '');
      if (!Number.isNaN(value)) yield { period, average: value.toFixed(6) };
    }
  },
};

const cpuColumns = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal', 'guest', 'guest_nice'] as const;

/** What processors spent their time with. */
export const cpu_time: GeneratedTableSpec = {
  name: 'cpu_time',
  kind: 'state',
  description: 'What each logical processor spent its time with since boot, in hundredths of a second.',
  source: '/proc/stat',
  estimatedRows: 8,
  columns: columns(
    ['core', 'INTEGER', 'Number of the logical processor'],
    ['user', 'BIGINT', 'Programs'],
    ['nice', 'BIGINT', 'Programs of low priority'],
    ['system', 'BIGINT', 'The kernel'],
    ['idle', 'BIGINT', 'Nothing'],
    ['iowait', 'BIGINT', 'Nothing, while a disk was waited for'],
    ['irq', 'BIGINT', 'Interrupts'],
    ['softirq', 'BIGINT', 'Deferred work of interrupts'],
    ['steal', 'BIGINT', 'Taken by other virtual machines'],
    ['guest', 'BIGINT', 'Virtual machines of ours'],
    ['guest_nice', 'BIGINT', 'Virtual machines of ours of low priority'],
  ),
  examples: [
    'SELECT core, 100.0 * idle / (user + nice + system + idle + iowait + irq + softirq + steal) AS idle FROM cpu_time',
    'SELECT sum(steal) AS stolen FROM cpu_time',
  ],
  *rows(context) {
    for (const line of readProc(context, 'stat').split('\n')) {
      const match = /^cpu(\d+) (.*)$/.exec(line);
      if (match === null) continue;
      const values = (match[2] ?? '').trim().split(' ');
      const row: Record<string, Value> = { core: Number(match[1]) };
      for (const [i, name] of cpuColumns.entries()) row[name] = Number(values[i] ?? 0);
      yield row;
    }
  },
};

const memoryFields: readonly (readonly [column: string, field: string, description: string])[] = [
  ['memory_total', 'MemTotal', 'Memory in all, in bytes'],
  ['memory_free', 'MemFree', 'Memory that is used for nothing, in bytes'],
  ['memory_available', 'MemAvailable', 'Memory that programs can have without swapping, in bytes'],
  ['buffers', 'Buffers', 'Caches of block devices, in bytes'],
  ['cached', 'Cached', 'Caches of files, in bytes'],
  ['swap_cached', 'SwapCached', 'Memory that is also in the swap, in bytes'],
  ['active', 'Active', 'Memory used lately, in bytes'],
  ['inactive', 'Inactive', 'Memory not used lately, in bytes'],
  ['swap_total', 'SwapTotal', 'Swap in all, in bytes'],
  ['swap_free', 'SwapFree', 'Free swap, in bytes'],
];

/** Memory and swap. */
export const memory_info: GeneratedTableSpec = {
  name: 'memory_info',
  kind: 'state',
  description: 'Use of memory and swap.',
  source: '/proc/meminfo',
  estimatedRows: 1,
  columns: columns(...memoryFields.map(([column, , description]) => [column, 'BIGINT', description] as const)),
  examples: [
    'SELECT memory_total, memory_available FROM memory_info',
    'SELECT 100.0 * memory_available / memory_total AS percent FROM memory_info',
  ],
  *rows(context) {
    const text = readProc(context, 'meminfo');
    if (text === '') return;
    const row: Record<string, Value> = {};
    for (const [column, field] of memoryFields) {
      const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text);
      row[column] = match ? Number(match[1]) * 1024 : null;
    }
    yield row;
  },
};

/** Physical address space. */
export const memory_map: GeneratedTableSpec = {
  name: 'memory_map',
  kind: 'state',
  description: 'What the physical address space is used for. Addresses are 0 for all but root.',
  source: '/proc/iomem',
  estimatedRows: 50,
  columns: columns(
    ['name', 'TEXT', 'What the region is'],
    ['start', 'TEXT', 'First address, in hexadecimal'],
    ['end', 'TEXT', 'Last address, in hexadecimal'],
  ),
  examples: ['SELECT name, start, "end" FROM memory_map', "SELECT count(*) AS regions FROM memory_map WHERE name = 'System RAM'"],
  *rows(context) {
    for (const line of readProc(context, 'iomem').split('\n')) {
      const match = /^\s*([0-9a-f]+)-([0-9a-f]+) : (.*)$/.exec(line);
      if (match) yield { name: match[3], start: `0x${match[1]}`, end: `0x${match[2]}` };
    }
  },
};

/** Shared memory of System V. */
export const shared_memory: GeneratedTableSpec = {
  name: 'shared_memory',
  kind: 'state',
  description: 'Segments of System V shared memory.',
  source: '/proc/sysvipc/shm',
  estimatedRows: 10,
  columns: columns(
    ['shmid', 'INTEGER', 'Id of the segment'],
    ['owner_uid', 'BIGINT', 'Owner'],
    ['creator_uid', 'BIGINT', 'Who made it'],
    ['pid', 'BIGINT', 'Process that used it last'],
    ['creator_pid', 'BIGINT', 'Process that made it'],
    ['atime', 'BIGINT', 'Last attached, in seconds since the epoch'],
    ['dtime', 'BIGINT', 'Last detached, in seconds since the epoch'],
    ['ctime', 'BIGINT', 'Last changed, in seconds since the epoch'],
    ['permissions', 'TEXT', 'Permissions, in octal'],
    ['size', 'BIGINT', 'Size, in bytes'],
    ['attached', 'INTEGER', 'Number of processes that have it attached'],
    ['status', 'TEXT', 'dest when it goes with the last process'],
    ['locked', 'INTEGER', 'Whether it is kept in memory: 1 yes'],
  ),
  examples: ['SELECT shmid, owner_uid, size, attached FROM shared_memory', 'SELECT sum(size) AS bytes FROM shared_memory'],
  *rows(context) {
    for (const line of readProc(context, 'sysvipc/shm').split('\n').slice(1)) {
      // key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap
      const f = line.trim().split(/\s+/);
      if (f.length < 14) continue;
      const mode = Number.parseInt(f[2] ?? '0', 8);
      yield {
        shmid: Number(f[1]),
        owner_uid: Number(f[7]),
        creator_uid: Number(f[9]),
        pid: Number(f[5]),
        creator_pid: Number(f[4]),
        atime: Number(f[11]),
        dtime: Number(f[12]),
        ctime: Number(f[13]),
        permissions: (mode & 0o777).toString(8).padStart(4, '0'),
        size: Number(f[3]),
        attached: Number(f[6]),
        status: (mode & 0o1000) !== 0 ? 'dest' : '',
        locked: (mode & 0o2000) !== 0 ? 1 : 0,
      };
    }
  },
};

/** Keys of the kernel's key rings. */
export const kernel_keys: GeneratedTableSpec = {
  name: 'kernel_keys',
  kind: 'state',
  description: "Keys and key rings in the kernel that this process may see. The keys' contents are not shown.",
  source: '/proc/keys',
  estimatedRows: 20,
  columns: columns(
    ['serial_number', 'TEXT', 'Number of the key, in hexadecimal'],
    ['flags', 'TEXT', 'I instantiated, R revoked, D dead, Q counts to a quota, U being made, N negative, i invalidated'],
    ['usage', 'BIGINT', 'How many use it'],
    ['timeout', 'TEXT', 'When it ends; perm for never'],
    ['permissions', 'TEXT', 'Permissions, in hexadecimal'],
    ['uid', 'BIGINT', 'Owner'],
    ['gid', 'BIGINT', 'Group; -1 for none'],
    ['type', 'TEXT', 'Kind of key'],
    ['description', 'TEXT', 'What it is'],
  ),
  examples: ['SELECT serial_number, type, description FROM kernel_keys', "SELECT * FROM kernel_keys WHERE type = 'keyring'"],
  *rows(context) {
    for (const line of readProc(context, 'keys').split('\n')) {
      const match = /^(\S+)\s+(\S+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(-?\d+)\s+(-?\d+)\s+(\S+)\s+(.*)$/.exec(line);
      if (match === null) continue;
      const [, serial_number, flags, usage, timeout, permissions, uid, gid, type, description] = match;
      yield { serial_number, flags, usage: Number(usage), timeout, permissions, uid: Number(uid), gid: Number(gid), type, description };
    }
  },
};

/** osquery's names of limits by the kernel's. */
const limitNames: Readonly<Record<string, string>> = {
  'Max cpu time': 'cpu',
  'Max file size': 'fsize',
  'Max data size': 'data',
  'Max stack size': 'stack',
  'Max core file size': 'core',
  'Max resident set': 'rss',
  'Max processes': 'nproc',
  'Max open files': 'nofile',
  'Max locked memory': 'memlock',
  'Max address space': 'as',
  'Max file locks': 'locks',
  'Max pending signals': 'sigpending',
  'Max msgqueue size': 'msgqueue',
  'Max nice priority': 'nice',
  'Max realtime priority': 'rtprio',
  'Max realtime timeout': 'rttime',
};

/** Limits of this process. */
export const ulimit_info: GeneratedTableSpec = {
  name: 'ulimit_info',
  kind: 'state',
  description: 'Resource limits of the process that answers.',
  source: '/proc/self/limits',
  estimatedRows: 16,
  columns: columns(
    ['type', 'TEXT', 'What is limited'],
    ['soft_limit', 'TEXT', 'Limit now; -1 for none'],
    ['hard_limit', 'TEXT', 'How far it may be raised; -1 for no end'],
  ),
  examples: ["SELECT soft_limit, hard_limit FROM ulimit_info WHERE type = 'nofile'", 'SELECT * FROM ulimit_info'],
  *rows(context) {
    for (const line of readProc(context, 'self/limits').split('\n').slice(1)) {
      const match = /^(Max .*?)\s{2,}(\S+)\s+(\S+)/.exec(line);
      const type = limitNames[match?.[1] ?? ''];
      const limit = (text = ''): string => (text === 'unlimited' ? '-1' : text);
      if (match && type !== undefined) yield { type, soft_limit: limit(match[2]), hard_limit: limit(match[3]) };
    }
  },
};
