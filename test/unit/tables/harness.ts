/** Runs a table's generator without SQLite: a context with the constraints and columns that a query would give. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Constraint, EngineFacts, GeneratedTableSpec, Row, System, TableContext, TableSpec, Value } from '../../../src/tables/spec.ts';

export interface Ask {
  /** `column =` or `IN`. */
  readonly where?: Readonly<Record<string, Value | readonly Value[]>>;
  readonly like?: Readonly<Record<string, string>>;
  /** Columns the query reads; all of them by default. */
  readonly columns?: readonly string[];
  readonly system?: Partial<System>;
  /** Called for each checkInterrupt. */
  readonly interrupt?: () => void;
  readonly tables?: readonly TableSpec[];
}

export interface Answer {
  readonly rows: Row[];
  readonly warnings: string[];
}

export const machine: System = { proc: '/proc', sys: '/sys', root: '', now: () => Date.now() };

const facts: EngineFacts = { version: '0.0.0-test', dataDir: '/nowhere', startTime: 0, sources: {}, tables: [] };

/** Rows of a query, each checked against the specification, and its warnings. Rows the constraints exclude are dropped, as SQLite would. */
export function ask(table: GeneratedTableSpec, query: Ask = {}): Answer {
  const constraints: Constraint[] = [];
  for (const [column, value] of Object.entries(query.where ?? {})) {
    constraints.push({ column, op: '=', values: Array.isArray(value) ? value : [value as Value] });
  }
  for (const [column, pattern] of Object.entries(query.like ?? {})) constraints.push({ column, op: 'LIKE', values: [pattern] });
  const warnings = new Set<string>();
  const context: TableContext = {
    constraints,
    equals: (column) => constraints.find((c) => c.column === column && c.op === '=')?.values,
    uses: (column) => query.columns?.includes(column) ?? true,
    system: { ...machine, ...query.system },
    warn: (message) => warnings.add(message),
    checkInterrupt: () => query.interrupt?.(),
    engine: { ...facts, tables: query.tables ?? [] },
  };
  const rows: Row[] = [];
  for (const row of table.rows(context)) {
    checkRow(table, row);
    if (matches(row, constraints)) rows.push(row);
  }
  return { rows, warnings: [...warnings] };
}

function matches(row: Row, constraints: readonly Constraint[]): boolean {
  return constraints.every(({ column, op, values }) => {
    if (op !== '=') return true;
    const value = row[column];
    return values.some((wanted) => value !== null && value !== undefined && String(wanted) === String(value));
  });
}

function checkRow(table: GeneratedTableSpec, row: Row): void {
  for (const [name, value] of Object.entries(row)) {
    const column = table.columns.find((c) => c.name === name);
    // A view's own columns are in every row, whether or not the table shows them.
    if (column === undefined) {
      if (['pid_with_namespace', 'mount_namespace_id', 'container_id'].includes(name)) continue;
      throw new Error(`${table.name} yields ${name}, which is no column of it`);
    }
    if (value === null || value === undefined) continue;
    const right =
      column.type === 'TEXT'
        ? typeof value === 'string'
        : column.type === 'BLOB'
          ? value instanceof Uint8Array
          : typeof value === 'number' || typeof value === 'bigint';
    if (!right) throw new Error(`${table.name}.${name} is ${column.type} but the row has ${typeof value} ${String(value)}`);
    if (typeof value === 'number' && Number.isNaN(value)) throw new Error(`${table.name}.${name} is NaN`);
    if (typeof value === 'number' && column.type !== 'DOUBLE' && !Number.isInteger(value))
      throw new Error(`${table.name}.${name} is ${value}, no integer`);
  }
}

/** A folder with the files given (by path; text ending in nothing special), removed after the test. `-> target` makes a link. */
export function tree(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'shrike-tables-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    mkdirSync(path.endsWith('/') ? full : dirname(full), { recursive: true });
    if (path.endsWith('/')) continue;
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), full);
    else writeFileSync(full, content);
  }
  return root;
}

/** The only row of an answer. */
export function only(answer: Answer): Row {
  expect(answer.rows).toHaveLength(1);
  return answer.rows[0] ?? {};
}

/** One column of all rows. */
export function pluck(answer: Answer, column: string): (Value | undefined)[] {
  return answer.rows.map((row) => row[column]);
}
