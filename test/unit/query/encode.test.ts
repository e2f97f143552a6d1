import { describe, expect, it } from 'vitest';
import { type Cell, columnOf, createEncoder, uniqueNames } from '../../../src/query/encode.ts';

const cells: Cell[] = [null, 'a "b"\n', 1n, 2n ** 60n, 1.5, new Uint8Array([0, 255]), Number.POSITIVE_INFINITY, ''];
const names = cells.map((_, index) => `c${index}`);

describe('createEncoder', () => {
  it('writes JSON objects, and strings where JSON would lose digits, with a warning for each kind', () => {
    const warnings: string[] = [];
    const text = createEncoder('json', names, (warning) => warnings.push(warning)).row(cells);
    expect(JSON.parse(text)).toEqual({
      c0: null,
      c1: 'a "b"\n',
      c2: 1,
      c3: '1152921504606846976',
      c4: 1.5,
      c5: 'AP8=',
      c6: 'Infinity',
      c7: '',
    });
    expect(warnings).toHaveLength(2);
  });

  it('writes CSV that tells NULL from the empty text, and bytes in hex', () => {
    const encoder = createEncoder('csv', ['a', 'b,c'], () => {});
    expect(encoder.before).toBe('a,"b,c"\r\n');
    expect(createEncoder('csv', names, () => {}).row(cells)).toBe(',"a ""b""\n",1,1152921504606846976,1.5,00ff,Infinity,""');
  });

  it('quotes what a name needs', () => {
    expect(createEncoder('ndjson', ['a"b'], () => {}).row([1n])).toBe('{"a\\"b":1}');
  });
});

describe('uniqueNames', () => {
  it('numbers repeated names', () => {
    expect(uniqueNames(['a', 'a', 'a:1', 'a'])).toEqual(['a', 'a:1', 'a:1:1', 'a:2']);
  });
});

describe('columnOf', () => {
  it('prefers the declared type, then what the value is', () => {
    expect(columnOf('a', 'bigint', 'text', 'json')).toEqual({ name: 'a', type: 'BIGINT' });
    expect(columnOf('a', null, 1n, 'json')).toEqual({ name: 'a', type: 'BIGINT' });
    expect(columnOf('a', null, undefined, 'json')).toEqual({ name: 'a', type: 'NULL' });
  });

  it('says how bytes are written', () => {
    expect(columnOf('a', null, new Uint8Array(1), 'json')).toEqual({ name: 'a', type: 'BLOB', encoding: 'base64' });
    expect(columnOf('a', 'BLOB', undefined, 'csv')).toEqual({ name: 'a', type: 'BLOB', encoding: 'hex' });
    expect(columnOf('a', 'BLOB', undefined, 'rows')).toEqual({ name: 'a', type: 'BLOB' });
  });
});
