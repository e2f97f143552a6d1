#!/usr/bin/env node
/**
 * Scan and ingest speed of the event store, against an ordinary in-memory SQLite table and DuckDB with the same rows: one thread each, in turns,
 * so that what else the machine does falls on all three alike.
 *
 *   node test/bench/store.mjs [--rows N]…      default: 5 and 10 million
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { duckdb } from '../../scripts/lib/duckdb.mjs';

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

/** Different paths are 1 % of what a chunk holds, as on a node. `{}` is the table; `sqlite` and `duckdb`: how many times as fast the store should be. */
const queries = [
  { name: 'count(*)', sql: 'SELECT count(*) FROM {}' },
  { name: 'number, 0.5 % of rows kept', sql: 'SELECT count(*) FROM {} WHERE size >= 9950', sqlite: 3, duckdb: 1 },
  { name: 'number, half of them kept', sql: 'SELECT count(*) FROM {} WHERE size < 5000' },
  { name: 'text =', sql: "SELECT count(*) FROM {} WHERE path = '/usr/lib/x86_64-linux-gnu/part-60/file-420.so'", sqlite: 10, duckdb: 1 },
  { name: "LIKE '%needle%'", sql: "SELECT count(*) FROM {} WHERE path LIKE '%needle%'", sqlite: 10, duckdb: 5 },
  { name: "GLOB '*needle*'", sql: "SELECT count(*) FROM {} WHERE path GLOB '*needle*'", duckdb: 5 },
  { name: 'text of the process =', sql: "SELECT count(*) FROM {} WHERE exe = 'exe/77'", duckdb: 1 },
  { name: 'two filters', sql: "SELECT count(*) FROM {} WHERE exe = 'exe/77' AND size < 500", duckdb: 1 },
  { name: 'GROUP BY path (650)', sql: 'SELECT path, count(*) FROM {} GROUP BY path ORDER BY path', sqlite: 5, duckdb: 0.25 },
  { name: 'GROUP BY exe (1,000)', sql: 'SELECT exe, count(*) FROM {} GROUP BY exe ORDER BY exe', sqlite: 5, duckdb: 0.25 },
  {
    name: 'event_counts of path',
    sql: 'SELECT path, count(*) FROM {} GROUP BY path ORDER BY path',
    store: "SELECT value, count FROM event_counts('bench_events', 'path')",
  },
  { name: 'SELECT DISTINCT path', sql: 'SELECT DISTINCT path FROM {} ORDER BY path' },
  { name: 'min and max of time', sql: 'SELECT (SELECT min(time) FROM {}), (SELECT max(time) FROM {})' },
  { name: 'newest 100', sql: 'SELECT eid FROM {} ORDER BY time DESC, eid DESC LIMIT 100' },
];

const seconds = (run) => {
  const start = process.hrtime.bigint();
  const result = run();
  return [Number(process.hrtime.bigint() - start) / 1e9, result];
};
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const millions = (value) => (value / 1e6).toFixed(value < 1e7 ? 2 : 0);
function connect() {
  const db = new Database(':memory:');
  db.loadExtension(addonPath);
  return db;
}

/** DuckDB with the rows of `plain`, by way of a file. */
async function openDuck(db) {
  const { DuckDBInstance } = duckdb();
  const duck = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const folder = mkdtempSync(join(tmpdir(), 'shrike-bench-'));
  const file = join(folder, 'rows.csv');
  try {
    const out = openSync(file, 'w');
    let text = '';
    for (const row of db.prepare('SELECT * FROM plain').raw().iterate()) {
      text += `${row.join(',')}\n`;
      if (text.length < 1 << 20) continue;
      writeSync(out, text);
      text = '';
    }
    writeSync(out, text);
    closeSync(out);
    const types = columns.map((c) => `'${c.name}': '${c.width === 'text' ? 'VARCHAR' : 'BIGINT'}'`).join(', ');
    await duck.run(`CREATE TABLE plain AS SELECT * FROM read_csv('${file}', header = false, columns = {${types}})`);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return duck;
}

async function secondsOf(run) {
  const start = process.hrtime.bigint();
  const result = await run();
  return [Number(process.hrtime.bigint() - start) / 1e9, result];
}

/** Numbers in one form: DuckDB gives BigInts. */
const comparable = (rows) => JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? Number(value) : value));

