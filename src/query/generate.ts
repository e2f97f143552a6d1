/** Runs the generators of state tables when the addon asks for rows. One instance per connection. */
import type { GenerateRows, NativeConstraint, NativeGeneratedTable } from '../native.ts';
import type { Constraint, ConstraintOp, EngineFacts, GeneratedTableSpec, System, TableContext, Value } from '../tables/spec.ts';

/** How many distinct warnings one query reports. */
const maxWarnings = 50;

/** SQLite's colUsed mask has 64 bits; the last one stands for every column from there on. */
const lastColumnBit = 63;

export interface Generator {
  readonly tables: readonly NativeGeneratedTable[];
  readonly generate: GenerateRows;
  /** Forgets the last statement's warnings and error. The next one sees these facts beside those given at first. */
  reset(facts?: Partial<EngineFacts>): void;
  warn(message: string): void;
  warnings(): readonly string[];
  /** What a generator threw during this statement: the addon passes on its message only. */
  thrown(): unknown;
}

function declare(table: GeneratedTableSpec): NativeGeneratedTable {
  return {
    name: table.name,
    estimatedRows: table.estimatedRows ?? 1000,
    columns: table.columns.map((column) => ({
      name: column.name,
      type: column.type.replace('_', ' '),
      hidden: column.hidden ?? false,
      index: column.index ?? false,
      additional: column.additional ?? false,
      required: column.requiredGroup ?? (column.required ? column.name : ''),
    })),
  };
}

class Context implements TableContext {
  readonly constraints: readonly Constraint[];
  readonly system: System;
  readonly engine: EngineFacts;
  readonly warn: (message: string) => void;
  readonly checkInterrupt: () => void;
  readonly #table: GeneratedTableSpec;
  readonly #used: bigint;

  constructor(
    table: GeneratedTableSpec,
    constraints: readonly NativeConstraint[],
    used: bigint,
    shared: Pick<TableContext, 'system' | 'engine' | 'warn' | 'checkInterrupt'>,
  ) {
    this.#table = table;
    this.#used = used;
    this.constraints = constraints.map(({ column, op, values }) => ({
      column: table.columns[column]?.name ?? '',
      // The addon sends only operators of ConstraintOp.
      op: op as ConstraintOp,
      values,
    }));
    this.system = shared.system;
    this.engine = shared.engine;
    this.warn = shared.warn;
    this.checkInterrupt = shared.checkInterrupt;
  }

  equals(column: string): readonly Value[] | undefined {
    const holds = ({ op, values }: Constraint): boolean => op === '=' || (op === 'IS' && values[0] !== null);
    return this.constraints.find((constraint) => constraint.column === column && holds(constraint))?.values;
  }

  uses(column: string): boolean {
    const index = this.#table.columns.findIndex(({ name }) => name === column);
    return index >= 0 && (this.#used & (1n << BigInt(Math.min(index, lastColumnBit)))) !== 0n;
  }
}

/**
 * Adapts table specifications to the addon's interface.
 *
 * @param checkInterrupt throws when the running statement is to stop; called before each row.
 */
export function createGenerator(
  specs: readonly GeneratedTableSpec[],
  shared: { readonly system: System; readonly engine: EngineFacts; readonly checkInterrupt: () => void },
): Generator {
  let warnings = new Set<string>();
  let thrown: unknown;
  let engine = shared.engine;
  const warn = (message: string) => {
    if (warnings.size < maxWarnings) warnings.add(message);
    else warnings.add('more could not be read; further warnings are left out');
  };

  function* rowsOf(spec: GeneratedTableSpec, context: Context): RowArrays {
    const names = spec.columns.map(({ name }) => name);
    try {
      for (const row of spec.rows(context)) {
        shared.checkInterrupt();
        yield names.map((name) => row[name] ?? null);
      }
    } catch (error) {
      thrown = error;
      throw error;
    }
  }

  return {
    tables: specs.map(declare),
    generate(table, constraints, used) {
      const spec = specs[table];
      if (spec === undefined) throw new Error(`the addon asked for table ${table}, and there are ${specs.length}`);
      return rowsOf(spec, new Context(spec, constraints, used, { ...shared, engine, warn }));
    },
    reset(facts) {
      engine = facts === undefined ? shared.engine : { ...shared.engine, ...facts };
      warnings = new Set();
      thrown = undefined;
    },
    warn,
    warnings: () => [...warnings],
    thrown: () => thrown,
  };
}

type RowArrays = globalThis.Generator<readonly Value[]>;
