import { describe, expect, it } from 'vitest';
import { native } from '../../../src/native.ts';
import { connect, eventColumns } from './tables.ts';

describe('a locked connection', () => {
  const addon = native();
  addon.storeOpen({
    memoryBytes: 8 << 20,
    tables: [
      { name: 'seen', columns: eventColumns },
      { name: 'secret', columns: eventColumns },
    ],
  });
  addon.storeAppend('seen', [[1, 1, 5, null, 0, null, null, 'abc', null, 77, '/bin/sh', null]]);
  const { db, connection } = connect();
  db.exec(
    "CREATE VIEW shells AS SELECT eid, name FROM seen WHERE exe = '/bin/sh'; CREATE TEMP VIEW temporary AS SELECT name FROM shells; CREATE TABLE kept(a)",
  );
  addon.lockConnection(connection);

  const run = (sql: string, denied: string[] = []) => {
    addon.beginStatement(connection, 1, denied);
    let rows: unknown;
    let error: string | undefined;
    try {
      rows = db.prepare(sql).raw().all();
    } catch (caught) {
      error = (caught as Error).message; // a cast: better-sqlite3 throws nothing else
    }
    return { rows, error, ...addon.endStatement(connection) };
  };

  it('reads event tables, views over them and the schema', () => {
    expect(run('SELECT name FROM seen').rows).toEqual([['abc']]);
    expect(run('SELECT * FROM temporary').rows).toEqual([['abc']]);
    expect(run("SELECT name FROM sqlite_schema WHERE type = 'view'").rows).toEqual([['shells']]);
    expect(run('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT max(i) FROM n').rows).toEqual([[3n]]);
    expect(run(`SELECT value FROM json_each('["a"]')`).rows).toEqual([['a']]);
  });

  it('reports the tables that a statement read', () => {
    expect(run('SELECT count(*) FROM seen JOIN secret USING (eid)').tables).toEqual(['secret', 'seen']);
    expect(run('SELECT * FROM temporary').tables).toEqual(['seen', 'shells', 'temporary']);
    expect(run('SELECT 1').tables).toEqual([]);
  });

  it.each([
    ["ATTACH ':memory:' AS x", 'ATTACH is not allowed: queries only read'],
    ['PRAGMA user_version', 'PRAGMA is not allowed: queries only read'],
    ['PRAGMA query_only = 0', 'PRAGMA is not allowed: queries only read'],
    ["SELECT * FROM pragma_table_info('seen')", 'access to pragma_table_info is not allowed'],
    ['SELECT * FROM pragma_database_list', 'access to pragma_database_list is not allowed'],
    ['INSERT INTO kept VALUES (1)', 'INSERT is not allowed: queries only read'],
    ['INSERT INTO seen(name) VALUES (1)', 'INSERT is not allowed: queries only read'],
    ['UPDATE kept SET a = 1', 'UPDATE is not allowed: queries only read'],
    ['DELETE FROM kept', 'DELETE is not allowed: queries only read'],
    ['DROP TABLE kept', 'DELETE is not allowed: queries only read'],
    ['CREATE TABLE other(a)', 'INSERT is not allowed: queries only read'],
    ['CREATE TEMP TABLE other(a)', 'INSERT is not allowed: queries only read'],
    ['CREATE VIRTUAL TABLE v USING fts5(a)', 'INSERT is not allowed: queries only read'],
    ['BEGIN', 'a transaction is not allowed: queries only read'],
    ['SAVEPOINT s', 'SAVEPOINT is not allowed: queries only read'],
    ['VACUUM', ''],
    ['ANALYZE', 'INSERT is not allowed: queries only read'],
    ['REINDEX', ''],
    ["SELECT load_extension('x')", 'the function load_extension is not allowed'],
    ["SELECT fts3_tokenizer('simple')", 'the function fts3_tokenizer is not allowed'],
  ])('refuses %s', (sql, refused) => {
    const { error, refused: reason } = run(sql);
    expect(error).toBeDefined();
    // SQLite refuses these two without asking.
    if (refused !== '') expect(reason).toBe(refused);
    expect(run('SELECT count(*) FROM seen').rows).toEqual([[1n]]);
  });

  it('refuses the tables denied to one statement, also behind a view, and only to that one', () => {
    expect(run('SELECT count(*) FROM secret').rows).toEqual([[0n]]);
    const denied = run('SELECT name FROM secret', ['secret']);
    expect(denied.error).toContain('secret');
    expect(denied.refused).toBe('access to table secret is not allowed');
    expect(run('SELECT count(*) FROM secret', ['secret']).refused).toBe('access to table secret is not allowed');
    expect(run('SELECT * FROM temporary', ['seen']).refused).toBe('access to table seen is not allowed');
    expect(run('SELECT (SELECT max(eid) FROM secret) FROM seen', ['secret']).refused).toBe('access to table secret is not allowed');
    // SQLite does not ask its authorizer about this one.
    expect(run('SELECT count(*) FROM seen JOIN secret USING (eid)', ['secret'])).toMatchObject({
      error: 'access to table secret is not allowed',
      refused: 'access to table secret is not allowed',
    });
    expect(run('SELECT count(*) FROM seen NATURAL JOIN secret', ['secret']).error).toBe('access to table secret is not allowed');
    const before = db.prepare('SELECT count(*) FROM secret');
    addon.beginStatement(connection, 1, ['secret']);
    expect(() => before.get()).toThrow('access to table secret is not allowed');
    addon.endStatement(connection);
    expect(run('SELECT count(*) FROM secret').rows).toEqual([[0n]]);
  });

  it('keeps within the limits of text, columns, depth and pattern', () => {
    expect(run(`SELECT '${'x'.repeat(1_100_000)}'`).error).toMatch(/too (big|large)/);
    expect(run('SELECT length(zeroblob(20000000))').error).toContain('too big');
    expect(run(`SELECT ${'NOT '.repeat(300)}1`).error).toContain('too large');
    expect(run(`SELECT ${Array(2001).fill('1').join(',')}`).error).toContain('too many columns');
    expect(run(`SELECT 1 ${'UNION ALL SELECT 1 '.repeat(200)}`).error).toContain('too many terms');
    expect(run(`SELECT 'a' LIKE '${'%a'.repeat(26_000)}'`).error).toContain('too complex');
    expect(run(`SELECT * FROM seen WHERE name LIKE '${'%a'.repeat(26_000)}'`).error).toContain('too complex');
  });

  it('forgets a connection that is closed', () => {
    const other = connect();
    expect(addon.lastConnection()).toBe(other.connection);
    addon.beginStatement(other.connection, 9, []);
    other.db.close();
    expect(addon.interrupt(other.connection, 9)).toBe(false);
    expect(() => addon.lockConnection(other.connection)).toThrow('no such open connection');
  });

  it('stops a statement that was interrupted before its first step', () => {
    addon.beginStatement(connection, 5, []);
    const statement = db.prepare('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n');
    expect(addon.interrupt(connection, 4)).toBe(false);
    expect(addon.interrupt(connection, 5)).toBe(true);
    expect(addon.interrupted(connection)).toBe(true);
    expect(() => statement.get()).toThrow('interrupted');
    expect(addon.endStatement(connection).interrupted).toBe(true);
    expect(run('SELECT 1').rows).toEqual([[1n]]);
  });
});
