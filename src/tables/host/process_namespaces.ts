import { columns } from '../lib/columns.ts';
import { namespaceNumber } from '../lib/mount-view.ts';
import { Denials, pidsOf } from '../lib/pids.ts';
import { readLink, wasDenied, wasGone } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Value } from '../spec.ts';

const kinds = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts', 'time'] as const;

/** Namespaces of processes. */
export const process_namespaces: GeneratedTableSpec = {
  name: 'process_namespaces',
  kind: 'state',
  description: 'Which namespaces each process is in: processes with the same number share that part of the system.',
  source: '/proc/PID/ns',
  estimatedRows: 300,
  columns: columns(
    ['pid', 'INTEGER', 'Process id', { index: true }],
    ['cgroup_namespace', 'TEXT', 'Number of the cgroup namespace'],
    ['ipc_namespace', 'TEXT', 'Number of the namespace of System V IPC and message queues'],
    ['mnt_namespace', 'TEXT', 'Number of the mount namespace'],
    ['net_namespace', 'TEXT', 'Number of the network namespace'],
    ['pid_namespace', 'TEXT', 'Number of the process id namespace'],
    ['user_namespace', 'TEXT', 'Number of the user namespace'],
    ['uts_namespace', 'TEXT', 'Number of the host name namespace'],
    ['time_namespace', 'TEXT', 'Number of the clock namespace'],
  ),
  examples: [
    'SELECT net_namespace, count(*) AS n FROM process_namespaces GROUP BY net_namespace',
    'SELECT pid FROM process_namespaces WHERE mnt_namespace <> (SELECT mnt_namespace FROM process_namespaces WHERE pid = 1)',
  ],
  *rows(context) {
    const used = kinds.filter((kind) => context.uses(`${kind}_namespace`));
    const denials = new Denials();
    for (const pid of pidsOf(context)) {
      context.checkInterrupt();
      const row: Record<string, Value> = { pid };
      let seen = 0;
      let denied = false;
      for (const kind of used) {
        const link = readLink(`${context.system.proc}/${pid}/ns/${kind}`);
        if (link === undefined) {
          if (wasDenied()) denied = true;
          // Old kernels lack some kinds; a process that is gone lacks all.
          else if (!wasGone()) denied = true;
          continue;
        }
        seen++;
        row[`${kind}_namespace`] = namespaceNumber(link);
      }
      if (denied) denials.add();
      if (seen > 0 || denied || used.length === 0) yield row;
    }
    denials.report(context, 'namespaces');
  },
};
