/**
 * Turns SQLite's messages into errors that say where and what next.
 *
 * The parser and the lexer only explain: what a query may do is decided by the authorizer, before anything here runs.
 */
import { createRequire } from 'node:module';
import { ShrikeError } from '../errors.ts';
import { findTable, tables } from '../tables/index.ts';
import { type Token, tokenize, unquote } from './lexer.ts';
import { nearest } from '../nearest.ts';

export interface Failure {
  readonly sql: string;
  /** SQLite's result code name, e.g. `SQLITE_AUTH`. */
  readonly code: string | undefined;
  readonly message: string;
  /** Event tables exist only in the agent. */
  readonly events: boolean;
  readonly dataDir: string;
  /** Prepares a text and returns SQLite's complaint, or undefined when it has none. */
  readonly complaint: (sql: string) => string | undefined;
}

/** node-sql-parser backtracks: long or deeply nested text can cost it seconds, so it only sees ordinary queries. */
const parserLimit = { length: 8000, depth: 8 };
/** How many places of a repeated word are tried to find the one SQLite means. */
const maxPlaces = 32;
const maxListed = 12;

const sameName = (token: Token, name: string) =>
  (token.kind === 'word' || token.kind === 'quoted') && unquote(token.text).toLowerCase() === name.toLowerCase();

function depthOf(tokens: readonly Token[]): number {
  let depth = 0;
  let deepest = 0;
  for (const { text } of tokens) {
    if (text === '(') deepest = Math.max(deepest, ++depth);
    else if (text === ')') depth--;
  }
  return deepest;
}

/** Names of the tables a statement mentions: by the parser where it can, else every word that is a table's name. */
function tablesIn(sql: string, tokens: readonly Token[]): string[] {
  if (sql.length <= parserLimit.length && depthOf(tokens) <= parserLimit.depth) {
    try {
      // Loaded on the first mistake only: it takes 30 ms and some megabytes.
      const { Parser } = createRequire(import.meta.url)('node-sql-parser/build/sqlite.js') as typeof import('node-sql-parser');
      return new Parser().tableList(sql, { database: 'sqlite' }).map((entry) => entry.split('::').at(-1) ?? '');
    } catch {
      // It does not know all of SQLite's grammar; the words will do.
    }
  }
  return tokens.filter((token) => token.kind === 'word' || token.kind === 'quoted').map((token) => unquote(token.text));
}

function listed(names: readonly string[]): string {
  return names.length <= maxListed ? names.join(', ') : `${names.slice(0, maxListed).join(', ')} and ${names.length - maxListed} more`;
}

function unknownTable(failure: Failure, tokens: readonly Token[], found: string): ShrikeError {
  const table = found.replace(/^(main|temp)\./, '');
  const position = tokens.find((token) => sameName(token, table))?.start;
  if (!failure.events && findTable(table)?.kind === 'event') {
    return new ShrikeError('E_QUERY_NEEDS_AGENT', { table, data_dir: failure.dataDir }, position);
  }
  const near = nearest(
    table,
    tables.map(({ name }) => name),
  );
  const suggestion = near === undefined ? 'SELECT name FROM shrike_tables lists them all.' : `Did you mean ${near}?`;
  return new ShrikeError('E_QUERY_UNKNOWN_TABLE', { table, suggestion }, position);
}

function columnPosition(tokens: readonly Token[], column: string, qualifier: string | undefined): number | undefined {
  const at = tokens.findIndex((token, index) => {
    if (!sameName(token, column) || tokens[index + 1]?.text === '(') return false;
    const before = tokens[index - 2];
    return qualifier === undefined || (tokens[index - 1]?.text === '.' && before !== undefined && sameName(before, qualifier));
  });
  return tokens[at]?.start;
}

