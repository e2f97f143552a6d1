/** Rows on standard output: as a table that streams, JSON, JSON lines, CSV, or a line for each value. */
import type { Column } from '../query/encode.ts';
import { createEncoder } from '../query/encode.ts';
import type { Line, RowRecord } from './source.ts';
import { clip, padEnd, padStart, printable, type Style, widthOf } from './text.ts';

export const printFormats = ['table', 'json', 'ndjson', 'csv', 'line'] as const;
export type PrintFormat = (typeof printFormats)[number];

export interface Printer {
  /** Called once, before any row. */
  begin(columns: readonly Column[]): void;
  row(line: Line): void;
  /** Called when rows come slowly: show what is there. */
  flush(): void;
  end(): void;
}

export interface PrinterOptions {
  write(text: string): void;
  readonly style: Style;
  /** Columns of the terminal; undefined for pipes, where nothing is cut. */
  readonly width: number | undefined;
}

const cellText = (value: unknown): string => (value === null || value === undefined ? '' : printable(String(value)));
const numeric = new Set(['INTEGER', 'BIGINT', 'UNSIGNED BIGINT', 'UNSIGNED_BIGINT', 'DOUBLE', 'REAL']);

/** Rows that decide how wide the columns are. */
const sampleRows = 200;
const gap = '  ';
const minimumWidth = 8;

/** Shrinks the widest columns until the line fits; columns never get narrower than a few characters. */
export function fitWidths(widths: readonly number[], total: number | undefined): number[] {
  const fitted = [...widths];
  if (total === undefined) return fitted;
  const length = () => fitted.reduce((sum, width) => sum + width, 0) + gap.length * Math.max(0, fitted.length - 1);
  for (let over = length() - total; over > 0; over = length() - total) {
    const widest = Math.max(...fitted);
    if (widest <= minimumWidth) break;
    const next = Math.max(minimumWidth, ...fitted.filter((width) => width < widest));
    const many = fitted.filter((width) => width === widest).length;
    const down = Math.max(1, Math.min(widest - next, Math.ceil(over / many)));
    for (let index = 0; index < fitted.length; index++) if (fitted[index] === widest) fitted[index] = Math.max(minimumWidth, widest - down);
  }
  return fitted;
}

class TablePrinter implements Printer {
  readonly #options: PrinterOptions;
  #columns: readonly Column[] = [];
  #sample: string[][] = [];
  #widths: number[] | undefined;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  begin(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  row({ row }: Line): void {
    const cells = this.#columns.map(({ name }) => cellText(row[name]));
    if (this.#widths !== undefined) this.#write(cells, this.#widths);
    else if (this.#sample.push(cells) >= sampleRows) this.flush();
  }

  flush(): void {
    if (this.#sample.length > 0) this.#head();
  }

  end(): void {
    if (this.#widths === undefined) this.#head();
  }

  #head(): void {
    const { style, write, width } = this.#options;
    const names = this.#columns.map(({ name }) => printable(name));
    const wanted = names.map((name, index) => Math.max(widthOf(name), ...this.#sample.map((cells) => widthOf(cells[index] ?? ''))));
    const widths = fitWidths(wanted, width);
    this.#widths = widths;
    const last = names.length - 1;
    write(`${style.bold(names.map((name, index) => this.#cell(name, index, widths, index === last)).join(gap))}\n`);
    write(`${style.dim(widths.map((each) => '-'.repeat(each)).join(gap))}\n`);
    for (const cells of this.#sample) this.#write(cells, widths);
    this.#sample = [];
  }

  #cell(text: string, index: number, widths: readonly number[], last: boolean): string {
    const width = widths[index] ?? 0;
    const shown = this.#options.width === undefined ? text : clip(text, width);
    if (numeric.has(this.#columns[index]?.type ?? '')) return padStart(shown, width);
    return last ? shown : padEnd(shown, width);
  }

  #write(cells: readonly string[], widths: readonly number[]): void {
    const last = cells.length - 1;
    this.#options.write(
      `${cells
        .map((cell, index) => this.#cell(cell, index, widths, index === last))
        .join(gap)
        .trimEnd()}\n`,
    );
  }
}

class LinePrinter implements Printer {
  readonly #options: PrinterOptions;
  #names: readonly string[] = [];
  #width = 0;
  #rows = 0;

  constructor(options: PrinterOptions) {
    this.#options = options;
  }

  begin(columns: readonly Column[]): void {
    this.#names = columns.map(({ name }) => name);
    this.#width = Math.max(0, ...this.#names.map((name) => widthOf(printable(name))));
  }

  row({ row }: Line): void {
    const { style, write } = this.#options;
    if (this.#rows++ > 0) write('\n');
    for (const name of this.#names) write(`${style.dim(padStart(printable(name), this.#width))} = ${cellText(row[name])}\n`);
  }

  flush(): void {}
  end(): void {}
}

/** One JSON array; rows are passed on as they came. */
class JsonPrinter implements Printer {
  readonly #write: (text: string) => void;
  #rows = 0;

  constructor({ write }: PrinterOptions) {
    this.#write = write;
  }

  begin(): void {
    this.#write('[');
  }

  row({ text }: Line): void {
    this.#write(`${this.#rows++ === 0 ? '\n' : ',\n'}${text}`);
  }

  flush(): void {}

  end(): void {
    this.#write(this.#rows === 0 ? ']\n' : '\n]\n');
  }
}

class CsvPrinter implements Printer {
  readonly #write: (text: string) => void;
  #columns: readonly Column[] = [];
  #encode: (row: RowRecord) => string = () => '';

  constructor({ write }: PrinterOptions) {
    this.#write = write;
  }

  begin(columns: readonly Column[]): void {
    this.#columns = columns;
    const names = columns.map(({ name }) => name);
    const encoder = createEncoder('csv', names, () => {});
    this.#encode = (row) => encoder.row(this.#columns.map((column) => this.#cell(column, row[column.name] ?? null)));
    this.#write(encoder.before);
  }

  row({ row }: Line): void {
    this.#write(`${this.#encode(row)}\r\n`);
  }

  flush(): void {}
  end(): void {}

  #cell({ encoding }: Column, value: null | number | string): null | number | string | Uint8Array {
    return encoding === 'base64' && typeof value === 'string' ? Buffer.from(value, 'base64') : value;
  }
}

/** Lines as they came. */
class NdjsonPrinter implements Printer {
  readonly #write: (text: string) => void;

  constructor({ write }: PrinterOptions) {
    this.#write = write;
  }

  begin(): void {}

  row({ text }: Line): void {
    this.#write(`${text}\n`);
  }

  flush(): void {}
  end(): void {}
}

const printers = { table: TablePrinter, json: JsonPrinter, ndjson: NdjsonPrinter, csv: CsvPrinter, line: LinePrinter } as const;

/** The printer for a format. */
export function createPrinter(format: PrintFormat, options: PrinterOptions): Printer {
  return new printers[format](options);
}
