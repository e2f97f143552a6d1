/** Parameters as they come in JSON, checked and made ready to bind. */
import { ShrikeError } from '../errors.ts';
import type { Value } from '../tables/spec.ts';
import { tokenize } from './lexer.ts';

/** JSON has no 64-bit integers and no bytes, hence the two wrapped forms. */
export type ParamValue = null | number | string | boolean | { readonly bigint: string } | { readonly base64: string };
export type Params = readonly ParamValue[] | Readonly<Record<string, ParamValue>>;

/** What the driver binds: positional values, or values by name without the leading `:`, `@` or `$`. */
export type Bindings = readonly Value[] | Readonly<Record<string, Value>>;

const wrong = (reason: string) => new ShrikeError('E_QUERY_PARAMS', { reason });
const minimum = -(2n ** 63n);
const maximum = 2n ** 63n - 1n;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : isRecord(value) ? 'an object' : `a ${typeof value}`;
}

function bindable(where: string, value: unknown): Value {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw wrong(`parameter ${where} is not a finite number`);
    if (!Number.isInteger(value)) return value;
    if (!Number.isSafeInteger(value))
      throw wrong(`parameter ${where} is beyond 2^53, where JSON numbers lose digits; send {"bigint": "…"}`);
    // The driver binds numbers past 32 bits as floating point, which no integer index matches.
    return BigInt(value);
  }
  if (isRecord(value) && Object.keys(value).length === 1) {
    if (typeof value.bigint === 'string') {
      if (!/^[+-]?\d{1,20}$/.test(value.bigint)) throw wrong(`parameter ${where} is not a whole number: "${value.bigint.slice(0, 40)}"`);
      const whole = BigInt(value.bigint);
      if (whole < minimum || whole > maximum) throw wrong(`parameter ${where} does not fit 64 bits: ${whole}`);
      return whole;
    }
    if (typeof value.base64 === 'string') {
      if (!/^[\w+/-]*={0,2}$/.test(value.base64)) throw wrong(`parameter ${where} is not base64`);
      return new Uint8Array(Buffer.from(value.base64, 'base64'));
    }
  }
  throw wrong(`parameter ${where} is ${describe(value)}, which is not a value SQL has`);
}

interface Wanted {
  /** Values taken in order: each plain `?`. */
  readonly plain: number;
  /** Highest `?NNN`. */
  readonly numbered: number;
  readonly names: ReadonlySet<string>;
}

function wantedBy(sql: string): Wanted {
  let plain = 0;
  let numbered = 0;
  const names = new Set<string>();
  for (const token of tokenize(sql)) {
    if (token.kind !== 'parameter') continue;
    if (token.text === '?') plain++;
    else if (token.text.startsWith('?')) numbered = Math.max(numbered, Number(token.text.slice(1)));
    else names.add(token.text.slice(1));
  }
  return { plain, numbered, names };
}

function positional(values: readonly unknown[], wanted: Wanted): Bindings {
  const [name] = wanted.names;
  if (name !== undefined) throw wrong(`the SQL has the named parameter :${name}, but params is an array`);
  if (wanted.plain > 0 && wanted.numbered > 0) throw wrong('the SQL mixes ? and ?1; use one form');
  const needed = Math.max(wanted.plain, wanted.numbered);
  if (values.length !== needed)
    throw wrong(
      `the SQL has ${needed} parameter${needed === 1 ? '' : 's'}, and params has ${values.length} value${values.length === 1 ? '' : 's'}`,
    );
  const bound = values.map((value, index) => bindable(String(index + 1), value));
  // The driver treats ?1 as a parameter named "1".
  return wanted.numbered > 0 ? Object.fromEntries(bound.map((value, index) => [String(index + 1), value])) : bound;
}

function named(values: Readonly<Record<string, unknown>>, wanted: Wanted): Bindings {
  if (wanted.plain + wanted.numbered > 0) throw wrong('the SQL has ? parameters, but params is an object; give an array');
  const bound: Record<string, Value> = Object.create(null);
  for (const [key, value] of Object.entries(values)) {
    const name = key.replace(/^[:@$]/, '');
    if (!wanted.names.has(name)) throw wrong(`params has "${key}", which the SQL does not name`);
    bound[name] = bindable(`"${key}"`, value);
  }
  for (const name of wanted.names) if (!(name in bound)) throw wrong(`the SQL has the parameter :${name}, and params has no value for it`);
  return { ...bound };
}

/**
 * Checks parameters against the statement and converts them: whole numbers become 64-bit integers, booleans 0 or 1.
 *
 * @throws ShrikeError E_QUERY_PARAMS naming the parameter that is missing, left over or of a type SQL has not.
 * @example bindParams('SELECT ?', [true]) // [1n]
 */
export function bindParams(sql: string, params: unknown): Bindings {
  if (params !== undefined && params !== null && typeof params !== 'object')
    throw wrong(`params must be an array or an object, not ${describe(params)}`);
  const wanted = wantedBy(sql);
  if (isRecord(params)) return named(params, wanted);
  return positional(Array.isArray(params) ? params : [], wanted);
}
