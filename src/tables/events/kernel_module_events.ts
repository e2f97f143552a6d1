import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Code that enters and leaves the kernel. */
export const kernel_module_events: EventTableSpec = {
  name: 'kernel_module_events',
  kind: 'event',
  description: 'Kernel modules loaded and unloaded, and attempts that failed.',
  source: 'tracepoints sys_exit (init_module, finit_module, delete_module), module_load, module_free',
  columns: [
    ...eventColumns,
    ...processColumns(),
    { name: 'operation', type: 'TEXT', description: 'load or unload' },
    { name: 'syscall', type: 'TEXT', description: 'System call by name; NULL when there was none' },
    {
      name: 'name',
      type: 'TEXT',
      description: 'Name of the module, as the kernel has it; of a failed load NULL when the kernel had not read it yet',
    },
    { name: 'file_path', type: 'TEXT', description: 'File it was loaded from; NULL when from memory' },
    { name: 'file_inode', type: 'BIGINT', description: 'Inode of that file' },
    { name: 'file_device', type: 'BIGINT', description: 'Device of that file, as the kernel numbers it' },
    { name: 'file_size', type: 'BIGINT', description: 'Bytes of the file, or of the image in memory' },
    { name: 'fileless', type: 'INTEGER', description: '1 when it came from memory or from a file no name leads to', width: 'i8' },
    { name: 'params', type: 'TEXT', description: 'Parameters it was given' },
    { name: 'flags', type: 'TEXT', description: 'Flags of the call by name, joined by |' },
    {
      name: 'taints',
      type: 'TEXT',
      description: "How the module taints the kernel, in the kernel's letters: O out of tree, E unsigned, P proprietary, …",
    },
    { name: 'truncated', type: 'INTEGER', description: '1 when a path or the data was cut short', width: 'i8' },
    { name: 'success', type: 'INTEGER', description: '1 when it worked', width: 'i8' },
    { name: 'error', type: 'INTEGER', description: 'errno when it did not, 0 when it did', width: 'i32' },
  ],
  examples: [
    'SELECT time, operation, name, file_path, path, success FROM kernel_module_events ORDER BY eid DESC LIMIT 20',
    "SELECT * FROM kernel_module_events WHERE operation = 'load' AND (fileless = 1 OR taints LIKE '%E%')",
  ],
};
