/** What runs in containers of Docker, and what it uses. */
import { columns } from '../lib/columns.ts';
import { askDocker, dockerIds } from '../lib/docker.ts';
import { asInteger, asList, asNumber, asObject, asText, type Json } from '../lib/json.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const source = "Docker's API at /var/run/docker.sock";
/** Options of ps(1) in the order of the table's columns. */
const psColumns = 'pid,state,uid,gid,euid,egid,suid,sgid,size,rss,vsz,lstart,ppid,pgrp,nlwp,nice,user,time,pcpu,pmem,comm,args';

/** Processes of a container. */
export const docker_container_processes: GeneratedTableSpec = {
  name: 'docker_container_processes',
  kind: 'state',
  description: 'Processes of a container, as Docker tells them; the table processes has a container_id for every runtime.',
  source,
  estimatedRows: 100,
  columns: columns(
    ['id', 'TEXT', 'Id of the container', { required: true, index: true }],
    ['pid', 'BIGINT', 'Process id on the host', { index: true }],
    ['name', 'TEXT', 'Name of the process'],
    ['cmdline', 'TEXT', 'Arguments'],
    ['state', 'TEXT', 'State, one letter'],
    ['uid', 'BIGINT', 'Real user id'],
    ['gid', 'BIGINT', 'Real group id'],
    ['euid', 'BIGINT', 'Effective user id'],
    ['egid', 'BIGINT', 'Effective group id'],
    ['suid', 'BIGINT', 'Saved user id'],
    ['sgid', 'BIGINT', 'Saved group id'],
    ['wired_size', 'BIGINT', 'Memory that could be swapped out, in bytes'],
    ['resident_size', 'BIGINT', 'Memory in RAM, in bytes'],
    ['total_size', 'BIGINT', 'Address space, in bytes'],
    ['start_time', 'BIGINT', 'When it started, in seconds since the epoch'],
    ['parent', 'BIGINT', 'Process id of the parent'],
    ['pgroup', 'BIGINT', 'Process group'],
    ['threads', 'INTEGER', 'Number of threads'],
    ['nice', 'INTEGER', 'Niceness'],
    ['user', 'TEXT', 'Name of the user on the host'],
    ['time', 'TEXT', 'CPU time, [days-]hours:minutes:seconds'],
    ['cpu', 'DOUBLE', 'Share of a processor, in percent'],
    ['mem', 'DOUBLE', 'Share of memory, in percent'],
  ),
  examples: [
    "SELECT pid, cmdline FROM docker_container_processes WHERE id = '4f66ad9a0b2e'",
    'SELECT c.name, p.cmdline FROM docker_containers c JOIN docker_container_processes p USING (id)',
  ],
  *rows(context) {
    for (const id of dockerIds(context)) {
      const answer = asObject(askDocker(context, [`/containers/${id}/top?ps_args=-eo%20${psColumns}`])[0]);
      for (const value of asList(answer['Processes'])) {
        const f = asList(value).map(asText);
        const number = (index: number): number => Number(f[index] ?? 0);
        yield {
          id,
          pid: number(0),
          state: f[1],
          uid: number(2),
          gid: number(3),
          euid: number(4),
          egid: number(5),
          suid: number(6),
          sgid: number(7),
          wired_size: number(8) * 1024,
          resident_size: number(9) * 1024,
          total_size: number(10) * 1024,
          start_time: Math.floor(Date.parse(f[11] ?? '') / 1000) || null,
          parent: number(12),
          pgroup: number(13),
          threads: number(14),
          nice: number(15),
          user: f[16],
          time: f[17],
          cpu: number(18),
          mem: number(19),
          name: f[20],
          cmdline: f[21],
        };
      }
    }
  },
};

