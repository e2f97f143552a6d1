import { describe, expect, it } from 'vitest';
import { formatOf, parseParams } from '../../../src/cli/query-command.ts';

describe('--param', () => {
  it('reads numbers, null, booleans and wrapped values as JSON, all else as text', () => {
    expect(parseParams(['1', '-1.5', 'null', 'true', 'bash', '192.0.2.1', '', '{"base64":"AA=="}', '9007199254740993'], false)).toEqual([
      1,
      -1.5,
      null,
      true,
      'bash',
      '192.0.2.1',
      '',
      { base64: 'AA==' },
      { bigint: '9007199254740993' },
    ]);
  });

  it('takes names where the SQL has names', () => {
    expect(parseParams(['pid=1', ':name=a=b'], true)).toEqual({ pid: 1, name: 'a=b' });
    expect(() => parseParams(['1'], true)).toThrow(expect.objectContaining({ code: 'E_USAGE', exit: 2 }));
  });
});

describe('--format', () => {
  it('names what there is', () => {
    expect(formatOf('csv')).toBe('csv');
    expect(() => formatOf('xml')).toThrow('there is no format "xml": use table, json, ndjson, csv, line');
  });
});
