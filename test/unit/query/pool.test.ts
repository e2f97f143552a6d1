import { describe, expect, it } from 'vitest';
import { endless, failure, openPool, until } from './pools.ts';

const pool = await openPool({ limits: { timeoutMs: 60_000 } });
const all = async (sql: string, params?: unknown) => (await pool.all({ sql, params })).rows;

describe('a query', () => {
  it('gives values of every type', async () => {
    expect(await all("SELECT 1, 1.5, 'a', NULL, x'00ff', 9007199254740993")).toEqual([
      [1, 1.5, 'a', null, new Uint8Array([0, 255]), 9007199254740993n],
    ]);
  });

  it('gives typed columns, also without rows', async () => {
    const { columns, rows } = await pool.all({ sql: 'SELECT pid, name, 1 AS one, pid FROM processes WHERE 0' });
    expect(rows).toEqual([]);
    expect(columns).toEqual([
      { name: 'pid', type: 'BIGINT' },
      { name: 'name', type: 'TEXT' },
      { name: 'one', type: 'NULL' },
      { name: 'pid:1', type: 'BIGINT' },
    ]);
  });

  it('binds parameters with their types', async () => {
    expect(await all('SELECT typeof(?), typeof(?), typeof(?), typeof(?)', [1, 1.5, 'a', null])).toEqual([
      ['integer', 'real', 'text', 'null'],
    ]);
    expect(await all('SELECT :a + 1', { a: { bigint: '9007199254740993' } })).toEqual([[9007199254740994n]]);
    expect(await all('SELECT hex(?1)', [{ base64: 'AAE=' }])).toEqual([['0001']]);
  });

  it('hands constraints to the generator of a state table', async () => {
    const pid = process.pid;
    expect(await all('SELECT pid FROM processes WHERE pid = ?', [pid])).toEqual([[pid]]);
  });

  it('explains its plan', async () => {
    expect(String((await all('EXPLAIN QUERY PLAN SELECT * FROM processes WHERE pid = 1'))[0]?.[3])).toContain('SCAN processes');
  });

  it('tells which tables it read', async () => {
    expect((await pool.all({ sql: 'SELECT username, groupname FROM users JOIN groups USING (gid)' })).summary.tables).toEqual(
      expect.arrayContaining(['users', 'groups']),
    );
  });

  it('is cut at its limit of rows, and says so', async () => {
    const { rows, summary } = await pool.all({ sql: endless, limit: 10 });
    expect(rows).toHaveLength(10);
    expect(summary).toMatchObject({ truncated: true, warnings: ['only the first 10 rows are given: the limit of 10 rows was reached'] });
  });

  it('is not cut when it has just as many rows as the limit', async () => {
    expect((await pool.all({ sql: 'VALUES (1), (2)', limit: 2 })).summary.truncated).toBe(false);
  });
});

describe('what queries may not do', () => {
  it.each([
    ["ATTACH '/tmp/x' AS x", 'ATTACH is not allowed'],
    ['PRAGMA table_info(processes)', 'PRAGMA is not allowed'],
    ['INSERT INTO processes (pid) VALUES (1)', 'INSERT is not allowed'],
    ['DELETE FROM processes', 'DELETE is not allowed'],
    ['UPDATE processes SET pid = 1', 'UPDATE is not allowed'],
    ['CREATE TABLE x (a)', 'CREATE is not allowed'],
    ['CREATE TEMP VIEW x AS SELECT 1', 'CREATE is not allowed'],
    ['DROP TABLE processes', 'DROP is not allowed'],
    ['VACUUM', 'VACUUM is not allowed'],
    ['BEGIN', 'BEGIN is not allowed'],
    ["SELECT load_extension('/tmp/x')", 'load_extension'],
    ["SELECT * FROM pragma_table_info('processes')", 'pragma_table_info'],
  ])('%s', async (sql, message) => {
    const error = await failure(all(sql));
    expect(error).toMatchObject({ code: 'E_QUERY_FORBIDDEN', position: 0 });
    expect(error.message).toContain(message);
    expect(await all('SELECT 1')).toEqual([[1]]);
  });

  it.each([
    'SELECT count(*) FROM users',
    'SELECT count(*) FROM groups JOIN users USING (gid)',
    'SELECT 1 FROM groups NATURAL JOIN users',
    'SELECT EXISTS (SELECT 1 FROM users)',
    'WITH u AS (SELECT * FROM users) SELECT 1 FROM u',
  ])('reads a table that is denied to the caller: %s', async (sql) => {
    const error = await failure(pool.all({ sql, deniedTables: ['users'] }));
    expect(error).toMatchObject({ code: 'E_QUERY_FORBIDDEN', message: expect.stringContaining('users') });
    expect(await all('SELECT count(*) > 0 FROM users')).toEqual([[1]]);
  });
});

