import { describe, expect, it } from 'vitest';
import { endless, failure, openPool, until } from './pools.ts';

const forever = endless.replace('SELECT x FROM', 'SELECT count(*) FROM');

describe('the queue', () => {
  it('takes so many and refuses the next, which may come again later', async () => {
    const pool = await openPool({ workers: 1, queue: 2, limits: { timeoutMs: 60_000 } });
    const cancel = new AbortController();
    const running = failure(pool.query({ sql: forever, signal: cancel.signal }).next());
    await until(() => pool.stats().busy === 1);
    const waiting = [pool.all({ sql: 'SELECT 1' }), pool.all({ sql: 'SELECT 2' })];
    expect(() => pool.query({ sql: 'SELECT 3' })).toThrow(expect.objectContaining({ code: 'E_QUERY_BUSY', status: 503 }));
    cancel.abort();
    expect((await Promise.all(waiting)).map(({ rows }) => rows[0])).toEqual([[1], [2]]);
    expect(await running).toMatchObject({ code: 'E_QUERY_CANCELLED' });
  });

  it('forgets a query that is cancelled while it waits', async () => {
    const pool = await openPool({ workers: 1, limits: { timeoutMs: 60_000 } });
    const first = new AbortController();
    const second = new AbortController();
    const running = failure(pool.query({ sql: forever, signal: first.signal }).next());
    await until(() => pool.stats().busy === 1);
    const waiting = failure(pool.query({ sql: 'SELECT 1', signal: second.signal }).next());
    second.abort();
    expect(await waiting).toMatchObject({ code: 'E_QUERY_CANCELLED' });
    expect(pool.stats().waiting).toBe(0);
    first.abort();
    await running;
  });

  it('lets nobody wait too long', async () => {
    const pool = await openPool({ workers: 1, queueTimeoutMs: 50, limits: { timeoutMs: 60_000 } });
    const cancel = new AbortController();
    const running = failure(pool.query({ sql: forever, signal: cancel.signal }).next());
    expect(await failure(pool.all({ sql: 'SELECT 1' }))).toMatchObject({ code: 'E_QUERY_BUSY' });
    cancel.abort();
    await running;
  });

  it('starts no more workers than it may, and serves everybody', async () => {
    const pool = await openPool({ workers: 2 });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => pool.all({ sql: 'SELECT ?', params: [index] })));
    expect(answers.map(({ rows }) => rows[0]?.[0])).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(pool.stats().workers).toBeLessThanOrEqual(2);
  });
});

describe('memory', () => {
  it('stops a query that makes the process grow, and the next one works', async () => {
    const pool = await openPool({ memoryBytes: 64 * 1024 * 1024, limits: { timeoutMs: 60_000 } });
    const sql = `SELECT median(x) FROM (${endless})`;
    expect(await failure(pool.all({ sql }))).toMatchObject({ code: 'E_QUERY_MEMORY' });
    expect((await pool.all({ sql: 'SELECT 1' })).rows).toEqual([[1]]);
  });

  it('replaces a worker whose heap is full', async () => {
    const pool = await openPool({ heapMib: 16, memoryBytes: 1e12, limits: { timeoutMs: 60_000 } });
    const many = Array.from({ length: 400 }, (_, index) => `hex(zeroblob(200000)) AS c${index}`).join(', ');
    expect(await failure(pool.all({ sql: `SELECT ${many}` }))).toMatchObject({
      code: expect.stringMatching(/E_QUERY_(MEMORY|WORKER|CANCELLED)/),
    });
    expect((await pool.all({ sql: 'SELECT 1' })).rows).toEqual([[1]]);
  });
});

describe('closing', () => {
  it('ends running and waiting queries, and may be done twice', async () => {
    const pool = await openPool({ workers: 1, limits: { timeoutMs: 60_000 } });
    const failures = [failure(pool.all({ sql: forever })), failure(pool.all({ sql: 'SELECT 1' }))];
    await Promise.all([pool.close(), pool.close()]);
    for (const each of failures) expect(await each).toMatchObject({ code: 'E_QUERY_CANCELLED' });
    expect(() => pool.query({ sql: 'SELECT 1' })).toThrow(expect.objectContaining({ code: 'E_QUERY_CANCELLED' }));
  });
});
