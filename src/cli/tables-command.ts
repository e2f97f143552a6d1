/** `shrike tables [NAME]`: what can be asked, from the specifications; needs no agent. */
import { ShrikeError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { findTable, tables } from '../tables/index.ts';
import type { ColumnSpec, TableSpec } from '../tables/spec.ts';
import { createPrinter } from './printer.ts';
import { formatOf } from './query-command.ts';
import { exitCodes } from './report.ts';
import type { RowRecord } from './source.ts';
import { type Style, styleFor } from './text.ts';

function notes(column: ColumnSpec): string {
  const list: string[] = [];
  if (column.requiredGroup !== undefined) list.push('this or another of its group is required');
  else if (column.required) list.push('required');
  if (column.index) list.push('indexed');
  if (column.hidden) list.push('hidden');
  return list.length === 0 ? '' : ` (${list.join(', ')})`;
}

/** A table in words: what it is, its columns, examples. */
export function describeTable(table: TableSpec, style: Style): string {
  const name = Math.max(...table.columns.map((column) => column.name.length));
  const type = Math.max(...table.columns.map((column) => column.type.length));
  const columns = table.columns.map(
    (column) => `  ${style.bold(column.name.padEnd(name))}  ${style.dim(column.type.padEnd(type))}  ${column.description}${notes(column)}`,
  );
  const examples = table.examples.map((sql) => `  ${sql}`);
  return [
    `${style.bold(table.name)} (${table.kind})`,
    table.description,
    `Source: ${table.source}`,
    '',
    'Columns:',
    ...columns,
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...examples]),
    '',
  ].join('\n');
}

/** The table of that name, or an error that suggests another. */
export function tableNamed(name: string): TableSpec {
  const table = findTable(name);
  if (table !== undefined) return table;
  const near = nearest(
    name,
    tables.map((each) => each.name),
  );
  throw new ShrikeError('E_QUERY_UNKNOWN_TABLE', {
    table: name,
    suggestion: near === undefined ? '`shrike tables` lists them all.' : `Did you mean ${near}?`,
  });
}

function print(format: string, rows: readonly RowRecord[]): void {
  const printer = createPrinter(formatOf(format), {
    write: (text) => process.stdout.write(text),
    style: styleFor(process.stdout),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
  });
  printer.begin(Object.keys(rows[0] ?? {}).map((name) => ({ name, type: 'TEXT' })));
  for (const row of rows) printer.row({ row, text: JSON.stringify(row) });
  printer.end();
}

export async function tablesCommand(name: string | undefined, flags: { readonly format?: string }): Promise<number> {
  if (name === undefined) {
    print(
      flags.format ?? 'table',
      tables.map((table) => ({ name: table.name, kind: table.kind, description: table.description })),
    );
    return exitCodes.fine;
  }
  const table = tableNamed(name);
  if (flags.format === undefined) process.stdout.write(describeTable(table, styleFor(process.stdout)));
  else {
    print(
      flags.format,
      table.columns.map((column) => ({ name: column.name, type: column.type, description: column.description })),
    );
  }
  return exitCodes.fine;
}
