/**
 * A month of events on disk, made of a recorded real workload: what a query for one hour costs when nothing is cached, what the agent needs in
 * memory, what an event takes on disk beside SQLite, gzip'ed NDJSON and Parquet. Needs root, for the recording and for dropping caches.
 *
 *   BENCH_EVENTS=100000000 BENCH_RECORDING=FILE node test/bench/history.mjs
 */
import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { eventLayout } from '../../dist/agent/layout.js';
import { tables } from '../../dist/tables/index.js';
import { duckdb } from '../../scripts/lib/duckdb.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../..', import.meta.url));
const addonPath = join(root, 'build', 'Release', 'shrike.node');
const native = require(addonPath);
const Database = require('better-sqlite3');
const wanted = Number(process.env.BENCH_EVENTS ?? 20_000_000);
const month = 30 * 86_400;
const names = ['process_events', 'process_file_events', 'socket_events'];
const most = { process_events: 30, process_file_events: 20, socket_events: 20 };
const layout = eventLayout(tables);
const columnsOf = (name) => layout.find((table) => table.name === name).columns;
const connect = () => {
  const db = new Database(':memory:');
  db.loadExtension(addonPath);
  return db;
};
const milliseconds = (run) => {
  const start = process.hrtime.bigint();
  const result = run();
  return [Number(process.hrtime.bigint() - start) / 1e6, result];
};
const residentMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

/** A child with the step as its argument, so that each begins with an empty process. Returns what it printed, parsed. */
function step(name, folder) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), name, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 26,
    env: process.env,
  });
  if (child.status !== 0) throw new Error(`${name} ended with ${child.status ?? child.signal}`);
  return JSON.parse(child.stdout.toString());
}

/** Everyday work under `shrike record`: programs, files, sockets. */
async function record(file) {
  const recorder = spawn(process.execPath, [join(root, 'bin', 'shrike'), 'record', file, '--seconds', '25'], { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 4000));
  spawnSync('bash', [join(root, 'test', 'bench', 'workload.sh'), '18'], { stdio: 'ignore' });
  const code = await new Promise((resolve) => recorder.on('close', resolve));
  if (code !== 0) throw new Error(`shrike record ended with ${code}: it needs root and a kernel with BTF`);
}

const bytesIn = (folder) => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

