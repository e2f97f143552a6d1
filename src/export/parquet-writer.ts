/** Rows as a Parquet file, a row group for each page. */
import { gzipSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { EventTable, FileColumn } from './event-table.ts';
import type { Put, RowWriter } from './text-writers.ts';

/** Where an exported file says which table it is of. */
export const tableKey = 'shrike.table';

const types = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  real: { type: 'DOUBLE' },
  small: { type: 'INT32' },
  integer: { type: 'INT64' },
} as const satisfies Record<FileColumn['kind'], object>;

/** Only the row group at hand is in memory. */
export function parquetWriter(table: EventTable, put: Put): RowWriter {
  const bytes = new ByteWriter();
  const empty = async () => {
    const part = bytes.getBytes().slice();
    bytes.index = 0;
    if (part.length > 0) await put(part);
  };
  const writer = new ParquetWriter({
    writer: Object.assign(bytes, { flush: empty, finish: () => {} }),
    schema: [
      { name: 'root', num_children: table.columns.length },
      ...table.columns.map(({ name, kind }) => ({ name, repetition_type: 'OPTIONAL' as const, ...types[kind] })),
    ],
    codec: 'GZIP',
    compressors: { GZIP: (input) => gzipSync(input, { level: 4 }) },
    kvMetadata: [{ key: tableKey, value: table.name }],
    createdBy: 'shrike',
  });
  return {
    async write(rows) {
      const columnData = table.columns.map(({ name, kind }, i) => ({
        name,
        data: rows.map((row) => {
          const value = row[i] ?? null;
          return kind === 'integer' && typeof value === 'number' ? BigInt(value) : value;
        }),
      }));
      await writer.write({ columnData, rowGroupSize: rows.length });
    },
    async end() {
      writer.finish();
      await empty();
    },
  };
}
