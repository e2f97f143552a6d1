import { existsSync } from 'node:fs';
import { columns, foreign } from '../lib/columns.ts';
import { Denials, pidsOf } from '../lib/pids.ts';
import { CgroupReader } from '../lib/process-container.ts';
import {
  type ProcessStat,
  type ProcessStatus,
  readBootPrefix,
  readBootTime,
  readCmdline,
  readStat,
  readStatus,
  ticksPerSecond,
} from '../lib/process-files.ts';
import { readLatin1, readLine, readLink, statOf, wasDenied } from '../lib/procfs.ts';
import type { GeneratedTableSpec, TableContext, Value } from '../spec.ts';
import { textsOf } from '../lib/constraints.ts';

const deletedMark = ' (deleted)';
const statusColumns = [
  'uid',
  'gid',
  'euid',
  'egid',
  'suid',
  'sgid',
  'resident_size',
  'total_size',
  'tracer_pid',
  'cap_effective',
  'seccomp',
  'no_new_privs',
];
const cgroupColumns = ['cgroup_path', 'container_id', 'container_runtime', 'pod_uid', 'cgroup_id'];

/** All running processes. */
export const processes: GeneratedTableSpec = {
  name: 'processes',
  kind: 'state',
  description: 'Every process on the machine, in whatever container it runs. Giving a pid reads that process alone.',
  source: '/proc/PID/{stat,status,cmdline,exe,cwd,root,io,cgroup,loginuid}',
  estimatedRows: 300,
  columns: [
    ...columns(
      ['pid', 'BIGINT', 'Process id', { index: true }],
      ['name', 'TEXT', 'Name the kernel keeps, at most 15 bytes, which the process can change'],
      ['path', 'TEXT', 'Path of the executable; empty for threads of the kernel'],
      ['cmdline', 'TEXT', 'Arguments joined by blanks'],
      ['state', 'TEXT', 'One letter: R running, S sleeping, D waiting for a device, Z dead but not collected, T stopped, I idle'],
      ['cwd', 'TEXT', 'Current folder'],
      ['root', 'TEXT', 'Root folder'],
      ['uid', 'BIGINT', 'Real user id'],
      ['gid', 'BIGINT', 'Real group id'],
      ['euid', 'BIGINT', 'Effective user id'],
      ['egid', 'BIGINT', 'Effective group id'],
      ['suid', 'BIGINT', 'Saved user id'],
      ['sgid', 'BIGINT', 'Saved group id'],
      ['on_disk', 'INTEGER', 'Whether the executable is still at its path, as the process sees it: 1 yes, 0 no, -1 unknown'],
      ['wired_size', 'BIGINT', 'Always 0 on Linux'],
      ['resident_size', 'BIGINT', 'Memory in RAM, in bytes'],
      ['total_size', 'BIGINT', 'Address space, in bytes'],
      ['user_time', 'BIGINT', 'CPU time outside the kernel, in milliseconds'],
      ['system_time', 'BIGINT', 'CPU time inside the kernel, in milliseconds'],
      ['disk_bytes_read', 'BIGINT', 'Bytes read from storage'],
      ['disk_bytes_written', 'BIGINT', 'Bytes written to storage'],
      ['start_time', 'BIGINT', 'When it started, in seconds since the epoch'],
      ['parent', 'BIGINT', 'Process id of the parent'],
      ['pgroup', 'BIGINT', 'Process group'],
      ['threads', 'INTEGER', 'Number of threads'],
      ['nice', 'INTEGER', 'Niceness, from -20 (greedy) to 19'],
      ['cgroup_path', 'TEXT', 'Path of the control group'],
    ),
    ...foreign('Windows and macOS', ['elevated_token', 'INTEGER'], ['secure_process', 'INTEGER'], ['protection_type', 'TEXT']),
    ...foreign('Windows and macOS', ['virtual_process', 'INTEGER'], ['elapsed_time', 'BIGINT'], ['handle_count', 'BIGINT']),
    ...foreign('Windows and macOS', ['percent_processor_time', 'BIGINT'], ['upid', 'BIGINT'], ['uppid', 'BIGINT']),
    ...foreign('Windows and macOS', ['cpu_type', 'INTEGER'], ['cpu_subtype', 'INTEGER'], ['translated', 'INTEGER']),
    ...columns(
      ['exec_id', 'TEXT', 'Identity of the process: boot, start time and pid; the same in event tables', { additional: true }],
      ['auid', 'BIGINT', 'Login user id; 4294967295 where nobody logged in'],
      ['session', 'BIGINT', 'Session id'],
      ['tty', 'BIGINT', 'Device number of the terminal; 0 without one'],
      ['tracer_pid', 'BIGINT', 'Process that traces it; 0 when nobody does'],
      ['cap_effective', 'TEXT', 'Effective capabilities, in hexadecimal'],
      ['seccomp', 'INTEGER', 'System call filter: 0 none, 1 strict, 2 filter'],
      ['no_new_privs', 'INTEGER', 'Whether it has given up gaining privileges: 1 yes'],
      ['kernel_thread', 'INTEGER', 'Whether it is a thread of the kernel: 1 yes'],
      ['container_id', 'TEXT', 'Id of the container, as its runtime names it; NULL on the host'],
      ['container_runtime', 'TEXT', 'Runtime of the container: docker, containerd, cri-o, podman, runc, …'],
      ['pod_uid', 'TEXT', 'Kubernetes uid of the pod'],
      ['cgroup_id', 'BIGINT', 'Id of the cgroup (cgroup2)'],
      [
        'host_path',
        'TEXT',
        'Path by which the host reaches the executable of a process with another root or mount namespace',
        { hidden: true },
      ],
    ),
  ],
  examples: [
    'SELECT pid, name, path, cmdline FROM processes ORDER BY resident_size DESC LIMIT 10',
    'SELECT pid, path FROM processes WHERE on_disk = 0',
    'SELECT p.pid, p.name, q.name AS parent_name FROM processes p JOIN processes q ON q.pid = p.parent WHERE p.uid = 0 LIMIT 20',
    'SELECT container_id, count(*) AS n FROM processes WHERE container_id IS NOT NULL GROUP BY container_id',
  ],
  *rows(context) {
    const { proc } = context.system;
    const needs = new Needs(context);
    const bootPrefix = needs.execId ? readBootPrefix(proc) : '';
    const bootTime = needs.startTime ? readBootTime(proc) : 0;
    const cgroups = new CgroupReader(context.system);
    const denials = new Denials();
    for (const pid of needs.execIds === undefined ? pidsOf(context) : pidsOfExecIds(needs.execIds)) {
      context.checkInterrupt();
      const folder = `${proc}/${pid}`;
      const stat = readStat(folder);
      if (stat === undefined) continue;
      const status = needs.status ? readStatus(folder) : undefined;
      if (needs.status && status === undefined) continue;
      const row: Record<string, Value> = statColumns(pid, stat, bootPrefix, bootTime);
      if (status) addStatus(row, status);
      if (needs.cmdline) row['cmdline'] = stat.kernelThread ? '' : readCmdline(folder);
      if (needs.links) addLinks(row, folder, stat, needs, denials);
      if (needs.io) addIo(row, folder);
      if (needs.auid) row['auid'] = Number(readLine(`${folder}/loginuid`) ?? 4294967295);
      if (needs.cgroup) {
        const cgroup = cgroups.read(pid);
        row['cgroup_path'] = cgroup?.path ?? '';
        row['container_id'] = cgroup?.containerId ?? null;
        row['container_runtime'] = cgroup?.runtime ?? null;
        row['pod_uid'] = cgroup?.podUid ?? null;
        if (needs.cgroupId) row['cgroup_id'] = cgroups.id(cgroup?.unifiedPath);
      }
      yield row;
    }
    denials.report(context, 'executable paths and folders');
  },
};

