import { describe, expect, it } from 'vitest';
import { type NativeConstraint, native } from '../../../src/native.ts';
import type { Value } from '../../../src/tables/spec.ts';
import { connect, generatedColumn } from './tables.ts';

interface Call {
  readonly table: number;
  readonly constraints: readonly NativeConstraint[];
  readonly used: bigint;
}

describe('generated tables', () => {
  const addon = native();
  const calls: Call[] = [];
  let rows: () => Iterable<readonly Value[]> = () => [];
  let closed = 0;
  addon.registerTables(
    [
      {
        name: 'people',
        estimatedRows: 1000,
        columns: [
          generatedColumn('id', 'BIGINT', { index: true }),
          generatedColumn('name', 'TEXT', { additional: true }),
          generatedColumn('height', 'DOUBLE'),
          generatedColumn('photo', 'BLOB'),
          generatedColumn('any', ''),
        ],
      },
      {
        name: 'files',
        estimatedRows: 1000,
        columns: [
          generatedColumn('path', 'TEXT', { required: 'where', index: true }),
          generatedColumn('directory', 'TEXT', { required: 'where', index: true }),
          generatedColumn('size', 'BIGINT'),
        ],
      },
      { name: 'wide', estimatedRows: 10, columns: Array.from({ length: 80 }, (_, i) => generatedColumn(`c${i}`, 'BIGINT')) },
    ],
    (table, constraints, used) => {
      calls.push({ table, constraints, used });
      return rows();
    },
  );
  const { db, connection } = connect();
  db.defaultSafeIntegers(false);
  addon.lockConnection(connection);
  const run = (sql: string, ...parameters: unknown[]) => {
    calls.length = 0;
    addon.beginStatement(connection, 1, []);
    try {
      return db
        .prepare(sql)
        .raw()
        .all(...parameters);
    } finally {
      addon.endStatement(connection);
    }
  };

  it('converts values, and gives columns the types they declare', () => {
    rows = () => [
      [1, 'a', 2, new Uint8Array([1, 2]), 0.5],
      [2n, 5, '1.5', 'text', true],
      ['3', null, null, undefined as never, 2 ** 60],
      [4.5, 'é'.repeat(500), 1n, new Uint8Array(), -0],
    ];
    expect(run('SELECT id, typeof(id), name, typeof(name), height, typeof(height), photo, "any", typeof("any") FROM people')).toEqual([
      [1, 'integer', 'a', 'text', 2, 'real', Buffer.from([1, 2]), 0.5, 'real'],
      [2, 'integer', '5', 'text', 1.5, 'real', 'text', 1, 'integer'],
      [3, 'integer', null, 'null', null, 'null', null, 2 ** 60, 'integer'],
      [4.5, 'real', 'é'.repeat(500), 'text', 1, 'real', Buffer.alloc(0), 0, 'integer'],
    ]);
  });

  it('gives bigints beyond 53 bits exactly, and beyond 64 as reals', () => {
    rows = () => [[9007199254740993n, null, null, null, 18446744073709551615n]];
    expect(run('SELECT CAST(id AS TEXT), typeof("any"), "any" FROM people')).toEqual([['9007199254740993', 'real', 18446744073709552000]]);
  });

  it('hands constraints to the generator, lists whole, and has SQLite check again', () => {
    rows = () => [
      [1, 'a', 1, null, null],
      [2, 'b', 2, null, null],
      [3, 'c', 3, null, null],
    ];
    expect(run("SELECT id FROM people WHERE id IN (1, '3') AND name LIKE 'a%' AND height > 0 AND photo IS NULL AND name != 'x'")).toEqual([
      [1],
    ]);
    expect(calls).toHaveLength(1);
    const seen = (calls[0]?.constraints ?? []).map((c) => `${c.column} ${c.op} ${c.values.join(',')}`).sort();
    expect(seen).toEqual(['0 = 1,3', '1 != x', '1 LIKE a%', '2 > 0', '3 IS NULL ']);
    expect(run('SELECT name FROM people WHERE id = ?', '2')).toEqual([['b']]);
    expect(calls[0]?.constraints).toEqual([{ column: 0, op: '=', values: [2] }]);
    expect(run('SELECT name FROM people WHERE id = NULL')).toEqual([]);
    expect(calls).toHaveLength(0);
  });

  it('does not hand on a comparison by another collation', () => {
    rows = () => [[1, 'Anna', 1, null, null]];
    expect(run("SELECT id FROM people WHERE name = 'ANNA' COLLATE NOCASE")).toEqual([[1]]);
    expect(calls[0]?.constraints).toEqual([]);
  });

  it('says which columns the query uses', () => {
    rows = () => [[1, 'a', 1, null, null]];
    run('SELECT name FROM people WHERE height > 0');
    expect(calls[0]?.used).toBe(0b110n);
    rows = () => [Array.from({ length: 80 }, (_, i) => i)];
    expect(run('SELECT c2, c70 FROM wide')).toEqual([[2, 70]]);
    expect(calls[0]?.used).toBe((1n << 63n) | 4n);
    run('SELECT count(*) FROM wide');
    expect(calls[0]?.used).toBe(0n);
  });

  it('names the columns that are required, and accepts them from a join, a subquery, OR and IN', () => {
    rows = () => [];
    expect(() => run('SELECT * FROM files')).toThrow('files needs "path" or "directory", e.g. WHERE path = \'…\'');
    expect(() => run("SELECT * FROM files WHERE path GLOB '/etc/*'")).toThrow('files needs "path" or "directory"');
    expect(() => run("SELECT * FROM files WHERE path = '/a' OR size = 1")).toThrow('files needs');
    rows = () => [['/a', '/', 1]];
    expect(run("SELECT path FROM files WHERE path = '/a'")).toEqual([['/a']]);
    expect(run("SELECT path FROM files WHERE path IN ('/a', '/b') AND size = 1")).toEqual([['/a']]);
    expect(calls).toHaveLength(1);
    expect(run("SELECT path FROM files WHERE (path = '/a' AND size = 1) OR (directory = '/' AND size = 2)")).toEqual([['/a']]);
    expect(run('SELECT f.path FROM json_each(\'["/a"]\') AS j JOIN files AS f ON f.path = j.value')).toEqual([['/a']]);
    expect(run('SELECT f.path FROM files AS f JOIN json_each(\'["/a"]\') AS j ON f.path = j.value')).toEqual([['/a']]);
    expect(run('SELECT (SELECT size FROM files WHERE path = j.value) FROM json_each(\'["/a"]\') AS j')).toEqual([[1]]);
    expect(run('SELECT * FROM files WHERE path = NULL')).toEqual([]);
  });

  it('drives the inner table of a join by its index', () => {
    rows = () => [
      [1, 'a', 1, null, null],
      [2, 'b', 2, null, null],
    ];
    run('SELECT count(*) FROM people AS p CROSS JOIN people AS q ON q.id = p.height');
    expect(calls.map((call) => call.constraints.length)).toEqual([0, 1, 1]);
  });

  it('passes on the error of a generator, wherever it is thrown', () => {
    rows = () => {
      throw new Error('cannot read /proc/1/environ');
    };
    expect(() => run('SELECT * FROM people')).toThrow(/^cannot read \/proc\/1\/environ$/);
    rows = function* () {
      yield [1, 'a', 1, null, null];
      throw new TypeError('lost it at row 2');
    };
    expect(() => run('SELECT * FROM people')).toThrow(/^lost it at row 2$/);
    rows = () => 5 as never;
    expect(() => run('SELECT * FROM people')).toThrow('people: the generator gave nothing to iterate');
    rows = () => [{ id: 1 } as never];
    expect(() => run('SELECT * FROM people')).toThrow('people: the generator gave a row that is not an array');
    rows = () => [[Symbol('x') as never, null, null, null, null]];
    expect(() => run('SELECT * FROM people')).toThrow('people: the generator gave column "id" a value that is not SQL');
    rows = () => [[1, 'fine', null, null, null]];
    expect(run('SELECT name FROM people')).toEqual([['fine']]);
  });

  it('closes a generator that is stopped early', () => {
    rows = function* () {
      try {
        for (let i = 0; ; i++) yield [i, null, null, null, null];
      } finally {
        closed++;
      }
    };
    closed = 0;
    expect(run('SELECT id FROM people LIMIT 3')).toEqual([[0], [1], [2]]);
    expect(closed).toBe(1);
    const iterator = db.prepare('SELECT id FROM people').iterate();
    iterator.next();
    iterator.return?.();
    expect(closed).toBe(2);
  });

  it('stops between rows when the statement is interrupted', () => {
    addon.beginStatement(connection, 8, []);
    rows = function* () {
      for (let i = 0; ; i++) {
        if (i === 1000) addon.interrupt(connection, 8);
        yield [i, null, null, null, null];
      }
    };
    expect(() => db.prepare('SELECT count(*) FROM people').get()).toThrow('interrupted');
    expect(addon.endStatement(connection).interrupted).toBe(true);
  });

  it('makes a million rows without growing the heap', { timeout: 60_000 }, () => {
    rows = function* () {
      for (let i = 0; i < 1_000_000; i++) yield [i, `name ${i}`, i / 2, null, null];
    };
    const before = process.memoryUsage.rss();
    expect(run('SELECT count(*), sum(id), max(length(name)), max(height) FROM people')).toEqual([
      [1_000_000, 499_999_500_000, 11, 499_999.5],
    ]);
    expect((process.memoryUsage.rss() - before) / (1 << 20)).toBeLessThan(150);
  });
});
