/**
 * SQLite's lexical rules, enough to point at a place in a statement, to find where it ends, and to complete a word.
 * Nothing here decides what a query may do.
 */
export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'semicolon' | 'operator';

export interface Token {
  readonly kind: TokenKind;
  /** Offsets in UTF-16 code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** A string, quoted name or block comment that is never closed. */
  readonly open: boolean;
}

const wordStart = /[\p{L}_\u0080-\uffff]/u;
// Sticky, so that each is tried at one place only.
const word = /[\w$\u0080-\uffff]+/y;
const number = /(?:0x[\da-f]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?)/iy;
const parameter = /\?\d*|[:@$][\w\u0080-\uffff]+(?:::[\w\u0080-\uffff]+)*(?:\([^)\s]*\))?/y;
const operator = /->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[\s\S]/y;
const closing: Readonly<Record<string, string>> = { "'": "'", '"': '"', '`': '`', '[': ']' };

function matchAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** End of a quoted thing that starts at `at`, and whether it was never closed. Doubled quotes stay inside, except in brackets. */
function quotedEnd(sql: string, at: number, close: string): { end: number; open: boolean } {
  for (let from = at + 1; ; ) {
    const found = sql.indexOf(close, from);
    if (found < 0) return { end: sql.length, open: true };
    if (close !== ']' && sql[found + 1] === close) from = found + 2;
    else return { end: found + 1, open: false };
  }
}

/**
 * Splits SQL into tokens, leaving out white space and comments.
 *
 * @example [...tokenize('SELECT 1')].map((token) => token.text) // ['SELECT', '1']
 */
export function* tokenize(sql: string): Generator<Token> {
  for (let at = 0; at < sql.length; ) {
    const char = sql.charAt(at);
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    if (char === '-' && sql[at + 1] === '-') {
      const line = sql.indexOf('\n', at);
      at = line < 0 ? sql.length : line + 1;
      continue;
    }
    if (char === '/' && sql[at + 1] === '*') {
      const close = sql.indexOf('*/', at + 2);
      at = close < 0 ? sql.length : close + 2;
      continue;
    }
    const token = (kind: TokenKind, end: number, open = false): Token => ({ kind, start: at, end, text: sql.slice(at, end), open });
    let found: Token;
    const close = closing[char];
    const blob = /x/i.test(char) && sql[at + 1] === "'";
    if (close !== undefined || blob) {
      const { end, open } = quotedEnd(sql, blob ? at + 1 : at, close ?? "'");
      found = token(char === "'" || blob ? 'string' : 'quoted', end, open);
    } else if (char === ';') found = token('semicolon', at + 1);
    else if (wordStart.test(char)) found = token('word', Math.max(at + 1, matchAt(word, sql, at)));
    else if (matchAt(number, sql, at) > at) found = token('number', matchAt(number, sql, at));
    else if (matchAt(parameter, sql, at) > at) found = token('parameter', matchAt(parameter, sql, at));
    else found = token('operator', Math.max(at + 1, matchAt(operator, sql, at)));
    yield found;
    at = found.end;
  }
}

/** A name as SQLite sees it: without its quotes. */
export function unquote(text: string): string {
  const close = closing[text.charAt(0)];
  if (close === undefined || text.length < 2 || !text.endsWith(close)) return text;
  const inner = text.slice(1, -1);
  return close === ']' ? inner : inner.replaceAll(close + close, close);
}

/** Where a second statement begins, or undefined when there is at most one. */
export function secondStatement(sql: string): number | undefined {
  let begun = false;
  let ended = false;
  for (const token of tokenize(sql)) {
    if (token.kind === 'semicolon') ended = begun;
    else if (ended) return token.start;
    else begun = true;
  }
  return undefined;
}

/** Whether the text holds a whole statement: it ends with a semicolon that is not inside a string or comment. */
export function isComplete(sql: string): boolean {
  let last: Token | undefined;
  for (const token of tokenize(sql)) last = token;
  if (last?.kind !== 'semicolon') return false;
  // A block comment after the semicolon that is still open wants its end first.
  return sql.lastIndexOf('/*') <= last.end || sql.indexOf('*/', last.end) >= 0;
}
