import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, padEnd, padStart, printable, styleFor, widthOf } from '../../../src/cli/text.ts';

describe('printable', () => {
  it('writes control characters as escapes, so that a command line cannot move the cursor', () => {
    expect(printable('a\x1b[2Jb\nc\td\0e\x9b\u202ef')).toBe('a\\e[2Jb\\nc\\td\\x00e\\x9b\\u202ef');
  });

  it('leaves no control character, whatever comes', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\0-\x1f\x7f-\x9f]/.test(printable(text))));
  });
});

describe('widths', () => {
  it('count columns, not characters', () => {
    expect([widthOf('abc'), widthOf('日本'), widthOf('é'), widthOf('👍')]).toEqual([3, 4, 1, 2]);
    expect(padEnd('日', 4)).toBe('日  ');
    expect(padStart('7', 3)).toBe('  7');
  });

  it('are kept by clip', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('日本語', 4)).toBe('日…');
    expect(clip('abc', 3)).toBe('abc');
  });
});

describe('styleFor', () => {
  it('colours terminals only, and respects NO_COLOR', () => {
    expect(styleFor({ isTTY: true }, {}).bold('a')).toBe('\x1b[1ma\x1b[0m');
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' }).bold('a')).toBe('a');
    expect(styleFor({ isTTY: true }, { TERM: 'dumb' }).bold('a')).toBe('a');
    expect(styleFor({}, {}).bold('a')).toBe('a');
  });
});
