import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isComplete, secondStatement, tokenize, unquote } from '../../../src/query/lexer.ts';

const texts = (sql: string) => [...tokenize(sql)].map(({ text }) => text);

describe('tokenize', () => {
  it('leaves out white space and comments', () => {
    expect(texts('SELECT 1 -- one\n , /* two */ 2')).toEqual(['SELECT', '1', ',', '2']);
  });

  it('keeps semicolons inside strings, names and blobs', () => {
    expect(texts(`SELECT 'a;''b', "c;d", [e;f], \`g;h\`, x'3b'`)).toEqual([
      'SELECT',
      "'a;''b'",
      ',',
      '"c;d"',
      ',',
      '[e;f]',
      ',',
      '`g;h`',
      ',',
      "x'3b'",
    ]);
  });

  it('knows the forms of parameters', () => {
    expect([...tokenize('SELECT ?, ?12, :a, @b, $c')].filter(({ kind }) => kind === 'parameter').map(({ text }) => text)).toEqual([
      '?',
      '?12',
      ':a',
      '@b',
      '$c',
    ]);
  });

  it('marks a quote that is never closed', () => {
    expect([...tokenize("SELECT 'abc")].at(-1)).toMatchObject({ kind: 'string', start: 7, open: true });
  });

  it('gives tokens that lie in order, do not overlap and are what the text says, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom("'", '"', '[', ']', '`', '--', '/*', '*/', ';', '?', ':a', 'x', '1e', '.5', '\n', 'é', '𝔰', '\0', '->>'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const sql = pieces.join('');
        let last = 0;
        for (const { start, end, text } of tokenize(sql)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(text).toBe(sql.slice(start, end));
          last = end;
        }
      }),
    );
  });
});

describe('unquote', () => {
  it.each([
    ['a', 'a'],
    ['"a""b"', 'a"b'],
    ['[a b]', 'a b'],
    ['`a``b`', 'a`b'],
  ])('reads %s as %s', (text, name) => {
    expect(unquote(text)).toBe(name);
  });
});

describe('secondStatement', () => {
  it.each([
    ['SELECT 1', undefined],
    ['SELECT 1;', undefined],
    ['SELECT 1; -- more\n', undefined],
    [';; SELECT 1 ;;', undefined],
    ["SELECT ';' ; ", undefined],
    ['SELECT 1; SELECT 2', 10],
    ['SELECT 1;/* */ x', 15],
  ])('finds in %j the place %s', (sql, place) => {
    expect(secondStatement(sql)).toBe(place);
  });
});

describe('isComplete', () => {
  it.each([
    ['SELECT 1', false],
    ['SELECT 1;', true],
    ["SELECT ';", false],
    ["SELECT ';';", true],
    ['SELECT 1; -- done', true],
    ['SELECT 1 -- ;', false],
    ['SELECT 1; /* still', false],
    ['', false],
    [';', true],
  ])('of %j is %s', (sql, complete) => {
    expect(isComplete(sql)).toBe(complete);
  });
});