/** Which files this query makes necessary. */
class Needs {
  readonly status: boolean;
  readonly cmdline: boolean;
  readonly exe: boolean;
  readonly onDisk: boolean;
  readonly hostPath: boolean;
  readonly cwd: boolean;
  readonly root: boolean;
  readonly links: boolean;
  readonly io: boolean;
  readonly auid: boolean;
  readonly cgroup: boolean;
  readonly cgroupId: boolean;
  readonly execId: boolean;
  readonly startTime: boolean;
  readonly execIds: string[] | undefined;

  constructor(context: TableContext) {
    const uses = (name: string): boolean => context.uses(name);
    this.status = statusColumns.some(uses);
    this.cmdline = uses('cmdline');
    this.onDisk = uses('on_disk');
    this.hostPath = uses('host_path');
    this.exe = uses('path') || this.onDisk || this.hostPath;
    this.cwd = uses('cwd');
    this.root = uses('root');
    this.links = this.exe || this.cwd || this.root;
    this.io = uses('disk_bytes_read') || uses('disk_bytes_written');
    this.auid = uses('auid');
    this.cgroup = cgroupColumns.some(uses);
    this.cgroupId = uses('cgroup_id');
    this.execIds = context.equals('pid') === undefined ? textsOf(context, 'exec_id') : undefined;
    this.execId = uses('exec_id') || this.execIds !== undefined;
    this.startTime = uses('start_time');
  }
}

