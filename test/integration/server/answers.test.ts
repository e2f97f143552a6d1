import { describe, expect, it } from 'vitest';
import { bodyOf, endless, errorOf, useTestAgent } from './support.ts';

const agent = useTestAgent();

describe('an answer in JSON', () => {
  it('has columns with types, rows by name, and what it took', async () => {
    const response = await agent.query({ sql: "SELECT 1 AS a, 'x' AS b, NULL AS c, x'00ff' AS d, 9007199254740993 AS e" });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({
      ok: true,
      columns: [
        { name: 'a', type: 'BIGINT' },
        { name: 'b', type: 'TEXT' },
        { name: 'c', type: 'NULL' },
        { name: 'd', type: 'BLOB', encoding: 'base64' },
        { name: 'e', type: 'BIGINT' },
      ],
      rows: [{ a: 1, b: 'x', c: null, d: 'AP8=', e: '9007199254740993' }],
      truncated: false,
      elapsed_ms: expect.any(Number),
      warnings: [expect.stringContaining('beyond 2^53')],
    });
  });

  it('is valid with no rows, and with rows in several chunks', async () => {
    expect(await (await agent.query({ sql: 'SELECT 1 AS a WHERE 0' })).json()).toMatchObject({ rows: [], truncated: false });
    const { rows } = await bodyOf<{ rows: { x: number }[] }>(
      await agent.query({ sql: `SELECT x, hex(zeroblob(100)) AS pad FROM (${endless})`, limit: 5000 }),
    );
    expect(rows.map(({ x }) => x)).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
  });

  it('says when a limit cut it', async () => {
    const answer = await (await agent.query({ sql: endless, limit: 2 })).json();
    expect(answer).toMatchObject({ truncated: true, rows: [{ x: 1 }, { x: 2 }], warnings: [expect.stringContaining('limit of 2 rows')] });
  });

  it('comes to GET as well', async () => {
    const query = new URLSearchParams({
      sql: 'SELECT :a + ? AS a'.replace('?', ':b'),
      params: '{"a":1,"b":2}',
      limit: '1',
      timeout_ms: '1000',
    });
    expect(await (await agent.ask(`/api/v1/query?${query}`)).json()).toMatchObject({ rows: [{ a: 3 }] });
  });

  it.each([
    ['application/json', '{"sql":"SELECT 1 AS a"}'],
    ['application/sql', 'SELECT 1 AS a'],
    ['application/x-www-form-urlencoded', '{"sql":"SELECT 1 AS a"}'],
    ['application/x-www-form-urlencoded', 'sql=SELECT+1+AS+a&limit=5'],
  ])('comes to a body of type %s', async (type, body) => {
    const response = await agent.ask('/api/v1/query', { method: 'POST', body, headers: { 'content-type': type } });
    expect(await response.json()).toMatchObject({ ok: true, rows: [{ a: 1 }] });
  });
});

describe('an answer in lines', () => {
  it('gives rows as objects and ends with a record of its own', async () => {
    const response = await agent.query({ sql: 'VALUES (1), (2)', format: 'ndjson' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const records = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toEqual([
      { column1: 1 },
      { column1: 2 },
      {
        _shrike: {
          rows: 2,
          truncated: false,
          elapsed_ms: expect.any(Number),
          warnings: [],
          columns: [{ name: 'column1', type: 'BIGINT' }],
        },
      },
    ]);
    expect(JSON.parse(decodeURIComponent(response.headers.get('shrike-columns') ?? ''))).toEqual([{ name: 'column1', type: 'BIGINT' }]);
  });

  it('tells a failure half way in the last record', async () => {
    const response = await agent.query({ sql: endless, format: 'ndjson', timeout_ms: 1000 });
    expect(response.status).toBe(200);
    const { _shrike: ending } = JSON.parse((await response.text()).trimEnd().split('\n').at(-1) ?? '');
    expect(ending.truncated).toBe(true);
    // On a fast machine the row limit comes before the time limit.
    if (ending.error !== undefined) expect(ending.error).toMatchObject({ ok: false, code: 'E_QUERY_TIMEOUT' });
    else expect(ending.rows).toBe(100_000);
  });

  it('is a plain error when it fails before the first row', async () => {
    expect(await errorOf(await agent.query({ sql: 'SELECT * FROM zebra', format: 'ndjson' }))).toMatchObject({
      status: 400,
      code: 'E_QUERY_UNKNOWN_TABLE',
      position: 14,
    });
  });
});

describe('an answer in CSV', () => {
  it('has a header, and bytes in hex', async () => {
    const response = await agent.query({ sql: "SELECT 1 AS a, 'x,y' AS b, x'00ff' AS c", format: 'csv' });
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(await response.text()).toBe('a,b,c\r\n1,"x,y",00ff\r\n');
  });

  it('is its header when there are no rows', async () => {
    expect(await (await agent.query({ sql: 'SELECT 1 AS a WHERE 0', format: 'csv' })).text()).toBe('a\r\n');
  });

  it('ends with a record that no reader can miss when it was cut', async () => {
    const lines = (await (await agent.query({ sql: endless, format: 'csv', limit: 2 })).text()).trimEnd().split('\r\n');
    expect(lines.slice(0, 3)).toEqual(['x', '1', '2']);
    expect(lines[3]).toMatch(/^_shrike,"\{""rows"":2,""truncated"":true/);
  });
});

describe('the rest of the API', () => {
  it('describes every table', async () => {
    const { tables } = await bodyOf<{ tables: { name: string }[] }>(await agent.ask('/api/v1/tables'));
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['processes', 'process_events', 'shrike_info']));
    const { table } = await bodyOf<{ table: unknown }>(await agent.ask('/api/v1/tables/processes'));
    expect(table).toMatchObject({
      name: 'processes',
      kind: 'state',
      columns: expect.arrayContaining([expect.objectContaining({ name: 'pid', type: 'BIGINT' })]),
    });
  });

  it('describes itself', async () => {
    const { openapi, paths } = await bodyOf<{ openapi: string; paths: Record<string, unknown> }>(await agent.ask('/openapi.json'));
    expect(openapi).toBe('3.1.0');
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/query',
        '/api/v1/tables',
        '/api/v1/tables/{name}',
        '/healthz',
        '/metrics',
        '/openapi.json',
        '/readyz',
      ]),
    );
    expect(paths['/api/v1/query']).toMatchObject({
      post: { requestBody: { content: { 'application/json': { schema: { required: ['sql'] } } } } },
    });
  });

  it('counts', async () => {
    const before = await agent.metric('shrike_queries_total{outcome="ok"}');
    await agent.query({ sql: 'SELECT 1' });
    expect(await agent.metric('shrike_queries_total{outcome="ok"}')).toBe(before + 1);
    expect(await agent.metric('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  });

  it('says it is well without a token', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const response = await fetch(agent.url + path);
      expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    }
  });

  it('sends headers that keep browsers from guessing and caching', async () => {
    const { headers } = await agent.query({ sql: 'SELECT 1' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-request-id': expect.stringMatching(/./),
    });
  });
});
