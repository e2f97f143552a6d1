/** A query's events as whole text: one JSON document, or a stream of records with an ending. */
import { envelope, type ErrorEnvelope, ShrikeError } from '../errors.ts';
import type { Column } from './encode.ts';
import type { QueryEvent, QueryRun } from './run.ts';

/** What is known when a stream ends; the last record of ndjson is `{"_shrike": Ending}`. */
export interface Ending {
  readonly rows: number;
  /** A limit cut the rows short, or an error did. */
  readonly truncated: boolean;
  readonly elapsed_ms: number;
  readonly warnings: readonly string[];
  readonly columns: readonly Column[];
  readonly error?: ErrorEnvelope;
}

const round = (milliseconds: number) => Math.round(milliseconds * 1000) / 1000;

// Text formats come as bytes; only `rows` comes as arrays, and nobody asks for it here.
const bytesOf = (event: QueryEvent & { kind: 'chunk' }) => event.data as Uint8Array;

/** The first event of a run: waits until the query has a first chunk of rows, or none. Errors before that are thrown. */
export async function columnsOf(run: QueryRun): Promise<readonly Column[]> {
  const first = await run.next();
  if (first.done !== true && first.value.kind === 'columns') return first.value.columns;
  throw new ShrikeError('E_QUERY_CANCELLED');
}

/** The rest of a `json` run as one document. */
export async function wholeAnswer(run: QueryRun, columns: readonly Column[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const event of run) {
    if (event.kind === 'chunk') chunks.push(bytesOf(event));
    if (event.kind !== 'done') continue;
    const { truncated, warnings, elapsedMs } = event.summary;
    const head = `{"ok":true,"columns":${JSON.stringify(columns)},"rows":[`;
    const tail = `],${JSON.stringify({ truncated, elapsed_ms: round(elapsedMs), warnings }).slice(1)}\n`;
    return Buffer.concat([Buffer.from(head), ...chunks, Buffer.from(tail)]);
  }
  throw new ShrikeError('E_QUERY_CANCELLED');
}

function lastRecord(format: 'ndjson' | 'csv', ending: Ending): string {
  if (format === 'ndjson') return `${JSON.stringify({ _shrike: ending })}\n`;
  // A reader that expects the header's number of fields stumbles over this record, which is what it is for.
  return ending.truncated ? `_shrike,"${JSON.stringify(ending).replaceAll('"', '""')}"\r\n` : '';
}

/**
 * The rest of an `ndjson` or `csv` run as it comes. Errors do not throw: they are in the ending.
 *
 * @param onEnd told of the ending before the last record is given.
 */
export async function* streamAnswer(
  run: QueryRun,
  columns: readonly Column[],
  format: 'ndjson' | 'csv',
  onEnd: (ending: Ending) => void = () => {},
): AsyncGenerator<Uint8Array> {
  let rows = 0;
  let ending: Ending | undefined;
  try {
    for await (const event of run) {
      if (event.kind === 'chunk') {
        rows += event.rows;
        yield bytesOf(event);
      } else if (event.kind === 'done') {
        const { truncated, elapsedMs, warnings } = event.summary;
        ending = { rows, truncated, elapsed_ms: round(elapsedMs), warnings, columns };
      }
    }
  } catch (error) {
    if (!(error instanceof ShrikeError)) throw error;
    const elapsed = round(performance.now() - run.submitted);
    ending = { rows, truncated: true, elapsed_ms: elapsed, warnings: run.warnings, columns, error: envelope(error) };
  }
  if (ending === undefined) return;
  onEnd(ending);
  const text = lastRecord(format, ending);
  if (text !== '') yield Buffer.from(text);
}
