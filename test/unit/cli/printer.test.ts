import { describe, expect, it } from 'vitest';
import { createPrinter, fitWidths, type PrintFormat, printFormats } from '../../../src/cli/printer.ts';
import type { RowRecord } from '../../../src/cli/source.ts';
import { styleFor } from '../../../src/cli/text.ts';
import type { Column } from '../../../src/query/encode.ts';

const columns: Column[] = [
  { name: 'pid', type: 'BIGINT' },
  { name: 'name', type: 'TEXT' },
  { name: 'data', type: 'BLOB', encoding: 'base64' },
];
const rows: RowRecord[] = [
  { pid: 1, name: 'init', data: 'AP8=' },
  { pid: 12345, name: 'ev\x1b[2Jil\n', data: null },
  { pid: null, name: '日本, "x"', data: null },
];

function printed(format: PrintFormat, given: readonly RowRecord[], width?: number): string {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const printer = createPrinter(format, { write, style: styleFor({}), width });
  printer.begin(columns);
  for (const row of given) printer.row({ row, text: JSON.stringify(row) });
  printer.end();
  return text;
}

describe('printers', () => {
  it.each(printFormats)('print rows as %s', (format) => {
    expect(printed(format, rows)).toMatchSnapshot();
  });

  it.each(printFormats)('print no rows as %s', (format) => {
    expect(printed(format, [])).toMatchSnapshot();
  });

  it('give JSON that can be read', () => {
    expect(JSON.parse(printed('json', rows))).toEqual(rows);
    expect(JSON.parse(printed('json', []))).toEqual([]);
  });

  it('keep a table within the terminal', () => {
    const wide = printed('table', [{ pid: 1, name: 'a'.repeat(200), data: 'b'.repeat(50) }], 60);
    expect(Math.max(...wide.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(wide).toContain('…');
  });

  it('go on with the same widths after the first rows are out', () => {
    const many = Array.from({ length: 300 }, (_, index) => ({ pid: index, name: `n${index}`, data: null }));
    expect(printed('table', many).split('\n')).toHaveLength(303);
  });
});

describe('fitWidths', () => {
  it('shrinks the widest first and leaves what fits', () => {
    expect(fitWidths([5, 100, 20], 60)).toEqual([5, 31, 20]);
    expect(fitWidths([5, 10], 60)).toEqual([5, 10]);
    expect(fitWidths([5, 100], undefined)).toEqual([5, 100]);
  });

  it('never shrinks below a few characters', () => {
    expect(fitWidths([100, 100, 100], 10)).toEqual([8, 8, 8]);
  });
});
