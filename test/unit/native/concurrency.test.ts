import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { extensionPath, native } from '../../../src/native.ts';
import { connect, eventColumns } from './tables.ts';

const start = (data: object) => new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { addon: extensionPath, ...data } });
const message = <T>(worker: Worker) =>
  new Promise<T>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });

describe('one writer and many readers', () => {
  const addon = native();
  addon.storeOpen({
    memoryBytes: 8 << 20,
    chunkRows: 4096,
    tables: [
      { name: 'busy', columns: eventColumns },
      { name: 'life', columns: eventColumns },
    ],
  });

  it('shows whole rows in order while they are written and evicted', { timeout: 60_000 }, async () => {
    const control = new SharedArrayBuffer(4);
    const writer = start({ task: 'write', table: 'busy', control });
    await message(writer);
    const { db } = connect();
    const whole = db.prepare(
      "SELECT count(*) AS n, count(exec_id) AS ids, min(eid) AS low, max(eid) AS high FROM busy WHERE name IS NOT NULL AND exe LIKE 'exe/%'",
    );
    const all = db.prepare('SELECT count(*) AS n FROM busy').pluck();
    const newest = db.prepare('SELECT eid, time FROM busy ORDER BY time DESC, eid DESC LIMIT 50').raw();
    const end = Date.now() + 3000;
    let high = 0n;
    let rounds = 0;
    while (Date.now() < end) {
      const row = whole.get() as { n: bigint; ids: bigint; low: bigint; high: bigint };
      // Eviction takes from one end and the writer adds to the other: what a scan sees has no hole.
      expect(row.ids).toBe(row.n);
      if (row.n > 0n) expect(row.high - row.low + 1n).toBe(row.n);
      expect((row.high ?? 0n) >= high).toBe(true);
      high = row.high ?? high;
      expect((all.get() as bigint) >= 0n).toBe(true);
      const times = newest.all() as [bigint, bigint][];
      expect(times).toEqual([...times].sort((a, b) => Number(b[1] - a[1] || b[0] - a[0])));
      rounds++;
    }
    Atomics.store(new Int32Array(control), 0, 1);
    const { last } = await message<{ last: number }>(writer);
    await writer.terminate();
    expect(rounds).toBeGreaterThan(3);
    const counters = Object.fromEntries(
      addon
        .counters()
        .filter((c) => c.table === 'busy')
        .map((c) => [c.stage, c.value]),
    );
    const stats = addon.storeStats().find((table) => table.name === 'busy');
    expect(stats?.rows).toBe(Number(all.get() as bigint));
    expect(Number(counters['stored']) - Number(counters['evicted'])).toBe(stats?.rows);
    expect(counters['evicted']).toBeGreaterThan(0);
    expect(stats?.maxEid).toBe(last);
    // The budget is over all tables, give or take the chunk that is being written.
    expect(addon.storeStats().reduce((sum, table) => sum + table.bytes, 0)).toBeLessThan(10 << 20);
  });

  it('lets a reader finish what it began although the rows are evicted meanwhile', () => {
    addon.storeClear();
    addon.storeSynthetic('busy', { rows: 20_000 });
    const { db } = connect();
    const iterator = db.prepare('SELECT eid, name, exe FROM busy').raw().iterate();
    iterator.next();
    const before = Number(db.prepare('SELECT count(*) FROM busy').pluck().get() as bigint);
    // The connection is busy with the iterator: another one writes more than the budget holds.
    addon.storeSynthetic('busy', { rows: 600_000, seed: 2 });
    let rows = 1;
    for (const row of { [Symbol.iterator]: () => iterator }) {
      expect((row as unknown[]).every((value) => value !== null)).toBe(true);
      rows++;
    }
    expect(rows).toBe(before);
    expect(addon.storeStats().find((table) => table.name === 'busy')?.minEid).toBeGreaterThan(20_000);
  });

  it('opens and closes connections in workers without growing', { timeout: 120_000 }, async () => {
    addon.storeClear();
    addon.storeAppend('life', [[1, 1, null, null, 0, null, null, 'abc', null, null, null, null]]);
    const round = async (count: number) => {
      const workers = [0, 1, 2, 3].map(() => start({ task: 'connections', count, expected: 1 }));
      await Promise.all(workers.map((worker) => message(worker)));
      await Promise.all(workers.map((worker) => worker.terminate()));
    };
    await round(30);
    await round(30);
    const before = process.memoryUsage.rss();
    for (let i = 0; i < 6; i++) await round(42);
    expect((process.memoryUsage.rss() - before) / (1 << 20)).toBeLessThan(40);
  });

  it('interrupts the statement that is meant, from another thread, and no other', { timeout: 60_000 }, async () => {
    const control = new SharedArrayBuffer(4);
    const count = 600;
    const worker = start({ task: 'statements', control, count });
    const { connection } = await message<{ connection: number }>(worker);
    const result = message<{ outcomes: [number, boolean, string, boolean][] }>(worker);
    const current = new Int32Array(control);
    const hit = new Set<number>();
    for (;;) {
      const token = Atomics.load(current, 0);
      if (token < 0) break;
      // Late ones on purpose: the statement before is long over.
      if (token > 1) expect(addon.interrupt(connection, token - 1)).toBe(false);
      if (token % 3 === 0 && addon.interrupt(connection, token)) hit.add(token);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { outcomes } = await result;
    for (const [token, endless, outcome, interrupted] of outcomes) {
      expect([token, outcome, interrupted]).toEqual(endless ? [token, 'SQLITE_INTERRUPT', true] : [token, 'finished', false]);
    }
    expect(hit.size).toBe(count / 3);
    await worker.terminate();
    expect(addon.interrupt(connection, count)).toBe(false);
  });
});
