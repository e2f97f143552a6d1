/** One worker thread of the pool and the statement it runs. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ShrikeError } from '../errors.ts';
import { native } from '../native.ts';
import { distDir } from '../paths.ts';
import { control, type FromWorker, type ToWorker, type WorkerSetup } from './protocol.ts';
import type { QueryRun } from './run.ts';

/** Chunks of 64 KiB on their way to a reader. */
const credits = 4;
/** sqlite3_interrupt only reaches a statement that has begun to step, so it is repeated until the worker answers. */
const interruptEveryMs = 25;
/** A statement that has not stopped by then sits in one long native call; its worker is given up. */
const stopGraceMs = 2000;

export interface SlotOptions {
  readonly setup: Omit<WorkerSetup, 'control'>;
  /** V8 heap of a worker, in MiB. */
  readonly heapMib: number;
}

export interface SlotHooks {
  /** Ready for another statement. */
  idle(slot: Slot): void;
  /** The thread ended, or was given up; `error` says why unless it was asked to. */
  gone(slot: Slot, error: Error | undefined): void;
}

/** A worker with its control array. States: starting, idle, busy, closing, gone. */
export class Slot {
  state: 'starting' | 'idle' | 'busy' | 'closing' | 'gone' = 'starting';
  /** Whether it ever got as far as opening its connection. */
  wasReady = false;
  /** Since when it is idle, or busy. */
  since = 0;
  readonly #worker: Worker;
  readonly #control = new Int32Array(new SharedArrayBuffer(control.length * Int32Array.BYTES_PER_ELEMENT));
  readonly #hooks: SlotHooks;
  #connection = 0;
  #token = 0;
  #run: QueryRun | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #stopping: NodeJS.Timeout | undefined;
  #error: Error | undefined;
  /** Who waits for its end. */
  readonly #left: (() => void)[] = [];

  constructor(options: SlotOptions, hooks: SlotHooks) {
    this.#hooks = hooks;
    const workerData: WorkerSetup = { ...options.setup, control: this.#control };
    this.#worker = new Worker(join(distDir, 'query', 'worker.js'), {
      workerData,
      name: 'query',
      resourceLimits: { maxOldGenerationSizeMb: options.heapMib, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 },
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', (error) => {
      this.#error = error;
    });
    this.#worker.on('exit', () => this.#leave(this.#error));
  }

  start(run: QueryRun): void {
    this.state = 'busy';
    this.since = performance.now();
    this.#run = run;
    // Tokens stay positive 31-bit numbers; only equality with the running one matters.
    this.#token = (this.#token % 0x3fffffff) + 1;
    Atomics.store(this.#control, control.credits, credits);
    Atomics.store(this.#control, control.stop, 0);
    const { timeoutMs, ...job } = run.job;
    this.#send({ type: 'run', token: this.#token, ...job });
    this.#deadline = setTimeout(() => this.fail(new ShrikeError('E_QUERY_TIMEOUT', { timeout_ms: timeoutMs })), timeoutMs);
  }

  /** Ends the running query with this error. */
  fail(error: ShrikeError): void {
    this.#run?.fail(error);
    this.stop();
  }

  /** Whether the running statement was told to stop and has not yet. */
  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Whether it runs this query. */
  runs(run: QueryRun): boolean {
    return this.#run === run;
  }

  /** The reader took a chunk. */
  credit(): void {
    Atomics.add(this.#control, control.credits, 1);
    Atomics.notify(this.#control, control.credits);
  }

  /** Stops the running statement: at once where SQLite or a generator looks, else by giving the thread up after a grace. */
  stop(): void {
    if (this.state !== 'busy' || this.#stopping !== undefined) return;
    const token = this.#token;
    const since = performance.now();
    Atomics.store(this.#control, control.stop, token);
    Atomics.notify(this.#control, control.credits);
    const interrupt = () => {
      native().interrupt(this.#connection, token);
      if (performance.now() - since > stopGraceMs) this.#abandon();
    };
    this.#stopping = setInterval(interrupt, interruptEveryMs);
    interrupt();
  }

  /** Ends the thread; a running statement is stopped first. Resolves when it is gone, or given up. */
  async close(): Promise<void> {
    if (this.state === 'gone') return;
    const left = new Promise<void>((resolve) => {
      this.#left.push(resolve);
    });
    this.#run?.fail(new ShrikeError('E_QUERY_CANCELLED'));
    this.stop();
    this.state = 'closing';
    this.#send({ type: 'close' });
    await left;
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.type === 'ready') {
      this.#connection = message.connection;
      this.wasReady = true;
      this.#rest();
      return;
    }
    const run = this.#run;
    if (run === undefined || message.token !== this.#token) return;
    if (message.type === 'columns') run.push({ kind: 'columns', columns: message.columns });
    else if (message.type === 'chunk') run.push({ kind: 'chunk', data: message.data, rows: message.rows });
    else {
      if (message.type === 'done') run.push({ kind: 'done', summary: message.summary });
      else {
        run.warnings = message.warnings;
        run.fail(new ShrikeError(message.code, message.details, message.position));
      }
      this.#rest();
    }
  }

  #clear(): void {
    clearTimeout(this.#deadline);
    clearInterval(this.#stopping);
    this.#stopping = undefined;
    this.#run = undefined;
  }

  #rest(): void {
    if (this.state === 'gone') return;
    this.#clear();
    if (this.state === 'closing') return;
    this.state = 'idle';
    this.since = performance.now();
    this.#hooks.idle(this);
  }

  #abandon(): void {
    const error = new Error('it did not stop when it was told to');
    // terminate() waits for the native call to return; nobody waits for it.
    void this.#worker.terminate();
    this.#leave(error);
  }

  #leave(error: Error | undefined): void {
    if (this.state === 'gone') return;
    const run = this.#run;
    this.#clear();
    this.state = 'gone';
    // Node gives worker failures a code, which its types do not know.
    const memory = (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
    run?.fail(memory ? new ShrikeError('E_QUERY_MEMORY') : new ShrikeError('E_QUERY_WORKER', { reason: error?.message ?? 'it ended' }));
    for (const resolve of this.#left) resolve();
    this.#hooks.gone(this, error);
  }
}
