/** Where a command's rows come from: the running agent, or this process where none runs. */
import { ShrikeError } from '../errors.ts';
import type { Column } from '../query/encode.ts';

export interface SourceQuery {
  readonly sql: string;
  readonly params?: unknown;
  readonly limit?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal;
}

export interface SourceAnswer {
  /** Undefined when there are too many to be told in advance. */
  readonly columns: readonly Column[] | undefined;
  /** ndjson, ending with the record `{"_shrike": …}`. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export interface Source {
  /** What to tell the user, or undefined: that no agent runs. */
  readonly notice: string | undefined;
  query(query: SourceQuery): Promise<SourceAnswer>;
  close(): Promise<void>;
}

/** One JSON object per row, with the line it came in. */
export type RowRecord = Readonly<Record<string, null | number | string>>;

export interface Ending {
  readonly rows: number;
  readonly truncated: boolean;
  readonly elapsed_ms: number;
  readonly warnings: readonly string[];
  readonly columns: readonly Column[];
  readonly error?: { readonly code: string; readonly error: string; readonly hint: string; readonly position?: number };
}

export interface Line {
  readonly row: RowRecord;
  readonly text: string;
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** The rows of an answer; `onEnd` is told of its last record. An answer without one was cut off on the way. */
export async function* rowsOf(answer: SourceAnswer, onEnd: (ending: Ending) => void): AsyncGenerator<Line> {
  let ended = false;
  for await (const text of linesOf(answer.bytes)) {
    // The shape is this package's own, on both ends.
    const record = JSON.parse(text) as RowRecord & { readonly _shrike?: unknown };
    const ending = record._shrike;
    if (typeof ending === 'object' && ending !== null) {
      ended = true;
      onEnd(ending as Ending);
    } else yield { row: record, text };
  }
  if (!ended) throw new ShrikeError('E_QUERY_CANCELLED');
}
