import { describe, expect, it } from 'vitest';
import { native } from '../../../src/native.ts';
import { connect, eventColumns } from './tables.ts';

const row = (time: number, name: string | null, tiny: number | null, exe: string | null, pid: number | null) => [
  time,
  time,
  tiny,
  null,
  0,
  null,
  null,
  name,
  null,
  pid,
  exe,
  null,
];

describe('event_counts', () => {
  const addon = native();
  addon.storeOpen({ memoryBytes: 64 << 20, chunkRows: 16, tables: [{ name: 'events', columns: eventColumns }] });
  addon.storeClear();
  addon.storeAppend(
    'events',
    Array.from({ length: 100 }, (_, i) => row(1000 + i, i % 3 === 0 ? null : `n${i % 4}`, i % 5, i < 50 ? 'one' : 'two', i % 2)),
  );
  const { db, connection } = connect();
  const ask = (sql: string) => db.prepare(sql).raw().all();

  it('counts as GROUP BY does, over every kind of column it takes, in the order of the values', () => {
    for (const column of ['name', 'tiny', 'exe', 'pid', 'note']) {
      expect(ask(`SELECT value, count, first_time, last_time FROM event_counts('events', '${column}')`)).toEqual(
        ask(`SELECT ${column}, count(*), min(time), max(time) FROM events GROUP BY ${column} ORDER BY 1`),
      );
    }
  });

  it('counts only what lies between two times, ends included', () => {
    expect(ask("SELECT value, count FROM event_counts('events', 'exe', 1040, 1059)")).toEqual([
      ['one', 10n],
      ['two', 10n],
    ]);
    expect(ask("SELECT value, count FROM event_counts('events', 'exe', NULL, 1000)")).toEqual([['one', 1n]]);
    expect(ask("SELECT value, count FROM event_counts('events', 'exe', 1099)")).toEqual([['two', 1n]]);
    expect(ask("SELECT value, count FROM event_counts('events', 'exe', 2000, 1)")).toEqual([]);
  });

  it('can take its parameters from another table', () => {
    expect(
      ask(
        "SELECT c.column1, sum(e.count) FROM (VALUES ('name'), ('exe')) AS c JOIN event_counts AS e ON e.\"table\" = 'events' AND e.\"column\" = c.column1 GROUP BY 1 ORDER BY 1",
      ),
    ).toEqual([
      ['exe', 100n],
      ['name', 100n],
    ]);
  });

  it('says what is missing or wrong', () => {
    expect(() => ask('SELECT * FROM event_counts')).toThrow('event_counts needs a table and a column');
    expect(() => ask("SELECT * FROM event_counts('nowhere', 'x')")).toThrow('there is no event table nowhere');
    expect(() => ask("SELECT * FROM event_counts('events', 'x')")).toThrow('events has no column x');
    expect(() => ask("SELECT * FROM event_counts('events', 'big')")).toThrow('GROUP BY counts those');
  });

  it('does not read a table that is denied, and tells which it read', () => {
    addon.beginStatement(connection, 1, ['events']);
    expect(() => ask("SELECT * FROM event_counts('events', 'exe')")).toThrow('access to table events is not allowed');
    expect(addon.endStatement(connection).refused).toBe('access to table events is not allowed');
    addon.beginStatement(connection, 2, []);
    expect(ask("SELECT count FROM event_counts('events', 'exe')")).toEqual([[50n], [50n]]);
    expect(addon.endStatement(connection).tables).toContain('events');
  });
});
