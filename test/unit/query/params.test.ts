import { describe, expect, it } from 'vitest';
import { bindParams } from '../../../src/query/params.ts';

describe('bindParams', () => {
  it('binds whole numbers as 64-bit integers, booleans as 0 and 1', () => {
    expect(bindParams('SELECT ?, ?, ?, ?', [1, 2 ** 40, true, false])).toEqual([1n, 2n ** 40n, 1n, 0n]);
  });

  it('keeps text, fractions and null', () => {
    expect(bindParams('SELECT ?, ?, ?', ['a', 1.5, null])).toEqual(['a', 1.5, null]);
  });

  it('takes 64-bit integers and bytes in their wrapped forms', () => {
    expect(bindParams('SELECT ?, ?', [{ bigint: '-9223372036854775808' }, { base64: 'AAE=' }])).toEqual([
      -(2n ** 63n),
      new Uint8Array([0, 1]),
    ]);
  });

  it('takes names with or without their mark', () => {
    expect(bindParams('SELECT :a, @b, $c', { a: 1, '@b': 2, $c: 'x' })).toEqual({ a: 1n, b: 2n, c: 'x' });
  });

  it('fills numbered parameters by their number', () => {
    expect(bindParams('SELECT ?2, ?1', ['a', 'b'])).toEqual({ '1': 'a', '2': 'b' });
  });

  it('does not see parameters inside strings and comments', () => {
    expect(bindParams("SELECT '?', ':a' -- ?\n", undefined)).toEqual([]);
  });

  it.each([
    ['SELECT ?', [], /has 1 parameter, and params has 0 values/],
    ['SELECT 1', [1], /has 0 parameters, and params has 1 value/],
    ['SELECT :a', [1], /named parameter :a/],
    ['SELECT ?', { a: 1 }, /give an array/],
    ['SELECT :a', {}, /no value for it/],
    ['SELECT :a', { a: 1, b: 2 }, /"b", which the SQL does not name/],
    ['SELECT ?', [[1]], /parameter 1 is an array/],
    ['SELECT ?', [{ a: 1 }], /parameter 1 is an object/],
    ['SELECT ?', [2 ** 60], /beyond 2\^53/],
    ['SELECT ?', [{ bigint: '9223372036854775808' }], /does not fit 64 bits/],
    ['SELECT ?', [{ bigint: '1e5' }], /not a whole number/],
    ['SELECT ?', [{ base64: '*' }], /not base64/],
    ['SELECT ?', 'text', /must be an array or an object/],
    ['SELECT ?, ?1', [1], /mixes/],
    ['SELECT :a', { __proto__: null, toString: 1 }, /"toString", which the SQL does not name/],
  ])('refuses for %s the params %j', (sql, params, message) => {
    expect(() => bindParams(sql, params)).toThrow(
      expect.objectContaining({ code: 'E_QUERY_PARAMS', message: expect.stringMatching(message) }),
    );
  });
});
