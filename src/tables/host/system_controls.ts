import { columns, foreign } from '../lib/columns.ts';
import { namesIn, plainLines, readConfig } from '../lib/config-files.ts';
import { textsOf } from '../lib/constraints.ts';
import { lastFailure, listNames, readText, statOf } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** In the order sysctl reads them: a later one wins, and so does a file of the same name in an earlier folder. */
const configFolders = ['/usr/lib/sysctl.d', '/usr/local/lib/sysctl.d', '/run/sysctl.d', '/etc/sysctl.d'];

/** Settings of the kernel. */
export const system_controls: GeneratedTableSpec = {
  name: 'system_controls',
  kind: 'state',
  description: 'Settings of the running kernel (sysctl), with what the configuration says they should be.',
  source: '/proc/sys, /etc/sysctl.conf, /etc/sysctl.d',
  estimatedRows: 1200,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name, with dots', { index: true }],
      ['oid', 'TEXT', 'Always empty on Linux', { additional: true }],
      ['subsystem', 'TEXT', 'First part of the name', { additional: true }],
      ['current_value', 'TEXT', 'Value now; empty where it can only be written'],
      ['config_value', 'TEXT', 'Value the configuration gives it at boot'],
      ['type', 'TEXT', 'Always string on Linux'],
    ),
    ...foreign('macOS', ['field_name', 'TEXT']),
  ],
  examples: [
    "SELECT name, current_value FROM system_controls WHERE name = 'kernel.randomize_va_space'",
    "SELECT name, current_value, config_value FROM system_controls WHERE config_value <> '' AND config_value <> current_value",
  ],
  *rows(context) {
    const top = `${context.system.proc}/sys`;
    const config = context.uses('config_value') ? readConfiguration(context) : new Map<string, string>();
    const names = textsOf(context, 'name');
    if (names !== undefined) {
      for (const name of names) {
        const path = pathOf(top, name);
        if (path !== undefined) yield describe(name, path, config);
      }
      return;
    }
    if (listNames(top) === undefined) {
      context.warn(`${top} cannot be listed: ${lastFailure()}`);
      return;
    }
    for (const subsystem of textsOf(context, 'subsystem') ?? ['']) {
      if (!subsystem.includes('..')) yield* walk(context, subsystem === '' ? top : `${top}/${subsystem}`, subsystem, config);
    }
  },
};

function* walk(context: TableContext, folder: string, prefix: string, config: ReadonlyMap<string, string>): Generator<Row> {
  context.checkInterrupt();
  for (const part of (listNames(folder) ?? []).sort()) {
    const path = `${folder}/${part}`;
    // A dot inside a part (eth0.100) is written as a slash, as sysctl(8) does.
    const name = `${prefix === '' ? '' : `${prefix}.`}${part.replaceAll('.', '/')}`;
    const stat = statOf(path);
    if (stat?.isDirectory()) yield* walk(context, path, name, config);
    else if (stat) yield describe(name, path, config);
  }
}

function pathOf(top: string, name: string): string | undefined {
  const path = `${top}/${name
    .split('.')
    .map((part) => part.replaceAll('/', '.'))
    .join('/')}`;
  return !path.includes('..') && statOf(path)?.isFile() ? path : undefined;
}

function describe(name: string, path: string, config: ReadonlyMap<string, string>): Row {
  return {
    name,
    oid: '',
    subsystem: name.split('.')[0] ?? '',
    // Many can only be written, some answer only while a device is there.
    current_value: readText(path)?.trim() ?? '',
    config_value: config.get(name) ?? '',
    type: 'string',
  };
}

function readConfiguration(context: TableContext): Map<string, string> {
  const { root } = context.system;
  const byName = new Map<string, string>();
  for (const folder of configFolders)
    for (const name of namesIn(context, root, folder)) if (name.endsWith('.conf')) byName.set(name, `${folder}/${name}`);
  const found = new Map<string, string>();
  for (const path of [...[...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file), '/etc/sysctl.conf']) {
    for (const line of plainLines(readConfig(context, root, path) ?? '')) {
      const equals = line.indexOf('=');
      if (equals <= 0 || line.startsWith(';')) continue;
      // A minus before it means: no complaint if it cannot be set.
      const name = line.slice(0, equals).trim().replace(/^-/, '');
      found.set(/^[^.]*\//.test(name) ? name.replace(/[./]/g, (c) => (c === '.' ? '/' : '.')) : name, line.slice(equals + 1).trim());
    }
  }
  return found;
}
