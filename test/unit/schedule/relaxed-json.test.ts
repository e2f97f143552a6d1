import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRelaxedJson, RelaxedJsonError } from '../../../src/schedule/relaxed-json.ts';

describe('relaxed JSON', () => {
  it('has comments, trailing commas and continued lines', () => {
    const text = [
      '{ // to the end of the line',
      '  # so does this',
      '  "a": "SELECT 1 \\',
      'FROM b -- # stays",',
      '  /* over',
      '     lines */ "url": "http://example.com/#x", \\',
      '  "list": [1, -2.5e3, true, null,],',
      '}',
    ].join('\n');
    expect(parseRelaxedJson(text)).toEqual({ a: 'SELECT 1 FROM b -- # stays', url: 'http://example.com/#x', list: [1, -2500, true, null] });
  });

  it('reads every strict document as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.boolean(), (value, wide) => {
        const text = JSON.stringify(value, undefined, wide ? 2 : 0);
        expect(JSON.stringify(parseRelaxedJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('keeps a key called __proto__ a key', () => {
    const value = parseRelaxedJson('{"__proto__": {"polluted": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['{"a": 1', 1, 8, 'a comma or } is expected here'],
    ['{"a" 1}', 1, 6, 'a colon is expected after the key'],
    ['{\n  a: 1}', 2, 3, 'a key in double quotes, or }, is expected here'],
    ['[1 2]', 1, 4, 'a comma or ] is expected here'],
    ['["a', 1, 4, 'a string does not end'],
    ['["\\q"]', 1, 4, '\\q means nothing in a string'],
    ['', 1, 1, 'the document stops before it is complete'],
    ['{} x', 1, 4, 'something follows the end of the document'],
    ['['.repeat(200), 1, 102, 'nested too deep'],
  ])('says where %j is wrong', (text, line, column, reason) => {
    let caught: unknown;
    try {
      parseRelaxedJson(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(RelaxedJsonError);
    expect(caught).toMatchObject({ line, column, message: reason });
  });
});
