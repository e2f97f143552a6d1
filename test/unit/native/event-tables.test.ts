import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { native } from '../../../src/native.ts';
import { integers, query, reals, strayBytes, texts } from './sql.ts';
import { connect, eventColumns, fillPlain } from './tables.ts';

const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 4, nil: null });
const anyText = fc.oneof({ weight: 8, arbitrary: texts }, { weight: 1, arbitrary: strayBytes });
const big = fc.oneof(
  integers,
  fc.constantFrom(9007199254740993n, -9007199254740993n, 9223372036854775807n, -9223372036854775807n, 4294967296),
);
const row = fc.tuple(
  fc.integer({ min: 1, max: 40 }),
  integers,
  nullable(integers),
  nullable(fc.oneof(integers, fc.constantFrom(2147483647, -2147483647))),
  fc.nat({ max: 4294967295 }),
  nullable(big),
  nullable(fc.oneof(reals, integers)),
  nullable(anyText),
  nullable(anyText),
  nullable(integers),
  nullable(texts),
  fc.constantFrom('one', 'two', 'three'),
);
/** Times that mostly rise, as a clock's do. */
const rising = fc
  .array(row, { minLength: 0, maxLength: 90, size: 'max' })
  .map((rows) => rows.map(([, ...rest], i) => [1000 + Math.floor(i / 4) - (i % 11 === 0 ? 1 : 0), ...rest] as (typeof rows)[number]));
const rowsOf = fc.oneof(rising, fc.array(row, { minLength: 0, maxLength: 90, size: 'max' }));

function answer(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return (error as Error).message; // a cast: better-sqlite3 throws nothing else
  }
}

describe('event tables', () => {
  const addon = native();
  // Chunks of 16 rows: most queries cross several.
  addon.storeOpen({ memoryBytes: 64 << 20, chunkRows: 16, tables: [{ name: 'events', columns: eventColumns }] });
  const { db } = connect();
  // The property is about types: the plain table has no index, so both are asked the same way.
  const ask = (sql: string) => ({
    events: answer(() => db.prepare(sql.replaceAll('FROM T ', 'FROM events ').replaceAll('JOIN T ', 'JOIN events ')).raw().all()),
    plain: answer(() => db.prepare(sql.replaceAll('FROM T ', 'FROM plain ').replaceAll('JOIN T ', 'JOIN plain ')).raw().all()),
  });

  it('answers any query as an ordinary SQLite table with the same rows does', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(rowsOf, fc.array(query, { minLength: 1, maxLength: 40, size: 'max' }), (rows, queries) => {
        addon.storeClear();
        const last = addon.storeAppend('events', rows);
        fillPlain(db, rows, last - rows.length + 1);
        for (const sql of queries) {
          const { events, plain } = ask(sql);
          expect(events, sql).toEqual(plain);
        }
      }),
      {
        numRuns: Number(process.env['FC_RUNS'] ?? 500),
        ...(process.env['FC_SEED'] === undefined ? {} : { seed: Number(process.env['FC_SEED']) }),
      },
    );
  });

  it('gives rows as soon as they are appended, with the same answer however they are grouped into calls', () => {
    addon.storeClear();
    const one = [7, 1, 2, 3, 4, 5, 0.5, 'n', null, 9, 'exe', 'id'];
    for (let i = 0; i < 40; i++) {
      addon.storeAppend('events', [one]);
      expect(db.prepare("SELECT count(*) AS n FROM events WHERE name = 'n' AND exe = 'exe'").get()).toEqual({ n: BigInt(i + 1) });
    }
  });

  it('keeps eids ascending across tables and clears', () => {
    const before = addon.storeAppend('events', [[1, 1, null, null, 0, null, null, null, null, null, null, null]]);
    addon.storeClear();
    expect(addon.storeAppend('events', [[1, 1, null, null, 0, null, null, null, null, null, null, null]])).toBe(before + 1);
  });

  it('refuses rows that a column could not give back', () => {
    const row = (position: number, value: unknown) => {
      const values: unknown[] = [1, 1, null, null, 0, null, null, null, null, null, null, null];
      values[position] = value;
      return [values] as never; // what TypeScript would not let through
    };
    expect(() => addon.storeAppend('events', row(2, 128))).toThrow('row 0 of events: tiny does not fit its width');
    expect(() => addon.storeAppend('events', row(3, 1.5))).toThrow('medium does not fit');
    expect(() => addon.storeAppend('events', row(4, -1))).toThrow('unsigned does not fit');
    expect(() => addon.storeAppend('events', row(7, 5))).toThrow('name must be a string');
    expect(() => addon.storeAppend('nowhere', [])).toThrow('no event table nowhere');
  });

  it('says what is wrong with a regular expression', () => {
    expect(() => db.prepare("SELECT * FROM events WHERE name REGEXP '(a'").all()).toThrow(
      "bad regular expression: missing ) at character 3 of '(a'",
    );
    expect(() => db.prepare("SELECT * FROM events WHERE name REGEXP '(a)\\1'").all()).toThrow('back references are not supported');
  });
});
