/**
 * A process with a store of its own, on a folder: does the steps it is given as JSON and prints what each gave. The store is one per process, so
 * what a restart finds takes a new process.
 *
 *   {"storm": first}: writes rows numbered from `first` on, and prints each tenth of a second which it has written, until it is killed.
 */
import { createRequire } from 'node:module';
import { addonPath } from '../../../../dist/paths.js';

const require = createRequire(import.meta.url);
const native = require(addonPath);
const Database = require('better-sqlite3');
const { directory, tables, steps, ...options } = JSON.parse(process.argv[2]);
native.storeOpen({ memoryBytes: options.memoryBytes ?? 64 << 20, ...(options.chunkRows ? { chunkRows: options.chunkRows } : {}), tables });
native.storePersist({ directory, ...(options.retention ? { retention: options.retention } : {}) });
const db = new Database(':memory:');
native.registerTables([], () => []);
db.loadExtension(addonPath);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function storm(first) {
  let n = first;
  for (let last = 0; ; ) {
    const time = Math.floor(Date.now() / 1000);
    const rows = Array.from({ length: 20 }, (_, i) => [
      time,
      Date.now() * 1e6,
      `id-${n + i}`,
      1,
      `/usr/bin/tool-${(n + i) % 97}`,
      n + i,
      null,
      null,
    ]);
    native.storeAppend(tables[0].name, rows);
    n += 20;
    if (Date.now() - last >= 100) {
      last = Date.now();
      process.stdout.write(`${JSON.stringify({ at: last, written: n - 1 })}\n`);
    }
    await pause(2);
  }
}

function query(sql) {
  try {
    return db.prepare(sql).all();
  } catch (error) {
    return { error: error.message };
  }
}

const results = [];
for (const step of steps) {
  if (step.storm !== undefined) await storm(step.storm);
  if (step.append !== undefined) results.push(native.storeAppend(step.table, step.append));
  if (step.synthetic !== undefined) results.push(native.storeSynthetic(step.table, step.synthetic));
  if (step.flush) native.storeFlush();
  if (step.sql !== undefined) results.push(query(step.sql));
  if (step.status) results.push(native.storeStatus());
  if (step.stats) results.push(native.storeStats());
  if (step.counters) results.push(Object.fromEntries(native.counters().map(({ table, stage, value }) => [`${table}.${stage}`, value])));
  if (step.wait) await pause(step.wait);
  if (step.run !== undefined) require('node:child_process').execSync(step.run);
  if (step.kill) {
    await new Promise((resolve) => process.stdout.write(JSON.stringify(results), resolve));
    process.kill(process.pid, 'SIGKILL');
  }
}
native.storeStop();
process.stdout.write(JSON.stringify(results));
