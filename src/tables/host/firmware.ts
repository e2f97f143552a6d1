/** Tables and variables of the firmware. */
import { createHash } from 'node:crypto';
import { columns, foreign } from '../lib/columns.ts';
import { bytes, lastFailure, listNames, readBytes, statOf } from '../lib/procfs.ts';
import type { GeneratedTableSpec, TableContext } from '../spec.ts';

/** ACPI tables. */
export const acpi_tables: GeneratedTableSpec = {
  name: 'acpi_tables',
  kind: 'state',
  description: 'ACPI tables that the firmware gave the kernel. Their content takes root to read.',
  source: '/sys/firmware/acpi/tables',
  estimatedRows: 30,
  columns: columns(
    ['name', 'TEXT', 'Name of the table'],
    ['size', 'INTEGER', 'Size, in bytes'],
    ['md5', 'TEXT', 'MD5 digest of its content; empty if it cannot be read'],
  ),
  examples: ['SELECT name, size, md5 FROM acpi_tables', "SELECT md5 FROM acpi_tables WHERE name = 'DSDT'"],
  *rows(context) {
    const folder = `${context.system.sys}/firmware/acpi/tables`;
    const names = listNames(folder);
    if (names === undefined) context.warn('this machine has no ACPI');
    for (const name of (names ?? []).sort()) {
      const path = `${folder}/${name}`;
      const stat = statOf(path);
      // The folders data and dynamic hold other things.
      if (stat?.isFile() !== true) continue;
      const length = readBytes(path);
      if (length < 0) context.warn(`${path} cannot be read: ${lastFailure()}`);
      yield {
        name,
        size: length < 0 ? stat.size : length,
        md5: length < 0 ? '' : createHash('md5').update(bytes().subarray(0, length)).digest('hex'),
      };
    }
  },
};

const globalVariables = '8be4df61-93ca-11d2-aa0d-00e098032b8c';

/** Content of a firmware variable, without the four bytes of attributes before it. */
export function readVariable(context: TableContext, name: string, vendor = globalVariables): Buffer | undefined {
  const length = readBytes(`${context.system.sys}/firmware/efi/efivars/${name}-${vendor}`);
  return length < 4 ? undefined : Buffer.from(bytes().subarray(4, length));
}

/** Whether only signed code boots. */
export const secureboot: GeneratedTableSpec = {
  name: 'secureboot',
  kind: 'state',
  description: 'State of Secure Boot; no row on machines that did not boot by UEFI.',
  source: '/sys/firmware/efi/efivars',
  estimatedRows: 1,
  columns: [
    ...columns(
      ['secure_boot', 'INTEGER', 'Whether Secure Boot is on: 1 yes'],
      ['setup_mode', 'INTEGER', 'Whether keys can be changed by anyone: 1 yes'],
    ),
    ...foreign(
      'macOS',
      ['secure_mode', 'INTEGER'],
      ['description', 'TEXT'],
      ['kernel_extensions', 'INTEGER'],
      ['mdm_operations', 'INTEGER'],
    ),
  ],
  examples: ['SELECT secure_boot, setup_mode FROM secureboot', 'SELECT 1 FROM secureboot WHERE secure_boot = 1 AND setup_mode = 0'],
  *rows(context) {
    if (statOf(`${context.system.sys}/firmware/efi`) === undefined) {
      context.warn('this machine did not boot by UEFI');
      return;
    }
    const secure = readVariable(context, 'SecureBoot');
    const setup = readVariable(context, 'SetupMode');
    if (secure === undefined && setup === undefined) context.warn('the variables of Secure Boot cannot be read: is efivarfs mounted?');
    yield { secure_boot: secure?.[0] ?? null, setup_mode: setup?.[0] ?? null };
  },
};
