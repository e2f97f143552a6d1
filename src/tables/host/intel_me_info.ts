import { columns } from '../lib/columns.ts';
import { listNames, readLine } from '../lib/procfs.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Firmware of Intel's management engine. */
export const intel_me_info: GeneratedTableSpec = {
  name: 'intel_me_info',
  kind: 'state',
  description: "Version of the firmware of Intel's management engine, where the machine has one.",
  source: '/sys/class/mei/mei*/fw_ver',
  estimatedRows: 1,
  columns: columns(['version', 'TEXT', 'Version of the firmware']),
  examples: ['SELECT version FROM intel_me_info', 'SELECT count(*) AS engines FROM intel_me_info'],
  *rows(context) {
    const top = `${context.system.sys}/class/mei`;
    const names = listNames(top) ?? [];
    if (names.length === 0) context.warn("this machine has no management engine of Intel's, or no driver for it");
    for (const name of names.sort()) {
      // Platform, colon, version.
      const version = readLine(`${top}/${name}/fw_ver`)?.split(':').pop();
      if (version !== undefined && version !== '') yield { version };
    }
  },
};