function unknownColumn(failure: Failure, tokens: readonly Token[], found: string): ShrikeError {
  const parts = found.split('.');
  const column = parts.at(-1) ?? found;
  const position = columnPosition(tokens, column, parts.length > 1 ? parts.at(-2) : undefined);
  const error = (suggestion: string) => new ShrikeError('E_QUERY_UNKNOWN_COLUMN', { column: found, suggestion }, position);
  const inScope = tablesIn(failure.sql, tokens).flatMap((name) => findTable(name) ?? []);
  const near = nearest(
    column,
    inScope.flatMap((table) => table.columns.map(({ name }) => name)),
  );
  if (near !== undefined) return error(`Did you mean ${near}?`);
  const [first] = inScope;
  if (first === undefined) return error('SELECT * FROM shrike_columns lists every column.');
  return error(`${first.name} has: ${listed(first.columns.map(({ name }) => name))}.`);
}

/** The place SQLite means by `near "word"`: the first one at which the text up to there already gets the same complaint. */
function nearPosition(failure: Failure, tokens: readonly Token[], word: string): number | undefined {
  const places = tokens.filter((token) => token.text === word).slice(0, maxPlaces);
  if (places.length <= 1) return places[0]?.start;
  return places.find((token) => failure.complaint(failure.sql.slice(0, token.end)) === failure.message)?.start ?? places[0]?.start;
}

function syntax(failure: Failure, tokens: readonly Token[]): ShrikeError | undefined {
  const { message, sql } = failure;
  const error = (suggestion: string, position: number | undefined) =>
    new ShrikeError('E_QUERY_SYNTAX', { reason: message, suggestion }, position);
  const near = /^near "([\s\S]*)": syntax error$/.exec(message)?.[1];
  if (near !== undefined) return error('Check the SQL at the position given.', nearPosition(failure, tokens, near));
  if (message === 'incomplete input')
    return error('The statement stops before it is complete: a clause or a closing parenthesis is missing.', sql.length);
  const unrecognized = /^unrecognized token: "([\s\S]*)"$/.exec(message)?.[1];
  if (unrecognized !== undefined) {
    const open = tokens.find((token) => token.open);
    const at = open?.start ?? sql.indexOf(unrecognized);
    return error(
      open === undefined ? 'Check the SQL at the position given.' : 'A quote opened here is never closed.',
      at < 0 ? undefined : at,
    );
  }
  const fn = /^no such function: (.+)$/.exec(message)?.[1] ?? /function (\w+)\(\)$/.exec(message)?.[1];
  if (fn !== undefined) {
    return error("SQLite's functions are there: sqlite.org/lang_corefunc.html.", tokens.find((token) => sameName(token, fn))?.start);
  }
  const ambiguous = /^ambiguous column name: (.+)$/.exec(message)?.[1];
  if (ambiguous !== undefined)
    return error('Say which table it is from: table.column.', columnPosition(tokens, ambiguous.split('.').at(-1) ?? '', undefined));
  return undefined;
}

const readers = new Set(['SELECT', 'WITH', 'VALUES', 'EXPLAIN']);

/** A statement that the authorizer, or SQLite itself, does not let through. `reason` is why, in words. */
export function refusal(sql: string, reason: string): ShrikeError {
  const first = tokenize(sql).next().value;
  const verb = first?.text.toUpperCase() ?? '';
  // CREATE is refused because it would insert into the schema: name what the user wrote.
  const told = readers.has(verb) ? reason : `${verb} is not allowed: queries only read`;
  return new ShrikeError('E_QUERY_FORBIDDEN', { reason: told }, first?.start);
}

/** Explains why a statement could not be prepared. */
export function diagnosePrepare(failure: Failure): ShrikeError {
  const { sql, code, message } = failure;
  // Not every way to a table passes the authorizer; the addon refuses the rest with the same words.
  const refused = code === 'SQLITE_AUTH' || /^not authorized| may not be modified$|^access to .* is not allowed$/.test(message);
  if (refused) return refusal(sql, message);
  const tokens = [...tokenize(sql)];
  const table = /^no such table: (.+)$/.exec(message)?.[1];
  if (table !== undefined) return unknownTable(failure, tokens, table);
  const column = /^no such column: ([\s\S]+)$/.exec(message)?.[1];
  if (column !== undefined) return unknownColumn(failure, tokens, column);
  return syntax(failure, tokens) ?? new ShrikeError('E_QUERY_SYNTAX', { reason: message, suggestion: "This is SQLite's own message." });
}
