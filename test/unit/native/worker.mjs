// What the tests run in worker threads. `workerData.task` names it; results go back by message.
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const native = require(workerData.addon);
const Database = require('better-sqlite3');

function connect() {
  const db = new Database(':memory:');
  db.loadExtension(workerData.addon);
  return { db, connection: native.lastConnection() };
}

const tasks = {
  /** Opens and closes connections that each run one query over an event table and one over a generated table. */
  connections() {
    native.registerTables(
      [
        {
          name: 'numbers',
          estimatedRows: 10,
          columns: [{ name: 'n', type: 'BIGINT', hidden: false, index: false, additional: false, required: '' }],
        },
      ],
      function* () {
        for (let n = 0; n < 5; n++) yield [n];
      },
    );
    for (let i = 0; i < workerData.count; i++) {
      const { db, connection } = connect();
      native.lockConnection(connection);
      native.beginStatement(connection, 1, []);
      const sum = db.prepare('SELECT sum(n) AS sum FROM numbers').get().sum;
      const rows = db.prepare("SELECT count(*) AS n FROM life WHERE name LIKE 'a%'").get().n;
      if (sum !== 10 || rows !== workerData.expected) throw new Error(`wrong answer: ${sum}, ${rows}`);
      // Left open in the middle of a scan now and then: the connection must still close.
      if (i % 10 === 0) db.prepare('SELECT * FROM numbers').iterate().next();
      else native.endStatement(connection);
      if (i % 10 !== 0) db.close();
    }
    parentPort.postMessage('done');
  },

  /** Runs statements for ever; the main thread interrupts some by token. Reports which ended how. */
  statements() {
    const { db, connection } = connect();
    native.lockConnection(connection);
    const control = new Int32Array(workerData.control);
    const endless = db.prepare('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n');
    const short = db.prepare('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) SELECT count(*) AS n FROM n');
    parentPort.postMessage({ connection });
    const outcomes = [];
    for (let token = 1; token <= workerData.count; token++) {
      const isEndless = token % 3 === 0;
      native.beginStatement(connection, token, []);
      Atomics.store(control, 0, token);
      let outcome = 'finished';
      try {
        if ((isEndless ? endless : short).get().n !== 200) outcome = 'wrong';
      } catch (error) {
        outcome = error.code;
      }
      const { interrupted } = native.endStatement(connection);
      outcomes.push([token, isEndless, outcome, interrupted]);
    }
    Atomics.store(control, 0, -1);
    parentPort.postMessage({ outcomes });
  },

  /** Writes rows as fast as it can until told to stop. */
  write() {
    const control = new Int32Array(workerData.control);
    let last = 0;
    parentPort.postMessage('ready');
    for (let round = 0; Atomics.load(control, 0) === 0; round++)
      last = native.storeSynthetic(workerData.table, { rows: 5000, texts: 300, contexts: 50, seed: round + 1, time: 1000 + round });
    parentPort.postMessage({ last });
  },
};

tasks[workerData.task]();