/** Plays the recording until nothing more comes. Returns the rows of each table. */
function replay(folder) {
  native.sensorReplay({
    bpfDir: join(root, 'build', 'bpf'),
    ringBytes: 1 << 20,
    watchReads: [],
    dnsPorts: [53],
    file: join(folder, 'recording'),
    speed: 0,
  });
  for (let last = -1, quiet = 0; quiet < 4; ) {
    const rows = native.storeStats().reduce((sum, table) => sum + table.rows, 0);
    quiet = rows === last ? quiet + 1 : 0;
    last = rows;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  native.sensorStop();
  native.storeFlush();
  return native.storeStats().filter((table) => names.includes(table.name));
}

const steps = {
  /** The recording alone, on disk. */
  alone(folder) {
    native.storeOpen({ memoryBytes: 256 << 20, tables: layout });
    native.storePersist({ directory: join(folder, 'alone') });
    const recorded = replay(folder);
    native.storeStop();
    return Object.fromEntries(recorded.map((table) => [table.name, table.rows]));
  },

  /** Its size once it has been opened again, which makes segments of what was left in journals. */
  size(folder) {
    native.storeOpen({ memoryBytes: 256 << 20, tables: layout });
    native.storePersist({ directory: join(folder, 'alone') });
    native.storeFlush();
    return Object.fromEntries(names.map((name) => [name, bytesIn(join(folder, 'alone', name))]));
  },

  /** Plays the recording into tables of its own, then repeats it over a month. */
  fill(folder) {
    native.storeOpen({ memoryBytes: 256 << 20, tables: layout });
    native.storePersist({ directory: join(folder, 'events') });
    const recorded = replay(folder);
    const sum = recorded.reduce((total, table) => total + table.rows, 0);
    const copies = Math.max(1, Math.ceil(wanted / sum) - 1);
    const start = Date.now();
    let rows = sum;
    for (const { name } of recorded.filter((table) => table.rows > 0))
      rows += native.storeReplicate(name, { copies, seconds: month / copies });
    native.storeStop();
    return { recorded: Object.fromEntries(recorded.map((t) => [t.name, t.rows])), rows, seconds: (Date.now() - start) / 1000 };
  },

  /** A process that has just opened the store, with nothing cached: one query. */
  cold(folder) {
    native.storeOpen({ memoryBytes: 256 << 20, tables: layout });
    const [opening] = milliseconds(() => native.storePersist({ directory: join(folder, 'events') }));
    const db = connect();
    const stats = native.storeStats().find((table) => table.name === 'process_events');
    const [{ path, exec_id }] = db
      .prepare('SELECT path, exec_id FROM process_events WHERE path IS NOT NULL ORDER BY eid LIMIT 1 OFFSET 100')
      .all();
    const hour = stats.minTime + Math.floor((stats.maxTime - stats.minTime) / 2 / 3600) * 3600;
    // A second statement must not find what the first has read: both are measured after the caches are dropped and in segments not touched yet.
    const drop = () => {
      try {
        spawnSync('sync');
        writeFileSync('/proc/sys/vm/drop_caches', '3');
        return true;
      } catch {
        return false;
      }
    };
    const dropped = drop();
    const window = db.prepare('SELECT eid, time, cmdline FROM process_events WHERE time BETWEEN ? AND ? AND path = ?').raw();
    const [windowMs, rows] = milliseconds(() => window.all(hour, hour + 3599, path));
    const id = db
      .prepare('SELECT exec_id FROM process_events WHERE time >= ? AND exec_id IS NOT NULL ORDER BY time LIMIT 1')
      .pluck()
      .get(hour + 40 * 3600);
    drop();
    const lookUp = db.prepare('SELECT count(*) FROM process_events WHERE exec_id = ?').pluck();
    const [lookUpMs, found] = milliseconds(() => lookUp.get(id));
    const [againMs] = milliseconds(() => lookUp.get(exec_id));
    const [newestMs] = milliseconds(() => db.prepare('SELECT * FROM process_file_events ORDER BY time DESC LIMIT 100').raw().all());
    return {
      opening,
      windowMs,
      rows: rows.length,
      lookUpMs,
      found,
      againMs,
      newestMs,
      dropped,
      resident: residentMib(),
      stats: native.storeStats(),
    };
  },

  /** The recorded rows alone, in other forms: bytes an event. */
  async other(folder) {
    native.storeOpen({ memoryBytes: 256 << 20, tables: layout });
    native.storePersist({ directory: join(folder, 'alone') });
    const { DuckDBInstance } = duckdb();
    const duck = await (await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' })).connect();
    const result = {};
    for (const name of names) {
      const db = connect();
      const { rows } = native.storeStats().find((table) => table.name === name);
      if (rows === 0) continue;
      const files = Object.fromEntries(
        ['db', 'ndjson', 'ndjson.gz', 'parquet'].map((ending) => [ending, join(folder, `${name}.${ending}`)]),
      );
      // ATTACH is what a locked connection refuses; this one is not locked.
      db.exec(`ATTACH '${files.db}' AS file; CREATE TABLE file.t AS SELECT * FROM ${name}; CREATE INDEX file.by_time ON t(time)`);
      const out = createWriteStream(files.ndjson);
      for (const row of db.prepare('SELECT * FROM file.t').iterate()) {
        if (!out.write(`${JSON.stringify(row)}\n`)) await new Promise((resolve) => out.once('drain', resolve));
      }
      await new Promise((resolve) => out.end(resolve));
      await pipeline(createReadStream(files.ndjson), createGzip(), createWriteStream(files['ndjson.gz']));
      const types = columnsOf(name).map(
        (c) => `"${c.name}": '${c.width === 'text' ? 'VARCHAR' : c.width === 'f64' ? 'DOUBLE' : 'BIGINT'}'`,
      );
      await duck.run(
        `COPY (SELECT * FROM read_json('${files.ndjson}', format = 'newline_delimited', columns = {${types.join(', ')}})) TO '${files.parquet}' (FORMAT parquet, COMPRESSION zstd)`,
      );
      result[name] = Object.fromEntries(Object.entries(files).map(([ending, file]) => [ending, statSync(file).size / rows]));
      db.close();
      for (const file of Object.values(files)) rmSync(file);
    }
    return result;
  },
};

const mark = (value, limit, digits = 0) => `${value.toFixed(digits)}${value <= limit ? '' : ' **over**'}`;

async function main() {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'shrike-history-'));
  try {
    if (process.env.BENCH_RECORDING === undefined) await record(join(folder, 'recording'));
    else writeFileSync(join(folder, 'recording'), readFileSync(process.env.BENCH_RECORDING));
    const alone = step('alone', folder);
    const sizes = step('size', folder);
    const filled = step('fill', folder);
    const cold = step('cold', folder);
    const other = step('other', folder);
    console.log(
      `## A month of history\n\n${(filled.rows / 1e6).toFixed(1)} million events: a recording of ${Object.entries(filled.recorded)
        .map(([name, rows]) => `${rows} ${name}`)
        .join(
          ', ',
        )}, repeated over 30 days at ${(filled.rows / filled.seconds / 1e6).toFixed(2)} million events a second to disk. ${cold.dropped ? 'Caches were dropped before each look-up.' : 'Not root: caches were NOT dropped.'}\n`,
    );
    console.log('| | measured | at most |\n| --- | ---: | ---: |');
    console.log(`| one hour of process_events by path (${cold.rows} rows), cold | ${mark(cold.windowMs, 100)} ms | 100 ms |`);
    console.log(`| all process_events of one exec_id (${cold.found}), cold | ${cold.lookUpMs.toFixed(0)} ms | |`);
    console.log(`| of another exec_id, files cached | ${cold.againMs.toFixed(0)} ms | |`);
    console.log(`| newest 100 of process_file_events | ${cold.newestMs.toFixed(1)} ms | |`);
    console.log(`| opening the store | ${cold.opening.toFixed(0)} ms | |`);
    console.log(`| resident memory of the process after that | ${mark(cold.resident, 250)} MiB | 250 MiB |\n`);
    console.log(
      '| bytes an event of the recording alone | store | at most | store, the repeated month | SQLite, index on time | NDJSON, gzip | Parquet, zstd |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    );
    for (const name of Object.keys(other)) {
      const { diskBytes, rows } = cold.stats.find((table) => table.name === name);
      const o = other[name];
      console.log(
        `| ${name} | ${mark(sizes[name] / alone[name], most[name], 1)} | ${most[name]} | ${(diskBytes / rows).toFixed(1)} | ${o.db.toFixed(0)} | ${o['ndjson.gz'].toFixed(1)} | ${o.parquet.toFixed(1)} |`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [name, folder] = process.argv.slice(2);
if (name === undefined) await main();
else process.stdout.write(JSON.stringify(await steps[name](folder)), () => process.exit(0));
