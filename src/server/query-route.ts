/**
 * GET and POST /api/v1/query.
 *
 * `json` is collected first, so that an error is always an error answer. `ndjson` and `csv` stream: what goes wrong after the first byte is
 * in the last record (ndjson: `{"_shrike":{…}}`, always there; csv: a record whose first field is `_shrike`, only when something was cut)
 * and in the trailer Shrike-Ending, a JSON object with rows, truncated and error.
 */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { ShrikeError } from '../errors.ts';
import { columnsOf, type Ending, streamAnswer, wholeAnswer } from '../query/answer.ts';
import type { Column } from '../query/encode.ts';
import type { QueryPool } from '../query/pool.ts';
import type { QueryRun } from '../query/run.ts';
import { fromForm } from './body.ts';
import { ErrorAnswer, QueryAnswer, QueryBody, QueryString } from './schemas.ts';

/** Whole answers that wait for their readers may take this many times the largest answer. */
const heldAnswers = 4;
/** Longer than that, the header with the columns is left out: clients find them in the last record. */
const maxColumnsHeader = 4096;

class QueryRoute {
  readonly #pool: QueryPool;
  #held = 0;

  constructor(pool: QueryPool) {
    this.#pool = pool;
  }

  async answer(reply: FastifyReply, query: QueryBody): Promise<unknown> {
    const format = query.format ?? 'json';
    const limit = this.#pool.limits.maxBytes * heldAnswers;
    if (format === 'json' && this.#held > limit) throw new ShrikeError('E_HTTP_BUSY', { bytes: this.#held });
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const { sql, params, limit: rows, timeout_ms: timeoutMs } = query;
    const run = this.#pool.query({ sql, params, format, limit: rows, timeoutMs, signal: gone.signal });
    const columns = await columnsOf(run);
    if (format === 'json') return this.#whole(reply, run, columns);
    return this.#stream(reply, run, columns, format);
  }

  async #whole(reply: FastifyReply, run: QueryRun, columns: readonly Column[]): Promise<unknown> {
    const body = await wholeAnswer(run, columns);
    this.#held += body.length;
    reply.raw.once('close', () => {
      this.#held -= body.length;
    });
    return reply.header('content-type', 'application/json; charset=utf-8').send(body);
  }

  #stream(reply: FastifyReply, run: QueryRun, columns: readonly Column[], format: 'ndjson' | 'csv'): unknown {
    const described = encodeURIComponent(JSON.stringify(columns));
    if (described.length <= maxColumnsHeader) reply.header('shrike-columns', described);
    let ending: Ending | undefined;
    const records = streamAnswer(run, columns, format, (end) => {
      ending = end;
    });
    reply.trailer('shrike-ending', async () => {
      const { rows = 0, truncated = true, error } = ending ?? {};
      return JSON.stringify({ rows, truncated, error: error?.code ?? null });
    });
    const type = format === 'ndjson' ? 'application/x-ndjson' : 'text/csv; charset=utf-8; header=present';
    return reply.header('content-type', type).send(Readable.from(records, { objectMode: false, highWaterMark: 64 * 1024 }));
  }
}

/** Adds the query routes. */
export function addQueryRoutes(app: FastifyInstance, pool: QueryPool): void {
  const route = new QueryRoute(pool);
  const response = { 200: QueryAnswer, '4xx': ErrorAnswer, '5xx': ErrorAnswer };
  const summary = 'Run one SQL statement';
  app.post<{ Body: QueryBody }>('/api/v1/query', {
    schema: { summary, operationId: 'query', body: QueryBody, response },
    handler: (request, reply) => route.answer(reply, request.body),
  });
  app.get<{ Querystring: QueryString }>('/api/v1/query', {
    schema: { summary, operationId: 'queryByUrl', querystring: QueryString, response },
    handler: (request, reply) => {
      const { params, ...rest } = request.query;
      return route.answer(reply, params === undefined ? rest : { ...rest, ...fromForm([['params', params]]) });
    },
  });
}
