import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** The kernel's own instruments, and who plays them. */
export const bpf_events: EventTableSpec = {
  name: 'bpf_events',
  kind: 'event',
  description:
    'BPF programs, maps and links made, attached, pinned and opened; perf events; filters put on sockets. Reading and writing maps is left out, and so is what the agent itself does.',
  source: 'tracepoint sys_exit (bpf, perf_event_open, setsockopt)',
  columns: [
    ...eventColumns,
    ...processColumns(),
    {
      name: 'operation',
      type: 'TEXT',
      description:
        'Command of bpf() (prog_load, map_create, link_create, obj_pin, …), perf_event_open, socket_attach_bpf, socket_attach_filter, reuseport_attach_bpf or reuseport_attach_filter',
    },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    { name: 'object', type: 'TEXT', description: 'prog, map, link or perf_event' },
    { name: 'object_id', type: 'BIGINT', description: 'Id of the object in the kernel, as bpftool shows it' },
    { name: 'name', type: 'TEXT', description: 'Name of the program or map' },
    { name: 'object_type', type: 'TEXT', description: 'Type of the program, map or perf event (kprobe, uprobe, tracepoint, hardware, …)' },
    { name: 'attach_type', type: 'TEXT', description: 'Where a program attaches, for example cgroup_inet4_connect or trace_fentry' },
    { name: 'attach_to', type: 'TEXT', description: 'Kernel function or hook that a tracing or LSM program is made for' },
    { name: 'object_path', type: 'TEXT', description: 'Path of a pin; function or file of a probe; name of a raw tracepoint' },
    { name: 'tag', type: 'TEXT', description: 'Hash of the program, as bpftool shows it' },
    { name: 'instructions', type: 'INTEGER', description: 'Instructions of the program', width: 'i32' },
    { name: 'max_entries', type: 'BIGINT', description: 'Entries a map can hold' },
    { name: 'flags', type: 'BIGINT', description: 'Flags of a map' },
    { name: 'perf_config', type: 'BIGINT', description: 'Config of a perf event; of a tracepoint its id' },
    { name: 'perf_offset', type: 'BIGINT', description: 'Offset of a probe' },
    { name: 'cpu', type: 'INTEGER', description: 'Processor a perf event counts on, -1 for all', width: 'i32' },
    {
      name: 'target_pid',
      type: 'BIGINT',
      description:
        'Process id of the process that a perf event measures, in the initial pid namespace; the number as given when there is no such process',
    },
    {
      name: 'target_exec_id',
      type: 'TEXT',
      description: 'Identity of the process that a perf event measures; the exec_id of its own rows',
    },
    { name: 'target_path', type: 'TEXT', description: 'Executable of the process that a perf event measures' },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    "SELECT time, path, operation, name, object_type, attach_to FROM bpf_events WHERE operation = 'prog_load' ORDER BY eid DESC LIMIT 20",
    "SELECT path, count(*) FROM bpf_events WHERE object_type IN ('kprobe', 'uprobe') GROUP BY path",
  ],
};