describe('limits', () => {
  const timed = (sql: string) => failure(pool.all({ sql, timeoutMs: 150 }));

  it.each([
    ['a recursion without end', endless.replace('SELECT x FROM', 'SELECT count(*) FROM')],
    ['a sort of it', `${endless} ORDER BY -x`],
    [
      'a cross join',
      'SELECT count(*) FROM (SELECT a.pid + b.pid + c.pid + d.pid AS s FROM processes a, processes b, processes c, processes d) WHERE s < 0',
    ],
  ])('stop %s in time, and the next query works', async (_, sql) => {
    expect(await timed(sql)).toMatchObject({ code: 'E_QUERY_TIMEOUT', message: expect.stringContaining('150 ms') });
    expect(await all('SELECT 1')).toEqual([[1]]);
  });

  it('may be lowered, not raised', async () => {
    for (const limit of [0, -1, 1.5, 100_001, Number.NaN])
      expect(await failure(pool.all({ sql: 'SELECT 1', limit }))).toMatchObject({ code: 'E_QUERY_LIMIT' });
    expect(await failure(pool.all({ sql: 'SELECT 1', timeoutMs: 60_001 }))).toMatchObject({ code: 'E_QUERY_LIMIT' });
  });

  it('hold the length of the SQL', async () => {
    expect(await failure(pool.all({ sql: `SELECT '${'a'.repeat(10_000_000)}'` }))).toMatchObject({ code: 'E_QUERY_TOO_LONG' });
  });

  it('hold the bytes of the answer', async () => {
    const small = await openPool({ limits: { maxBytes: 1000 } });
    const { rows, summary } = await small.all({ sql: `SELECT hex(zeroblob(50)) FROM (${endless})` });
    expect(rows).toHaveLength(10);
    expect(summary.truncated).toBe(true);
  });
});

describe('cancelling', () => {
  it('stops a running query', async () => {
    const cancel = new AbortController();
    const run = pool.query({ sql: endless.replace('SELECT x FROM', 'SELECT count(*) FROM'), signal: cancel.signal });
    const failed = failure(run.next());
    await until(() => pool.stats().busy > 0);
    cancel.abort();
    expect(await failed).toMatchObject({ code: 'E_QUERY_CANCELLED' });
    await until(() => pool.stats().busy === 0);
  });

  it('happens when the reader leaves its loop', async () => {
    for await (const event of pool.query({ sql: endless })) if (event.kind === 'chunk') break;
    await until(() => pool.stats().busy === 0);
    expect(await all('SELECT 1')).toEqual([[1]]);
  });

  it('before the start costs nothing', async () => {
    const run = pool.query({ sql: endless, signal: AbortSignal.abort() });
    expect(await failure(run.next())).toMatchObject({ code: 'E_QUERY_CANCELLED' });
  });
});

describe('a reader that never reads', () => {
  it('does not hold its worker past the deadline', async () => {
    const run = pool.query({ sql: endless, timeoutMs: 200 });
    await until(() => pool.stats().busy > 0);
    await until(() => pool.stats().busy === 0);
    let rows = 0;
    const rest = (async () => {
      for await (const event of run) if (event.kind === 'chunk') rows += event.rows;
    })();
    // What it was sent before is still there for it, then comes the reason.
    expect(await failure(rest)).toMatchObject({ code: 'E_QUERY_TIMEOUT' });
    expect(rows).toBeGreaterThan(0);
  });
});
