/** Reading pushed-down constraints in the types a generator wants. */
import type { TableContext, Value } from '../spec.ts';

/**
 * Integers given for a column by `=` or `IN`; undefined when the column is not so constrained. Values that are no integers (or too
 * large to be exact) can equal no row, so they are left out.
 */
export function integersOf(context: TableContext, column: string): number[] | undefined {
  const values = context.equals(column);
  if (values === undefined) return undefined;
  const found = new Set<number>();
  for (const value of values) {
    const number = toNumber(value);
    if (Number.isSafeInteger(number)) found.add(number);
  }
  return [...found];
}

/** Texts given for a column by `=` or `IN`; undefined when the column is not so constrained. */
export function textsOf(context: TableContext, column: string): string[] | undefined {
  const values = context.equals(column);
  if (values === undefined) return undefined;
  const found = new Set<string>();
  for (const value of values) {
    if (typeof value === 'string') found.add(value);
    else if (typeof value === 'number' || typeof value === 'bigint') found.add(String(value));
  }
  return [...found];
}

/** Patterns given for a column by `LIKE`. */
export function likesOf(context: TableContext, column: string): string[] {
  const found: string[] = [];
  for (const constraint of context.constraints) {
    if (constraint.column !== column || constraint.op !== 'LIKE') continue;
    for (const value of constraint.values) if (typeof value === 'string') found.push(value);
  }
  return found;
}

function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.trim() !== '') return Number(value);
  return Number.NaN;
}
