#!/usr/bin/env node
/**
 * Scan and ingest speed of the event store, against an ordinary in-memory SQLite table with the same rows, in paired alternating runs.
 *
 *   node test/bench/store.mjs [--rows N]…      default: 5 and 10 million
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);
const addonPath = join(root, 'build', 'Release', 'shrike.node');
const native = require(addonPath);
const Database = require('better-sqlite3');

const column = (name, width, type, process = false) => ({ name, width, type, process, hidden: false });
const columns = [
  column('eid', 'i64', 'BIGINT'),
  column('time', 'i64', 'BIGINT'),
  column('ntime', 'i64', 'BIGINT'),
  column('pid', 'u32', 'BIGINT', true),
  column('exe', 'text', 'TEXT', true),
  column('path', 'text', 'TEXT'),
  column('action', 'text', 'TEXT'),
  column('size', 'i64', 'BIGINT'),
  column('flags', 'i32', 'INTEGER'),
];

/** Text distinct values: 1 % of what a chunk holds, as paths on a node are. `{}` is the table. */
const queries = [
  ['count(*)', 'SELECT count(*) FROM {}', undefined],
  ['numeric filter, 1 % pass', 'SELECT count(*) FROM {} WHERE size >= 9900', 3],
  ['numeric filter, 50 % pass', 'SELECT count(*) FROM {} WHERE size < 5000', undefined],
  ['text equality', "SELECT count(*) FROM {} WHERE path = '/usr/lib/x86_64-linux-gnu/part-60/file-420.so'", 10],
  [
    'text equality, parameter-like',
    "SELECT count(*) FROM {} WHERE path = '/usr/lib/x86_64-linux-gnu' || '/part-60/file-420.so'",
    undefined,
  ],
  ["path LIKE '%needle%'", "SELECT count(*) FROM {} WHERE path LIKE '%needle%'", 10],
  ["path GLOB '*needle*'", "SELECT count(*) FROM {} WHERE path GLOB '*needle*'", undefined],
  ['process text equality', "SELECT count(*) FROM {} WHERE exe = 'exe/77'", undefined],
  ['two filters', "SELECT count(*) FROM {} WHERE exe = 'exe/77' AND size < 500", undefined],
  ['GROUP BY text', 'SELECT action, count(*) FROM {} GROUP BY action', undefined],
  ['GROUP BY process text', 'SELECT exe, count(*) FROM {} GROUP BY exe', undefined],
  ['newest 100', 'SELECT * FROM {} ORDER BY time DESC LIMIT 100', undefined],
];

const seconds = (run) => {
  const start = process.hrtime.bigint();
  const result = run();
  return [Number(process.hrtime.bigint() - start) / 1e9, result];
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const millions = (value) => (value / 1e6).toFixed(value < 1e7 ? 2 : 0);
const line = (...cells) => console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(32) : String(cell).padStart(14))).join(' '));

function connect() {
  const db = new Database(':memory:');
  db.loadExtension(addonPath);
  return db;
}

function scans(rows) {
  native.storeClear();
  const [ingest] = seconds(() => native.storeSynthetic('bench_events', { rows, texts: 650 }));
  const stored = native.storeStats().find((table) => table.name === 'bench_events');
  console.log(
    `\n${millions(rows)} million rows, ${(stored.bytes / rows).toFixed(1)} bytes a row in memory; written at ${millions(rows / ingest)} million rows/s`,
  );
  const db = connect();
  db.exec(`CREATE TABLE plain(${columns.map((c) => `"${c.name}" ${c.type}`).join(', ')}); INSERT INTO plain SELECT * FROM bench_events`);
  line('', 'store Mrows/s', 'SQLite Mrows/s', 'ratio', 'wanted');
  let missed = 0;
  for (const [name, sql, wanted] of queries) {
    const pair = ['bench_events', 'plain'].map((table) => db.prepare(sql.replace('{}', table)).raw());
    const times = [[], []];
    const answers = [];
    for (let round = 0; round < 3; round++) {
      pair.forEach((statement, i) => {
        const [time, result] = seconds(() => statement.all());
        times[i].push(time);
        answers[i] = JSON.stringify(result);
      });
    }
    if (!sql.includes('LIMIT') && answers[0] !== answers[1])
      throw new Error(`${sql}: the tables disagree: ${answers[0].slice(0, 100)} and ${answers[1].slice(0, 100)}`);
    const ratio = median(times[1]) / median(times[0]);
    if (wanted !== undefined && ratio < wanted) missed++;
    line(
      name,
      millions(rows / median(times[0])),
      millions(rows / median(times[1])),
      `${ratio.toFixed(1)}x`,
      wanted === undefined ? '' : `>= ${wanted}x`,
    );
  }
  db.close();
  return missed;
}

/** Does a reader slow the writer? Alternates rounds with and without one scanning all the time on the other core. */
async function ingest() {
  const rows = 1_000_000;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: flag });
  await new Promise((resolve) => worker.once('message', resolve));
  const rates = [[], []];
  for (let round = 0; round < 10; round++) {
    const reading = round % 2;
    Atomics.store(flag, 0, reading);
    Atomics.notify(flag, 0);
    const [time] = seconds(() => native.storeSynthetic('bench_events', { rows, texts: 650, seed: round + 1 }));
    rates[reading].push(rows / time);
  }
  Atomics.store(flag, 0, -1);
  Atomics.notify(flag, 0);
  await worker.terminate();
  const [alone, read] = rates.map(median);
  console.log(
    `\nIngest through RowWriter, one core: ${millions(alone)} million rows/s alone, ${millions(read)} with a reader scanning (${(100 * (read / alone - 1)).toFixed(1)} %); wanted 0.5`,
  );
  return alone < 500_000 ? 1 : 0;
}

if (isMainThread) {
  native.storeOpen({ memoryBytes: 3 * 2 ** 30, tables: [{ name: 'bench_events', columns }] });
  const given = process.argv.flatMap((argument, i, all) => (argument === '--rows' ? [Number(all[i + 1])] : []));
  let missed = 0;
  for (const rows of given.length > 0 ? given : [5_000_000, 10_000_000]) missed += scans(rows);
  missed += await ingest();
  process.exitCode = missed > 0 ? 1 : 0;
} else {
  const db = connect();
  const statement = db.prepare("SELECT count(*) FROM bench_events WHERE path LIKE '%needle%' AND size > 5");
  parentPort.postMessage('ready');
  for (;;) {
    Atomics.wait(workerData, 0, 0);
    if (Atomics.load(workerData, 0) < 0) break;
    statement.get();
  }
}