async function scans(rows) {
  native.storeClear();
  const [ingest] = seconds(() => native.storeSynthetic('bench_events', { rows, texts: 650 }));
  const stored = native.storeStats().find((table) => table.name === 'bench_events');
  const db = connect();
  db.exec(`CREATE TABLE plain(${columns.map((c) => `"${c.name}" ${c.type}`).join(', ')}); INSERT INTO plain SELECT * FROM bench_events`);
  const duck = await openDuck(db);
  console.log(
    `\n### ${millions(rows)} million rows\n\n${(stored.bytes / rows).toFixed(1)} bytes a row in memory, written at ${millions(rows / ingest)} million rows a second. Million rows a second, median of ${rounds}:\n\n| | store | SQLite | DuckDB | store : SQLite | store : DuckDB |\n| --- | ---: | ---: | ---: | ---: | ---: |`,
  );
  let missed = 0;
  for (const { name, sql, store, sqlite, duckdb } of queries) {
    const ours = db.prepare(store ?? sql.replaceAll('{}', 'bench_events')).raw();
    const plain = db.prepare(sql.replaceAll('{}', 'plain')).raw();
    const engines = [() => ours.all(), () => plain.all(), async () => (await duck.runAndReadAll(sql.replaceAll('{}', 'plain'))).getRows()];
    const times = [[], [], []];
    const answers = [];
    for (let round = 0; round < rounds; round++) {
      for (const [i, run] of engines.entries()) {
        const [time, result] = await secondsOf(run);
        times[i].push(time);
        answers[i] = comparable(result);
      }
    }
    if (answers.some((answer) => answer !== answers[0]))
      throw new Error(`${sql}: they disagree: ${answers.map((answer) => answer.slice(0, 100)).join(' and ')}`);
    const [own, plainTime, duckTime] = times.map(median);
    const cell = (ratio, wanted) => {
      const text = ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2);
      if (wanted === undefined) return text;
      if (ratio < wanted) missed++;
      return `${text}${ratio < wanted ? ` **below ${wanted}**` : ''}`;
    };
    console.log(
      `| ${name} | ${millions(rows / own)} | ${millions(rows / plainTime)} | ${millions(rows / duckTime)} | ${cell(plainTime / own, sqlite)} | ${cell(duckTime / own, duckdb)} |`,
    );
  }
  missed += await lookUps(db, duck);
  db.close();
  duck.closeSync();
  return missed;
}

/** One row by its eid, and all rows of one path for each of a thousand: what a join does. */
async function lookUps(db, duck) {
  const { low, high } = db.prepare('SELECT min(eid) AS low, max(eid) AS high FROM plain').get();
  db.exec('CREATE INDEX plain_eid ON plain(eid)');
  const ids = Array.from({ length: 1000 }, (_, i) => low + Math.floor(((high - low) * i) / 1000));
  const each = (statement) => ids.map((id) => statement.get(id));
  const [own] = seconds(() => each(db.prepare('SELECT path FROM bench_events WHERE eid = ?').pluck()));
  const [indexed] = seconds(() => each(db.prepare('SELECT path FROM plain WHERE eid = ?').pluck()));
  const prepared = await duck.prepare('SELECT path FROM plain WHERE eid = $1');
  const [duckTime] = await secondsOf(async () => {
    for (const id of ids.slice(0, 50)) {
      prepared.bindBigInt(1, BigInt(id));
      await prepared.runAndReadAll();
    }
  });
  console.log(
    `\nOne row by eid: ${(own * 1000).toFixed(1)} µs from the store, ${(indexed * 1000).toFixed(1)} µs from SQLite with an index, ${((duckTime / 50) * 1e6).toFixed(0)} µs from DuckDB without one.`,
  );
  return 0;
}

/** Does a reader slow the writer? Alternates rounds with and without one scanning all the time on the other core. */
async function ingest() {
  const rows = 2_000_000;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: flag });
  await new Promise((resolve) => worker.once('message', resolve));
  const rates = [[], []];
  const costs = [[], []];
  // Processor time of this thread: what the reader makes the writer do more, whoever else the machine works for.
  const used = () => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e9;
  for (let round = 0; round < 12; round++) {
    const reading = round % 2;
    Atomics.store(flag, 0, reading);
    Atomics.notify(flag, 0);
    const before = used();
    const [time] = seconds(() => native.storeSynthetic('bench_events', { rows, texts: 650, seed: round + 1 }));
    rates[reading].push(rows / time);
    costs[reading].push(rows / (used() - before));
  }
  Atomics.store(flag, 0, -1);
  Atomics.notify(flag, 0);
  await worker.terminate();
  const [alone, read] = rates.map(median);
  const [aloneCost, readCost] = costs.map(median);
  const slower = 100 * (1 - read / alone);
  console.log(
    `\n### Ingest\n\nThrough RowWriter, one thread: ${millions(alone)} million rows a second alone, ${millions(read)} with a reader that scans all the time (${slower.toFixed(0)} % fewer). By the writer's own processor time: ${millions(aloneCost)} and ${millions(readCost)} (${(100 * (1 - readCost / aloneCost)).toFixed(0)} % fewer). ${cpus().length} processors, load ${loadavg()[0].toFixed(1)}${loadavg()[0] > cpus().length ? ': the machine was busy with other things, and the second figure says nothing' : ''}.`,
  );
  return alone < 500_000 ? 1 : 0;
}

if (isMainThread) {
  native.storeOpen({ memoryBytes: 3 * 2 ** 30, tables: [{ name: 'bench_events', columns }] });
  const given = process.argv.flatMap((argument, i, all) => (argument === '--rows' ? [Number(all[i + 1])] : []));
  let missed = 0;
  console.log('## The event store');
  for (const rows of given.length > 0 ? given : [5_000_000, 10_000_000]) missed += await scans(rows);
  missed += await ingest();
  console.log(missed === 0 ? '\nAll within their marks.' : `\n${missed} short of their marks.`);
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
