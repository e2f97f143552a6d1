/** Columns every event table has. The sensor (native/sensor) fills them from its process tree as it was at that moment. */
import type { ColumnSpec } from '../spec.ts';

/** The first three columns of each event table. */
export const eventColumns: readonly ColumnSpec[] = [
  { name: 'eid', type: 'BIGINT', description: 'Event id, ascending over all tables and never reused' },
  { name: 'time', type: 'BIGINT', description: 'When it happened, in seconds since the epoch', additional: true },
  { name: 'ntime', type: 'BIGINT', description: 'When it happened on the kernel clock (CLOCK_BOOTTIME), in nanoseconds since boot' },
];

const process = (name: string, type: ColumnSpec['type'], description: string, more: Partial<ColumnSpec> = {}): ColumnSpec => ({
  name,
  type,
  description,
  scope: 'process',
  ...more,
});

/**
 * Who did it. Stored once per process image, so they cost four bytes a row.
 *
 * @param pathColumn what this table calls the path of the process's executable: `path`, or `executable` where `path` is a file acted on.
 */
export function processColumns(pathColumn: 'path' | 'executable' = 'path'): readonly ColumnSpec[] {
  return [
    process('exec_id', 'TEXT', 'Identity of the process: boot, start time and pid; the same in processes'),
    process('pid', 'BIGINT', 'Process id in the initial pid namespace', { width: 'u32' }),
    process('uid', 'BIGINT', 'Real user id', { width: 'u32' }),
    process('gid', 'BIGINT', 'Real group id', { width: 'u32' }),
    process('euid', 'BIGINT', 'Effective user id', { width: 'u32' }),
    process('egid', 'BIGINT', 'Effective group id', { width: 'u32' }),
    process('auid', 'BIGINT', 'Login user id; 4294967295 where nobody logged in', { width: 'u32' }),
    process(pathColumn, 'TEXT', 'Path of the executable, as the kernel knows it'),
    process('cmdline', 'TEXT', 'Command line, arguments joined by spaces'),
    process('parent', 'BIGINT', 'Process id of the parent', { width: 'u32' }),
    process('parent_path', 'TEXT', 'Executable of the parent'),
    process('parent_cmdline', 'TEXT', 'Command line of the parent'),
    process('ancestors', 'TEXT', 'Executables from the parent up to init, as a JSON array'),
    process('cgroup_id', 'BIGINT', 'Id of the cgroup the process was in'),
    process('container_id', 'TEXT', 'Id of the container, as its runtime names it; NULL on the host'),
    process('container_name', 'TEXT', 'Name of the container'),
    process('container_image', 'TEXT', 'Image the container was made from'),
    process('pod_name', 'TEXT', 'Kubernetes pod'),
    process('pod_namespace', 'TEXT', 'Kubernetes namespace of the pod'),
    process('pod_uid', 'TEXT', 'Kubernetes uid of the pod'),
  ];
}
