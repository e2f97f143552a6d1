/**
 * A query worker: one thread, one connection, one statement at a time.
 *
 * The main thread keeps the deadline. It stops a statement by writing its token into the control array and calling the addon's
 * interrupt; whichever of the two this thread meets first ends the statement. Chunks are sent while the statement runs, as many as there are
 * credits; without credit the thread sleeps, so a slow reader costs no memory.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { ShrikeError } from '../errors.ts';
import { native } from '../native.ts';
import { type Connection, openConnection } from './connection.ts';
import { costWarnings } from './cost-guard.ts';
import { beNice, startMeter } from './thread.ts';
import { diagnosePrepare, refusal } from './diagnose.ts';
import type { Cell } from './encode.ts';
import { secondStatement } from './lexer.ts';
import { Output } from './output.ts';
import { control, type FromWorker, type RunMessage, type Summary, type ToWorker, type WorkerSetup } from './protocol.ts';

// The pool is the only one that starts this file.
const setup = workerData as WorkerSetup;
const port = parentPort;
if (port === null) throw new Error('the query worker was started outside of a worker thread');

/** Waking by itself now and then costs nothing and survives a lost notification. */
const creditWaitMs = 200;

class Stopped extends Error {}

let running = 0;

function checkStop(): void {
  if (Atomics.load(setup.control, control.stop) === running) throw new Stopped('the query was stopped');
}

const connection: Connection = openConnection({
  engine: setup.engine,
  system: { ...setup.system, now: Date.now },
  cacheKib: setup.cacheKib,
  views: setup.views,
  checkInterrupt: checkStop,
});

if (setup.nice > 0) beNice(setup.nice);

const send = (message: FromWorker) => port.postMessage(message);

function waitForCredit(): void {
  while (Atomics.load(setup.control, control.credits) <= 0) {
    checkStop();
    Atomics.wait(setup.control, control.credits, 0, creditWaitMs);
  }
  Atomics.sub(setup.control, control.credits, 1);
}

type Prepared = import('better-sqlite3').Statement<unknown[], Cell[]>;

function isSqliteError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && error.name === 'SqliteError';
}

function complaint(sql: string): string | undefined {
  try {
    connection.database.prepare(sql);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function prepare(sql: string): Prepared {
  const nul = sql.indexOf('\0');
  if (nul >= 0)
    throw new ShrikeError(
      'E_QUERY_SYNTAX',
      { reason: 'the SQL has a NUL character in it', suggestion: "Remove it; bytes are written x'00'." },
      nul,
    );
  const second = secondStatement(sql);
  if (second !== undefined) throw new ShrikeError('E_QUERY_MULTIPLE', {}, second);
  try {
    const statement: Prepared = connection.database.prepare(sql);
    if (!statement.reader) throw refusal(sql, 'the statement returns no rows');
    return statement.raw(true).safeIntegers(true);
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('no statements')) throw new ShrikeError('E_QUERY_EMPTY');
    if (!isSqliteError(error) || error.code === 'SQLITE_INTERRUPT') throw error;
    throw diagnosePrepare({
      sql,
      code: error.code,
      message: error.message,
      events: setup.events,
      dataDir: setup.engine.dataDir,
      complaint,
    });
  }
}

function execute(message: RunMessage): Summary {
  const started = performance.now();
  checkStop();
  const statement = prepare(message.sql);
  const output = new Output(message, statement.columns(), { send, waitForCredit, warn: connection.generator.warn });
  let truncated = false;
  const bindings = message.bindings;
  const rows = Array.isArray(bindings) ? statement.iterate(...bindings) : statement.iterate(bindings);
  for (const cells of rows) {
    checkStop();
    if (output.add(cells)) continue;
    truncated = true;
    break;
  }
  output.flush(true);
  if (truncated) {
    const reason = output.rows >= message.maxRows ? `the limit of ${message.maxRows} rows` : `the limit of ${message.maxBytes} bytes`;
    connection.generator.warn(`only the first ${output.rows} rows are given: ${reason} was reached`);
  }
  return {
    rows: output.rows,
    bytes: output.bytes,
    truncated,
    warnings: connection.generator.warnings(),
    tables: [],
    elapsedMs: performance.now() - started,
  };
}

function explain(error: unknown): ShrikeError {
  if (error instanceof ShrikeError) return error;
  const thrown = connection.generator.thrown();
  if (thrown instanceof ShrikeError) return thrown;
  // Which limit stopped it is the main thread's to say; it replaces this one.
  if (error instanceof Stopped || thrown instanceof Stopped || (isSqliteError(error) && error.code === 'SQLITE_INTERRUPT'))
    return new ShrikeError('E_QUERY_CANCELLED');
  if (isSqliteError(error) && error.code === 'SQLITE_NOMEM') return new ShrikeError('E_QUERY_MEMORY');
  if (isSqliteError(error) && (error.code === 'SQLITE_AUTH' || /^access to .* is not allowed$/.test(error.message)))
    return new ShrikeError('E_QUERY_FORBIDDEN', { reason: error.message });
  const reason = error instanceof Error ? error.message : String(error);
  if (!isSqliteError(error)) return new ShrikeError('E_QUERY_WORKER', { reason });
  const full = error.code === 'SQLITE_FULL' || error.code.startsWith('SQLITE_IOERR');
  return new ShrikeError('E_QUERY_FAILED', {
    reason,
    suggestion: full
      ? 'Temporary files go to DATA_DIR/tmp; is its disk full?'
      : 'The message comes from the table or function that failed.',
  });
}

function run(message: RunMessage): void {
  const { token } = message;
  const meter = message.measure ? startMeter() : undefined;
  running = token;
  connection.generator.reset(message.facts);
  native().beginStatement(connection.id, token, message.deniedTables);
  let summary: Summary | undefined;
  let failure: ShrikeError | undefined;
  try {
    summary = execute(message);
  } catch (error) {
    failure = explain(error);
  }
  const { tables, refused } = native().endStatement(connection.id);
  // The authorizer knows why; SQLite itself only says "not authorized".
  if (failure?.code === 'E_QUERY_FORBIDDEN' && refused !== null) failure = refusal(message.sql, refused);
  running = 0;
  if (summary !== undefined)
    send({
      type: 'done',
      token,
      summary: {
        ...summary,
        tables,
        warnings: [...summary.warnings, ...costWarnings(message.sql, tables)],
        ...(meter === undefined ? {} : { cost: meter() }),
      },
    });
  else if (failure !== undefined) {
    const { code, details, position } = failure;
    send({ type: 'failed', token, code, details, position, warnings: connection.generator.warnings() });
  }
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'run') run(message);
  else {
    connection.database.close();
    port.close();
  }
});
send({ type: 'ready', connection: connection.id });
