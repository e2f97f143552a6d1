/** JSON files of other programs, of which nothing may be taken for granted. */
import type { TableContext } from '../spec.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The value of a JSON text; undefined, with a warning that names the file, when it is broken, and without one when there is no text. */
export function parseJson(context: TableContext, path: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    context.warn(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The value if it is an object, else an empty one. */
export function asObject(value: unknown): Json {
  // Checked to be an object: each of its values is looked at by itself.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text or number as text; anything else is empty. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A number, also one written as text; undefined for anything else. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A whole number for a column: NULL for anything else. */
export function asInteger(value: unknown): number | null {
  const number = asNumber(value);
  return number === undefined ? null : Math.trunc(number);
}
