/** Answers from this process: state tables need no agent. */
import { existsSync } from 'node:fs';
import { ShrikeError } from '../errors.ts';
import { addonPath } from '../paths.ts';
import { columnsOf, streamAnswer } from '../query/answer.ts';
import { QueryPool } from '../query/pool.ts';
import { version } from '../version.ts';
import type { Source, SourceAnswer, SourceQuery } from './source.ts';

export class LocalSource implements Source {
  readonly notice: string;
  readonly #pool: QueryPool;
  #started: Promise<void> | undefined;

  /** `events`: the event store is open in this process (see history-source.ts). */
  constructor(dataDir: string, events = false) {
    this.notice = `shrike: no agent runs on ${dataDir}; answering from this process, without event tables.`;
    // The user waits in front of it and can press Ctrl-C: the limits are there to keep the machine whole, not to be fair.
    const limits = { timeoutMs: 600_000, maxRows: 100_000_000, maxBytes: 1024 ** 4 };
    this.#pool = new QueryPool({ engine: { version, dataDir, startTime: 0, sources: {} }, events, workers: 1, limits });
  }

  async query({ sql, params, limit, timeoutMs, signal }: SourceQuery): Promise<SourceAnswer> {
    if (!existsSync(addonPath)) throw new ShrikeError('E_NOT_BUILT', { reason: `there is no ${addonPath}` });
    this.#started ??= this.#pool.start();
    await this.#started;
    const run = this.#pool.query({ sql, params, format: 'ndjson', limit, timeoutMs, ...(signal === undefined ? {} : { signal }) });
    const columns = await columnsOf(run);
    return { columns, bytes: streamAnswer(run, columns, 'ndjson') };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
