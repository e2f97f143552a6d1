import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { bodyOf, endless, errorOf, eventually, useTestAgent } from './support.ts';

const agent = useTestAgent('query: {timeout_ms: 2000, max_rows: 100000000}\nserver: {rate_limit: 1000000}');
const busy = () => agent.metric('shrike_query_workers{state="busy"}');

/** A client that asks and then only sits there. */
function askAndSit(format: string): Promise<Socket> {
  const body = JSON.stringify({ sql: `SELECT x, hex(zeroblob(500)) AS pad FROM (${endless})`, format });
  const { hostname, port } = new URL(agent.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname }, () => {
      socket.pause();
      socket.write(
        `POST /api/v1/query HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${agent.token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      resolve(socket);
    });
    socket.on('error', reject);
  });
}

describe('200 clients at once', () => {
  it('all get their answer', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const response = await agent.query({ sql: 'SELECT ? AS n, count(*) AS users FROM users', params: [index] });
        const { rows } = await bodyOf<{ rows: { n: number }[] }>(response);
        return response.status === 200 && rows[0]?.n === index;
      }),
    );
    expect(statuses.filter(Boolean)).toHaveLength(200);
  });
});

describe('a client that never reads', () => {
  it.each(['ndjson', 'csv', 'json'])('does not hold a worker past the deadline (%s)', async (format) => {
    const timeouts = () => agent.metric('shrike_queries_total{outcome="E_QUERY_TIMEOUT"}');
    const truncated = () => agent.metric('shrike_queries_total{outcome="truncated"}');
    const before = (await timeouts()) + (await truncated());
    const sockets = await Promise.all([askAndSit(format), askAndSit(format), askAndSit(format)]);
    // Three of them for two workers: a fourth is served as soon as the deadline has passed for the first two.
    await eventually(async () => (await timeouts()) + (await truncated()) >= before + 3);
    expect(await (await agent.query({ sql: 'SELECT 1 AS a' })).json()).toMatchObject({ rows: [{ a: 1 }] });
    await eventually(async () => (await busy()) === 0);
    for (const socket of sockets) socket.destroy();
  });
});

describe('a client that goes away', () => {
  it('takes its running query with it', async () => {
    const cancelled = () => agent.metric('shrike_queries_total{outcome="E_QUERY_CANCELLED"}');
    const before = await cancelled();
    const leave = new AbortController();
    const asked = agent.query({ sql: `SELECT count(*) FROM (${endless})` }, leave.signal).catch(() => undefined);
    await eventually(async () => (await busy()) === 1);
    leave.abort();
    await asked;
    await eventually(async () => (await cancelled()) === before + 1);
    await eventually(async () => (await busy()) === 0);
  });
});

describe('more queries than may wait', () => {
  const small = useTestAgent('query: {workers: 1, queue: 1}');

  it('get a 503 that says when to come again', async () => {
    const leave = new AbortController();
    const forever = { sql: `SELECT count(*) FROM (${endless})` };
    const waiting = [small.query(forever, leave.signal), small.query(forever, leave.signal)].map((each) => each.catch(() => undefined));
    await eventually(async () => (await small.metric('shrike_query_waiting')) === 1);
    const response = await small.query({ sql: 'SELECT 1' });
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await errorOf(response)).toMatchObject({ status: 503, code: 'E_QUERY_BUSY' });
    leave.abort();
    await Promise.all(waiting);
    await eventually(async () => (await small.query({ sql: 'SELECT 1' })).status === 200);
  });
});

describe('more requests than the rate allows', () => {
  const limited = useTestAgent('server: {rate_limit: 5}');

  it('get a 429, by token and not by made-up tokens', async () => {
    const guess = () => fetch(`${limited.url}/healthz`, { headers: { authorization: `Bearer ${Math.random()}` } });
    for (let i = 0; i < 5; i++) expect((await guess()).status).toBe(200);
    expect(await errorOf(await guess())).toMatchObject({ status: 429, code: 'E_HTTP_RATE' });
    for (let i = 0; i < 5; i++) expect((await limited.ask('/healthz')).status).toBe(200);
    expect(await errorOf(await limited.ask('/healthz'))).toMatchObject({ status: 429, code: 'E_HTTP_RATE' });
  });
});