/** Use of resources. */
export const docker_container_stats: GeneratedTableSpec = {
  name: 'docker_container_stats',
  kind: 'state',
  description: 'What a container uses of processors, memory, disks and networks. Docker takes about two seconds to measure it.',
  source,
  estimatedRows: 1,
  columns: columns(
    ['id', 'TEXT', 'Id of the container', { required: true, index: true }],
    ['name', 'TEXT', 'Name of the container', { index: true }],
    ['pids', 'INTEGER', 'Number of tasks'],
    ['read', 'BIGINT', 'When it was measured, in seconds since the epoch'],
    ['preread', 'BIGINT', 'When it was measured before, in seconds since the epoch'],
    ['interval', 'BIGINT', 'Time between the two, in nanoseconds'],
    ['disk_read', 'BIGINT', 'Bytes read from disks'],
    ['disk_write', 'BIGINT', 'Bytes written to disks'],
    ['num_procs', 'INTEGER', 'Always 0 on Linux'],
    ['cpu_total_usage', 'BIGINT', 'CPU time, in nanoseconds'],
    ['cpu_kernelmode_usage', 'BIGINT', 'CPU time in the kernel, in nanoseconds'],
    ['cpu_usermode_usage', 'BIGINT', 'CPU time outside the kernel, in nanoseconds'],
    ['system_cpu_usage', 'BIGINT', 'CPU time of the machine, in nanoseconds'],
    ['online_cpus', 'INTEGER', 'Processors in use'],
    ['pre_cpu_total_usage', 'BIGINT', 'CPU time before, in nanoseconds'],
    ['pre_cpu_kernelmode_usage', 'BIGINT', 'CPU time in the kernel before, in nanoseconds'],
    ['pre_cpu_usermode_usage', 'BIGINT', 'CPU time outside the kernel before, in nanoseconds'],
    ['pre_system_cpu_usage', 'BIGINT', 'CPU time of the machine before, in nanoseconds'],
    ['pre_online_cpus', 'INTEGER', 'Processors in use before'],
    ['memory_usage', 'BIGINT', 'Memory, in bytes'],
    ['memory_cached', 'BIGINT', 'Memory for caches of files, in bytes'],
    ['memory_inactive_file', 'BIGINT', 'Caches of files not used lately, in bytes'],
    ['memory_total_inactive_file', 'BIGINT', 'The same, with those of cgroups below, in bytes'],
    ['memory_max_usage', 'BIGINT', 'Most memory so far, in bytes'],
    ['memory_limit', 'BIGINT', 'Limit of memory, in bytes'],
    ['network_rx_bytes', 'BIGINT', 'Bytes received'],
    ['network_tx_bytes', 'BIGINT', 'Bytes sent'],
  ),
  examples: [
    "SELECT name, memory_usage, memory_limit FROM docker_container_stats WHERE id = '4f66ad9a0b2e'",
    'SELECT c.name, s.memory_usage FROM docker_containers c JOIN docker_container_stats s USING (id)',
  ],
  *rows(context) {
    const ids = dockerIds(context);
    const answers =
      ids.length === 0
        ? []
        : askDocker(
            context,
            ids.map((id) => `/containers/${id}/stats?stream=false`),
          );
    for (const [i, id] of ids.entries()) {
      const stats = asObject(answers[i]);
      if (asText(stats['read']) === '') continue;
      const at = (key: string): number => Date.parse(asText(stats[key]));
      const memory = asObject(stats['memory_stats']);
      const details = asObject(memory['stats']);
      yield {
        id,
        name: asText(stats['name']),
        pids: asInteger(asObject(stats['pids_stats'])['current']),
        read: Math.floor(at('read') / 1000),
        preread: Math.max(0, Math.floor(at('preread') / 1000)) || 0,
        interval: at('preread') > 0 ? (at('read') - at('preread')) * 1e6 : 0,
        ...diskBytes(asObject(stats['blkio_stats'])),
        num_procs: asInteger(stats['num_procs']),
        ...cpu('', asObject(stats['cpu_stats'])),
        ...cpu('pre_', asObject(stats['precpu_stats'])),
        memory_usage: asInteger(memory['usage']),
        memory_cached: asInteger(details['cache'] ?? details['file']),
        memory_inactive_file: asInteger(details['inactive_file']),
        memory_total_inactive_file: asInteger(details['total_inactive_file'] ?? details['inactive_file']),
        memory_max_usage: asInteger(memory['max_usage']),
        memory_limit: asInteger(memory['limit']),
        network_rx_bytes: sum(asObject(stats['networks']), 'rx_bytes'),
        network_tx_bytes: sum(asObject(stats['networks']), 'tx_bytes'),
      };
    }
  },
};

function cpu(prefix: '' | 'pre_', stats: Json): Record<string, number | null> {
  const usage = asObject(stats['cpu_usage']);
  return {
    [`${prefix}cpu_total_usage`]: asInteger(usage['total_usage']),
    [`${prefix}cpu_kernelmode_usage`]: asInteger(usage['usage_in_kernelmode']),
    [`${prefix}cpu_usermode_usage`]: asInteger(usage['usage_in_usermode']),
    [`${prefix}system_cpu_usage`]: asInteger(stats['system_cpu_usage']),
    [`${prefix}online_cpus`]: asInteger(stats['online_cpus']),
  };
}

function diskBytes(stats: Json): { disk_read: number; disk_write: number } {
  let disk_read = 0;
  let disk_write = 0;
  for (const value of asList(stats['io_service_bytes_recursive'])) {
    const entry = asObject(value);
    const op = asText(entry['op']).toLowerCase();
    if (op === 'read') disk_read += asNumber(entry['value']) ?? 0;
    if (op === 'write') disk_write += asNumber(entry['value']) ?? 0;
  }
  return { disk_read, disk_write };
}

function sum(networks: Json, key: string): number {
  return Object.values(networks).reduce((total: number, network) => total + (asNumber(asObject(network)[key]) ?? 0), 0);
}
