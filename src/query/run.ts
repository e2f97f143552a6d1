/** One query on its way: what the caller reads, and what the pool feeds. */
import { ShrikeError } from '../errors.ts';
import type { Column, Format } from './encode.ts';
import type { Bindings } from './params.ts';
import type { ChunkData, LiveFacts, Summary } from './protocol.ts';

export type QueryEvent =
  | { readonly kind: 'columns'; readonly columns: readonly Column[] }
  | { readonly kind: 'chunk'; readonly data: ChunkData; readonly rows: number }
  | { readonly kind: 'done'; readonly summary: Summary };

/** A checked request. */
export interface Job {
  readonly sql: string;
  readonly bindings: Bindings;
  readonly format: Format;
  readonly timeoutMs: number;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly deniedTables: readonly string[];
  readonly measure: boolean;
  readonly facts: LiveFacts | undefined;
}

export interface RunHooks {
  /** The reader took a chunk: the worker may send another. */
  took(): void;
  /** The reader left, or the signal said so. */
  cancelled(): void;
  /** It is over, whether or not the reader has read all of it. */
  ended(end: RunEnd): void;
}

export interface RunEnd {
  /** `ok`, `truncated` or an error code. */
  readonly outcome: string;
  /** From submission, waiting included. */
  readonly elapsedMs: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * An async iterable of a query's events: `columns`, then `chunk`s, then `done`; or a ShrikeError thrown at the point it happened.
 *
 * What was sent before an error is still delivered. Leaving the loop cancels the query.
 */
export class QueryRun implements AsyncIterableIterator<QueryEvent> {
  readonly job: Job;
  readonly submitted = performance.now();
  /** Warnings known when the query failed; those of a finished one are in its summary. */
  warnings: readonly string[] = [];
  readonly #hooks: RunHooks;
  #events: QueryEvent[] = [];
  #error: ShrikeError | undefined;
  #ended = false;
  #rows = 0;
  #wake: (() => void) | undefined;

  constructor(job: Job, hooks: RunHooks) {
    this.job = job;
    this.#hooks = hooks;
  }

  /** Whether nothing more will be added. */
  get ended(): boolean {
    return this.#ended;
  }

  push(event: QueryEvent): void {
    if (this.#ended) return;
    this.#events.push(event);
    if (event.kind === 'chunk') this.#rows += event.rows;
    if (event.kind === 'done') this.#end(event.summary.truncated ? 'truncated' : 'ok', event.summary.rows, event.summary.bytes);
    this.#wake?.();
  }

  fail(error: ShrikeError): void {
    if (this.#ended) return;
    this.#error = error;
    this.#end(error.code, this.#rows, 0);
    this.#wake?.();
  }

  #end(outcome: string, rows: number, bytes: number): void {
    this.#ended = true;
    this.#hooks.ended({ outcome, elapsedMs: performance.now() - this.submitted, rows, bytes });
  }

  async next(): Promise<IteratorResult<QueryEvent, undefined>> {
    while (this.#events.length === 0) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const value = this.#events.shift();
    if (value === undefined) return { done: true, value: undefined };
    if (value.kind === 'chunk') this.#hooks.took();
    return { done: false, value };
  }

  /** Cancels the query and drops what was not read. */
  async return(): Promise<IteratorResult<QueryEvent, undefined>> {
    this.cancel();
    this.#events = [];
    this.#error = undefined;
    return { done: true, value: undefined };
  }

  cancel(): void {
    if (this.#ended) return;
    this.fail(new ShrikeError('E_QUERY_CANCELLED'));
    this.#hooks.cancelled();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
