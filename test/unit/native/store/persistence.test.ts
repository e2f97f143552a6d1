import { mkdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { everything, files, folder, inProcess, killed, table } from './process.ts';

const text = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '/usr/bin/ls', "o'clock %_", 'x'.repeat(5000)),
);
const row = fc.tuple(
  fc.integer({ min: 0, max: 2 ** 33 }),
  fc.integer({ min: 0, max: 2 ** 52 }),
  text,
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  text,
  fc.oneof(fc.constant(null), fc.integer()),
  fc.oneof(fc.constant(null), fc.integer({ min: -127, max: 127 })),
  fc.oneof(fc.constant(null), fc.double({ noNaN: true })),
);

describe('what a restart finds', () => {
  it('is what was there, whether sealed or open, after a stop and after a kill', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 64 }),
        fc.boolean(),
        (rows, chunkRows, kill) => {
          const directory = folder();
          const [, before] = inProcess({
            directory,
            chunkRows,
            steps: [{ table: 't', append: rows }, { flush: true }, { sql: everything }, ...(kill ? [{ kill }] : [])],
          });
          const [after] = inProcess({ directory, chunkRows, steps: [{ sql: everything }] });
          expect(after).toEqual(before);
          expect(after).toHaveLength(rows.length);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('answers filters as memory did, from files alone', () => {
    const directory = folder();
    const queries = [
      "SELECT count(*) AS c FROM t WHERE path LIKE '%part-3%'",
      'SELECT count(*) AS c, sum(n) AS s FROM t WHERE n BETWEEN 100 AND 900',
      'SELECT count(*) AS c FROM t WHERE path = (SELECT path FROM t LIMIT 1 OFFSET 777)',
      "SELECT count(*) AS c FROM t WHERE exec_id = 'no such'",
      'SELECT eid FROM t WHERE time > (SELECT min(time) + 2 FROM t) ORDER BY time DESC, eid DESC LIMIT 7',
      'SELECT exec_id, count(*) AS c FROM t GROUP BY exec_id ORDER BY c DESC, exec_id LIMIT 5',
    ].map((sql) => ({ sql }));
    const [, ...before] = inProcess({
      directory,
      chunkRows: 2048,
      steps: [{ table: 't', synthetic: { rows: 20_000, texts: 900, contexts: 300 } }, ...queries],
    });
    const after = inProcess({ directory, chunkRows: 2048, steps: [...queries, { stats: true }] });
    expect(after.slice(0, -1)).toEqual(before);
    expect(after.at(-1)[0]).toMatchObject({ rows: 20_000 });
    expect(after.at(-1)[0].segments).toBeGreaterThan(5);
  });

  it('never has an eid twice, and goes on above', () => {
    const directory = folder();
    const [first] = inProcess({ directory, steps: [{ table: 't', synthetic: { rows: 100 } }, { flush: true }, { kill: true }] });
    const [second, unique] = inProcess({
      directory,
      steps: [{ table: 't', synthetic: { rows: 100 } }, { sql: 'SELECT count(*) AS c, count(DISTINCT eid) AS d FROM t' }],
    });
    expect(second).toBeGreaterThan(first);
    expect(unique).toEqual([{ c: 200, d: 200 }]);
  });

  it('joins the small files of many restarts', { timeout: 60_000 }, () => {
    const directory = folder();
    for (let i = 0; i < 8; i++) inProcess({ directory, steps: [{ table: 't', synthetic: { rows: 50, seed: i } }] });
    const [count] = inProcess({ directory, steps: [{ sql: 'SELECT count(*) AS c, count(DISTINCT eid) AS d FROM t' }] });
    expect(count).toEqual([{ c: 400, d: 400 }]);
    expect(files(directory, '.segment').length).toBeLessThan(4);
  });

  it('has columns of a newer table as NULL, and forgets those that are gone', () => {
    const directory = folder();
    inProcess({ directory, steps: [{ table: 't', append: [[1, 2, 'e', 3, '/p', 4, 5, 6.5]] }] });
    const { columns } = table('t');
    const newer = {
      name: 't',
      columns: [
        ...columns.filter(({ name }) => name !== 'flag'),
        { name: 'added', width: 'text', process: false, hidden: false, type: 'TEXT' },
      ],
    };
    const [rows] = inProcess({ directory, tables: [newer], steps: [{ sql: 'SELECT time, exec_id, path, n, size, added FROM t' }] });
    expect(rows).toEqual([{ time: 1, exec_id: 'e', path: '/p', n: 4, size: 6.5, added: null }]);
  });
});

