/** Collects a statement's rows into chunks and keeps the row and byte limits. */
import { type Cell, type Column, columnOf, createEncoder, type Encoder, plainCell, uniqueNames } from './encode.ts';
import type { ChunkData, FromWorker, RunMessage } from './protocol.ts';

const chunkBytes = 64 * 1024;
const chunkRows = 1000;
/** A slow query shows what it has after this many milliseconds. */
const chunkInterval = 250;

export interface OutputSink {
  send(message: FromWorker): void;
  /** Sleeps until another chunk may be sent; throws when the statement is to stop. */
  waitForCredit(): void;
  warn(message: string): void;
}

interface Described {
  readonly name: string;
  readonly type: string | null;
}

/** Collects rows into chunks; the first chunk decides the columns' types. */
export class Output {
  rows = 0;
  bytes = 0;
  readonly #message: RunMessage;
  readonly #names: readonly string[];
  readonly #declared: readonly (string | null)[];
  readonly #encoder: Encoder | undefined;
  readonly #sink: OutputSink;
  readonly #samples: (Cell | undefined)[] = [];
  #columns: readonly Column[] | undefined;
  #pending: string[] = [];
  #pendingRows: (readonly Cell[])[] = [];
  #pendingBytes = 0;
  #flushed = performance.now();

  constructor(message: RunMessage, described: readonly Described[], sink: OutputSink) {
    this.#message = message;
    this.#sink = sink;
    this.#names = uniqueNames(described.map(({ name }) => name));
    this.#declared = described.map(({ type }) => type);
    this.#encoder = message.format === 'rows' ? undefined : createEncoder(message.format, this.#names, sink.warn);
  }

  /** Takes a row; false when it is one too many for the limits. */
  add(cells: readonly Cell[]): boolean {
    if (this.rows >= this.#message.maxRows) return false;
    if (this.#columns === undefined) this.#sample(cells);
    let size: number;
    if (this.#encoder === undefined) {
      const plain = cells.map(plainCell);
      size = plain.reduce<number>((sum, cell) => sum + (typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 8), 0);
      if (this.bytes + size > this.#message.maxBytes) return false;
      this.#pendingRows.push(plain);
    } else {
      const text = this.#encoder.row(cells);
      size = text.length + this.#encoder.separator.length;
      if (this.bytes + size > this.#message.maxBytes) return false;
      this.#pending.push(text);
    }
    this.rows++;
    this.bytes += size;
    this.#pendingBytes += size;
    if (this.#pendingBytes >= chunkBytes || this.#pendingRows.length >= chunkRows || performance.now() - this.#flushed > chunkInterval)
      this.flush(false);
    return true;
  }

  #sample(cells: readonly Cell[]): void {
    for (let index = 0; index < cells.length; index++) this.#samples[index] ??= cells[index];
  }

  /** Sends what is pending; the last call also sends the columns of a result without rows. */
  flush(last: boolean): void {
    const first = this.#columns === undefined;
    if (this.#columns === undefined) {
      this.#columns = this.#names.map((name, index) =>
        columnOf(name, this.#declared[index] ?? null, this.#samples[index], this.#message.format),
      );
      this.#sink.send({ type: 'columns', token: this.#message.token, columns: this.#columns });
    }
    const rows = this.#encoder === undefined ? this.#pendingRows.length : this.#pending.length;
    if (rows > 0 || (first && last && this.#message.format === 'csv')) {
      const data = this.#data(rows, first);
      this.#sink.waitForCredit();
      this.#sink.send({ type: 'chunk', token: this.#message.token, data, rows });
    }
    this.#pending = [];
    this.#pendingRows = [];
    this.#pendingBytes = 0;
    this.#flushed = performance.now();
  }

  #data(rows: number, first: boolean): ChunkData {
    if (this.#encoder === undefined) return this.#pendingRows;
    const { separator, before, after } = this.#encoder;
    const lead = first ? before : after === '' ? separator : '';
    return Buffer.from(`${lead}${this.#pending.join(separator)}${rows > 0 ? after : ''}`);
  }
}
