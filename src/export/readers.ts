/** Rows of a file, by column name, in batches. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { csvRecords } from './csv-reader.ts';
import { tableKey } from './parquet-writer.ts';

export type FileRow = Readonly<Record<string, unknown>>;

export interface RowFile {
  /** The table it was exported from, where the file says so. */
  readonly table?: string | undefined;
  batches(): AsyncIterable<FileRow[]>;
}

const batchRows = 5000;

async function* batched<T>(rows: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const row of rows) {
    if (batch.push(row) < batchRows) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** JSON rounds integers beyond 2^53, so those become strings before it sees them. */
function parseLine(text: string): FileRow {
  const exact = text.replaceAll(/("(?:[^"\\]|\\.)*")|(-?\d{16,19})(?=[,}\s])/g, (whole, string) =>
    string === undefined ? `"${whole}"` : whole,
  );
  const row: unknown = JSON.parse(exact);
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new Error('it is not a JSON object');
  return row as FileRow; // an object, as was just checked
}

async function* ndjsonRows(file: string): AsyncGenerator<FileRow> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === '') continue;
    try {
      yield parseLine(text);
    } catch (error) {
      throw new Error(`line ${line}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function* csvRows(file: string): AsyncGenerator<FileRow> {
  let names: readonly string[] | undefined;
  let record = 0;
  for await (const fields of csvRecords(createReadStream(file, 'utf8'))) {
    record++;
    if (names === undefined) {
      names = fields.map((field) => field.text.replace(/^\uFEFF/, ''));
      continue;
    }
    if (fields.length === 1 && fields[0]?.text === '' && names.length > 1) continue;
    if (fields.length !== names.length)
      throw new Error(`record ${record} has ${fields.length} fields, and the first line has ${names.length}`);
    const row: Record<string, unknown> = {};
    fields.forEach(({ text, quoted }, i) => {
      row[names?.[i] ?? ''] = text === '' && !quoted ? null : text;
    });
    yield row;
  }
}

async function openParquet(file: string): Promise<RowFile> {
  const buffer = await asyncBufferFromFile(file);
  const metadata = await parquetMetadataAsync(buffer);
  const codecs = { ...compressors, GZIP: (input: Uint8Array) => gunzipSync(input) };
  return {
    table: metadata.key_value_metadata?.find(({ key }) => key === tableKey)?.value,
    async *batches() {
      let start = 0;
      for (const group of metadata.row_groups) {
        const end = start + Number(group.num_rows);
        // Row group by row group: one is what has to fit in memory.
        const rows = await parquetReadObjects({ file: buffer, metadata, rowStart: start, rowEnd: end, compressors: codecs });
        for (let i = 0; i < rows.length; i += batchRows) yield rows.slice(i, i + batchRows);
        start = end;
      }
    },
  };
}

export type FileFormat = 'parquet' | 'ndjson' | 'csv';

/** Opens a file for reading; what is wrong with it is an Error here, or while its rows are read. */
export async function openRows(file: string, format: FileFormat): Promise<RowFile> {
  if (format === 'parquet') return openParquet(file);
  return { batches: () => batched(format === 'csv' ? csvRows(file) : ndjsonRows(file)) };
}
