/** `shrike export`: the rows of an event table to a file. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { findAgent } from '../config/agent-file.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { errorCatalogue, ShrikeError } from '../errors.ts';
import { eventTable } from '../export/event-table.ts';
import { type Ask, pagesOf } from '../export/pages.ts';
import type { FileFormat } from '../export/readers.ts';
import { csvWriter, ndjsonWriter, type Put } from '../export/text-writers.ts';
import { openSource } from './open-source.ts';
import { exitCodes, fromEnvelope, note } from './report.ts';
import { type Ending, rowsOf, type Source } from './source.ts';
import { timeFlag } from './time-flag.ts';

export interface ExportFlags {
  readonly dataDir?: string;
  readonly table?: string;
  readonly since?: string;
  readonly until?: string;
  readonly format?: string;
  readonly output?: string;
}

const usage = (reason: string) => new ShrikeError('E_USAGE', { reason });
const known: ReadonlySet<string> = new Set(Object.keys(errorCatalogue));

/** `parquet`, `ndjson` or `csv`: as told, else by the file's name. */
export function fileFormat(told: string | undefined, file: string | undefined): FileFormat {
  const name = told ?? /\.(parquet|ndjson|jsonl|csv)$/.exec(file ?? '')?.[1];
  if (name === 'jsonl') return 'ndjson';
  if (name === 'parquet' || name === 'ndjson' || name === 'csv') return name;
  throw usage(name === undefined ? 'give --format parquet, ndjson or csv' : `there is no format "${name}": use parquet, ndjson or csv`);
}

const askThrough = (source: Source): Ask =>
  async function* ask(sql, params, limit) {
    const ends: Ending[] = [];
    yield* (async function* () {
      for await (const line of rowsOf(await source.query({ sql, params, limit }), (ending) => ends.push(ending))) yield line.row;
    })();
    const end = ends[0];
    if (end?.error !== undefined) throw fromEnvelope(end.error, known);
    // A file with a hole in it must not look like a whole one.
    if (end?.truncated === true)
      throw new ShrikeError('E_EXPORT_FILE', {
        file: 'the answer',
        reason: 'a page of rows is larger than query.max_bytes or query.max_rows',
      });
  };

async function sourceFor(dataDir: string): Promise<{ source: Source; close(): Promise<void> }> {
  if (findAgent(dataDir) !== undefined) {
    const source = await openSource({ dataDir });
    return { source, close: () => source.close() };
  }
  const { openHistory } = await import('./history-source.ts');
  const { LocalSource } = await import('./local-source.ts');
  const history = openHistory(dataDir, false);
  const source = new LocalSource(dataDir, true);
  return {
    source,
    async close() {
      await source.close();
      history.close();
    },
  };
}

/** Puts bytes to a stream no faster than it takes them; what the stream says is wrong is thrown by the next. */
function putTo(stream: Writable, file: string): Put {
  let failed: Error | undefined;
  stream.on('error', (error) => {
    failed = error;
  });
  return async (bytes) => {
    if (failed === undefined && !stream.write(bytes))
      await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined);
    if (failed !== undefined) throw new ShrikeError('E_EXPORT_FILE', { file, reason: failed.message });
  };
}

/** Exports what is there when it begins, oldest first. */
export async function exportCommand(flags: ExportFlags): Promise<number> {
  if (flags.table === undefined) throw usage('give --table, the event table to export');
  const table = eventTable(flags.table);
  const format = fileFormat(flags.format, flags.output);
  const now = Date.now() / 1000;
  const period = { since: timeFlag('since', flags.since, now), until: timeFlag('until', flags.until, now) };
  const file = flags.output === undefined || flags.output === '-' ? 'standard output' : flags.output;
  const { source, close } = await sourceFor(dataDirOf({ flag: flags.dataDir }));
  try {
    const stream = file === flags.output ? createWriteStream(file, { mode: 0o600 }) : process.stdout;
    const put = putTo(stream, file);
    // Wait until the file is there, or is known not to be.
    if (stream !== process.stdout) await once(stream, 'open').catch(() => put(''));
    const writer =
      format === 'parquet'
        ? (await import('../export/parquet-writer.ts')).parquetWriter(table, put)
        : (format === 'csv' ? csvWriter : ndjsonWriter)(table, put);
    let rows = 0;
    for await (const page of pagesOf(table, period, askThrough(source))) {
      await writer.write(page);
      rows += page.length;
    }
    await writer.end();
    if (stream !== process.stdout) {
      stream.end();
      await once(stream, 'finish');
      note(`${file} has ${rows} rows of ${table.name}.`);
    }
  } finally {
    await close();
  }
  return exitCodes.fine;
}