/** An exec_id ends in the pid, so it need not be searched for; a pid used again has another exec_id and SQLite drops it. */
function* pidsOfExecIds(execIds: readonly string[]): Generator<number> {
  for (const id of new Set(execIds.map((text) => Number(text.slice(text.lastIndexOf('-') + 1)))))
    if (Number.isInteger(id) && id > 0) yield id;
}

function statColumns(pid: number, stat: ProcessStat, bootPrefix: string, bootTime: number): Record<string, Value> {
  return {
    pid,
    name: stat.comm,
    state: stat.state,
    wired_size: 0,
    user_time: stat.userTicks * (1000 / ticksPerSecond),
    system_time: stat.systemTicks * (1000 / ticksPerSecond),
    start_time: bootTime + Math.floor(Number(stat.startTicks) / ticksPerSecond),
    parent: stat.parent,
    pgroup: stat.pgroup,
    threads: stat.threads,
    nice: stat.nice,
    exec_id: `${bootPrefix}-${stat.startTicks}-${pid}`,
    session: stat.session,
    tty: stat.tty,
    kernel_thread: stat.kernelThread ? 1 : 0,
  };
}

function addStatus(row: Record<string, Value>, status: ProcessStatus): void {
  const uids = (status.value('Uid') ?? '').split('\t');
  const gids = (status.value('Gid') ?? '').split('\t');
  row['uid'] = Number(uids[0]);
  row['euid'] = Number(uids[1]);
  row['suid'] = Number(uids[2]);
  row['gid'] = Number(gids[0]);
  row['egid'] = Number(gids[1]);
  row['sgid'] = Number(gids[2]);
  row['resident_size'] = status.bytes('VmRSS');
  row['total_size'] = status.bytes('VmSize');
  row['tracer_pid'] = Number(status.value('TracerPid') ?? 0);
  row['cap_effective'] = status.value('CapEff') ?? null;
  row['seccomp'] = Number(status.value('Seccomp') ?? 0);
  row['no_new_privs'] = Number(status.value('NoNewPrivs') ?? 0);
}

function addLinks(row: Record<string, Value>, folder: string, stat: ProcessStat, needs: Needs, denials: Denials): void {
  row['path'] = '';
  row['on_disk'] = -1;
  row['cwd'] = '';
  row['root'] = '';
  let denied = false;
  const link = (name: string): string => {
    const target = readLink(`${folder}/${name}`);
    if (target === undefined && wasDenied()) denied = true;
    return target ?? '';
  };
  if (needs.exe && !stat.kernelThread) {
    const path = link('exe');
    const [shown, onDisk] = needs.onDisk || path.endsWith(deletedMark) ? locate(folder, path) : [path, 1];
    row['path'] = shown;
    row['on_disk'] = onDisk;
    row['host_path'] = shown === '' ? null : `${folder}/root${shown}`;
  }
  if (needs.cwd) row['cwd'] = stat.kernelThread ? '/' : link('cwd');
  if (needs.root) row['root'] = stat.kernelThread ? '/' : link('root');
  if (denied) denials.add();
}

/**
 * The path without the kernel's mark of a removed file, and whether there is (again) a file at it: a package update that replaced
 * the executable counts as there, as it does for osquery. The question is asked inside the process's own root, because a container's
 * executable is not at that path on the host.
 */
function locate(folder: string, path: string): [string, number] {
  if (path === '') return ['', -1];
  if (!path.endsWith(deletedMark)) return [path, existsSync(`${folder}/root${path}`) ? 1 : 0];
  // A file may really have that name: then it is the one that runs.
  const there = statOf(`${folder}/root${path}`);
  if (there) {
    const running = statOf(`${folder}/exe`);
    if (running?.ino === there.ino && running.dev === there.dev) return [path, 1];
  }
  const bare = path.slice(0, -deletedMark.length);
  return [bare, existsSync(`${folder}/root${bare}`) ? 1 : 0];
}

function addIo(row: Record<string, Value>, folder: string): void {
  const text = readLatin1(`${folder}/io`);
  // Only the owner and root may read it; osquery shows 0 then, and so do we, as there is nothing better to show.
  row['disk_bytes_read'] = ioValue(text, '\nread_bytes: ');
  row['disk_bytes_written'] = ioValue(text, '\nwrite_bytes: ');
}

function ioValue(text: string | undefined, key: string): number {
  const start = text?.indexOf(key) ?? -1;
  return text === undefined || start < 0 ? 0 : Number.parseInt(text.slice(start + key.length), 10);
}
