/** `shrike query SQL`. */
import { readFileSync } from 'node:fs';
import { ShrikeError } from '../errors.ts';
import { openSource } from './open-source.ts';
import { type PrintFormat, printFormats } from './printer.ts';
import { exitCodes, note } from './report.ts';
import { showQuery } from './show.ts';

export interface QueryFlags {
  readonly dataDir?: string;
  readonly format?: string;
  readonly param?: readonly string[];
  readonly limit?: string;
  readonly timeout?: string;
}

const usage = (reason: string) => new ShrikeError('E_USAGE', { reason });

/** A format's name, checked. */
export function formatOf(name: string): PrintFormat {
  const format = printFormats.find((each) => each === name);
  if (format === undefined) throw usage(`there is no format "${name}": use ${printFormats.join(', ')}`);
  return format;
}

/** A parameter as typed: JSON where it is a number, null, true, false or an object; else text. */
function paramValue(text: string): unknown {
  if (!/^(-?\d|null$|true$|false$|\{)/.test(text)) return text;
  // JSON would round it.
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return { bigint: text };
  try {
    return JSON.parse(text);
  } catch {
    // It only looked like one: 192.0.2.1, 7f3a….
    return text;
  }
}

/**
 * `--param VALUE` in order for `?`, `--param name=value` for `:name`.
 *
 * @example parseParams(['pid=1'], true) // {pid: 1}
 */
export function parseParams(given: readonly string[], named: boolean): unknown {
  if (!named) return given.map(paramValue);
  return Object.fromEntries(
    given.map((each) => {
      const [, name, value] = /^[:@$]?(\w+)=([\s\S]*)$/.exec(each) ?? [];
      if (name === undefined) throw usage(`--param ${each}: the SQL has named parameters, so give --param NAME=VALUE`);
      return [name, paramValue(value ?? '')];
    }),
  );
}

function wholeNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw usage(`--${flag} takes a whole number, not "${text}"`);
  return Number(text);
}

function readSql(sql: string): string {
  if (sql !== '-') return sql;
  return readFileSync(0, 'utf8');
}

/** Runs the command and returns its exit code. */
export async function queryCommand(given: string, flags: QueryFlags): Promise<number> {
  const format = formatOf(flags.format ?? 'table');
  const limit = wholeNumber('limit', flags.limit);
  const timeoutMs = wholeNumber('timeout', flags.timeout);
  const sql = readSql(given);
  const { tokenize } = await import('../query/lexer.ts');
  const named = [...tokenize(sql)].some(({ kind, text }) => kind === 'parameter' && !text.startsWith('?'));
  const params = flags.param === undefined || flags.param.length === 0 ? undefined : parseParams(flags.param, named);
  const source = await openSource(flags);
  const cancel = new AbortController();
  process.once('SIGINT', () => cancel.abort());
  try {
    if (source.notice !== undefined) note(source.notice);
    const { exit } = await showQuery(source, { sql, params, limit, timeoutMs, signal: cancel.signal }, format);
    return exit;
  } catch (error) {
    if (!cancel.signal.aborted) throw error;
    note('shrike: cancelled.');
    return exitCodes.failure;
  } finally {
    await source.close();
  }
}