describe('a kill at any moment', () => {
  const rounds = Number(process.env['SHRIKE_KILL_ROUNDS'] ?? 8);

  it(`loses no more than the last second, in ${rounds} rounds`, { timeout: 30_000 + rounds * 5000 }, async () => {
    const directory = folder();
    let next = 1;
    for (let round = 0; round < rounds; round++) {
      const durable = await killed({ directory, chunkRows: 1024, steps: [{ storm: next }] }, 1100 + Math.floor(Math.random() * 900));
      const [[found]] = inProcess({
        directory,
        chunkRows: 1024,
        steps: [{ sql: 'SELECT count(*) AS c, count(DISTINCT eid) AS e, count(DISTINCT n) AS d, max(n) AS m FROM t' }],
      });
      expect(found.m).toBeGreaterThanOrEqual(durable);
      // No hole and nothing twice: numbers, eids and rows are as many.
      expect(found).toMatchObject({ c: found.m, e: found.m, d: found.m });
      next = found.m + 1;
    }
  });
});

describe('retention', () => {
  it('keeps to a number of bytes, oldest rows first', () => {
    const directory = folder();
    inProcess({ directory, chunkRows: 1000, steps: [{ table: 't', synthetic: { rows: 20_000 } }] });
    const [, stats, counters] = inProcess({
      directory,
      chunkRows: 1000,
      retention: { bytes: 100_000 },
      steps: [{ flush: true }, { sql: 'SELECT 1' }, { stats: true }, { counters: true }],
    });
    expect(stats[0].diskBytes).toBeLessThanOrEqual(100_000);
    expect(stats[0].rows + counters['t.expired']).toBe(20_000);
    expect(stats[0].minEid).toBeGreaterThan(1);
  });

  it('keeps to an age', () => {
    const directory = folder();
    const now = Math.floor(Date.now() / 1000);
    const rows = (time: number) => Array.from({ length: 10 }, (_, i) => [time, i, 'e', 1, '/p', i, null, null]);
    inProcess({
      directory,
      chunkRows: 10,
      steps: [
        { table: 't', append: rows(now - 7200) },
        { table: 't', append: rows(now) },
        { table: 't', append: rows(now) },
      ],
    });
    const [, count] = inProcess({
      directory,
      chunkRows: 10,
      retention: { seconds: 3600 },
      steps: [{ flush: true }, { sql: 'SELECT 1' }, { sql: `SELECT count(*) AS c, min(time) > ${now - 3600} AS fresh FROM t` }],
    });
    expect(count).toEqual([{ c: 20, fresh: 1 }]);
  });
});

const root = process.getuid?.() === 0;
if (!root) console.log('skipped: a full disk (needs root to mount one)');

describe.skipIf(!root)('a full disk', () => {
  it('leaves events in memory, says so, and writes them when there is room again', { timeout: 30_000 }, () => {
    const directory = join(folder(), 'small');
    mkdirSync(directory);
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'shrike-test', directory]).status).toBe(0);
    onTestFinished(() => void spawnSync('umount', [directory]));
    const [, , full, count, healed] = inProcess({
      directory,
      chunkRows: 2000,
      // The second table has all its rows on disk: that must not hide that the first has not.
      tables: [table('t'), table('quiet')],
      steps: [
        { table: 'quiet', synthetic: { rows: 10 } },
        { flush: true },
        { table: 't', synthetic: { rows: 40_000 } },
        { flush: true },
        { status: true },
        { sql: 'SELECT count(*) AS c FROM t' },
        { run: `mount -o remount,size=16m ${directory}` },
        { flush: true },
        { status: true },
      ],
    });
    expect(full.error).toMatch(/No space left on device/);
    expect(count).toEqual([{ c: 40_000 }]);
    expect(healed.error).toBe('');
    const [after] = inProcess({
      directory,
      chunkRows: 2000,
      tables: [table('t'), table('quiet')],
      steps: [{ sql: 'SELECT count(*) AS c, count(DISTINCT eid) AS d FROM t' }],
    });
    expect(after).toEqual([{ c: 40_000, d: 40_000 }]);
  });
});

it('writes nothing that a reader of the file system could mistake for a whole file', () => {
  const directory = folder();
  inProcess({ directory, chunkRows: 500, steps: [{ table: 't', synthetic: { rows: 3000 } }] });
  expect(files(directory, '.new')).toEqual([]);
  for (const name of files(directory, '.segment'))
    expect(
      readFileSync(join(directory, 't', name))
        .subarray(0, 8)
        .toString(),
    ).toBe('SHRKSEG\n');
});
