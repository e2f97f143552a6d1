import { describe, expect, it } from 'vitest';
import { failure, openPool } from './pools.ts';

const pool = await openPool();
const told = (sql: string) => failure(pool.all({ sql }));

describe('a mistake in the SQL is told with its place and a remedy', () => {
  it.each([
    ['SELECT * FROM proceses', 'E_QUERY_UNKNOWN_TABLE', 14, 'Did you mean processes?'],
    ['SELECT * FROM main."proceses"', 'E_QUERY_UNKNOWN_TABLE', 19, 'Did you mean processes?'],
    ['SELECT * FROM zebra', 'E_QUERY_UNKNOWN_TABLE', 14, 'SELECT name FROM shrike_tables lists them all.'],
    ['SELECT * FROM process_events', 'E_QUERY_NEEDS_AGENT', 14, 'Start one with'],
    ['SELECT nam FROM processes', 'E_QUERY_UNKNOWN_COLUMN', 7, 'Did you mean name?'],
    ['SELECT p.pid, u.usrname FROM processes p JOIN users u USING (uid)', 'E_QUERY_UNKNOWN_COLUMN', 16, 'Did you mean username?'],
    ['SELECT zebra FROM users', 'E_QUERY_UNKNOWN_COLUMN', 7, 'users has: uid, gid'],
    ['SELECT zebra', 'E_QUERY_UNKNOWN_COLUMN', 7, 'SELECT * FROM shrike_columns'],
    ['SELECT * FRM processes', 'E_QUERY_SYNTAX', 9, 'position'],
    ['SELECT fro AS fro, 1 fro fro FROM x', 'E_QUERY_SYNTAX', 25, 'position'],
    ['SELECT (1', 'E_QUERY_SYNTAX', 9, 'stops before it is complete'],
    ["SELECT 'abc", 'E_QUERY_SYNTAX', 7, 'never closed'],
    ['SELECT nofn(1)', 'E_QUERY_SYNTAX', 7, 'functions'],
    ['SELECT uid FROM users a, users b', 'E_QUERY_SYNTAX', 7, 'table.column'],
    ['SELECT 1; SELECT 2', 'E_QUERY_MULTIPLE', 10, 'one statement'],
    ['SELECT 1\0', 'E_QUERY_SYNTAX', 8, 'Remove it'],
    ['', 'E_QUERY_EMPTY', undefined, 'Send one SELECT'],
    [' -- nothing', 'E_QUERY_EMPTY', undefined, 'Send one SELECT'],
  ])('%s', async (sql, code, position, hint) => {
    const error = await told(sql);
    expect(error).toMatchObject({ code, position });
    expect(error.hint).toContain(hint);
  });

  it('stays quick with text that makes parsers backtrack', async () => {
    const nested = `SELECT ${'('.repeat(150)}zebra${')'.repeat(150)} FROM users`;
    expect(await told(nested)).toMatchObject({ code: 'E_QUERY_UNKNOWN_COLUMN' });
  });

  it('passes on what a table says about missing constraints', async () => {
    expect(await told('SELECT * FROM file')).toMatchObject({ code: 'E_QUERY_FAILED', message: expect.stringContaining('file needs') });
  });
});
