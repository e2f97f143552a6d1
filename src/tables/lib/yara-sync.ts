/**
 * The YARA scanner for generators, which answer synchronously.
 *
 * HOW IT WORKS: the thread has its own connection to the process-wide scanner and waits for the answer in the addon, 25 ms at a time, so
 * that a query that was stopped or ran out of time stops waiting. Several scans are asked for before the first answer is read, which keeps all scanner
 * processes busy. A connection that has unread answers when the query stops is closed; the next query opens another.
 */
import { ShrikeError } from '../../errors.ts';
import { native } from '../../native.ts';
import { yaraScannerPath } from '../../paths.ts';
import {
  AnswerReader,
  asScanAnswer,
  type CompileAnswer,
  encodeCompile,
  encodeScan,
  type RuleSetOptions,
  type ScanAnswer,
  type ScanOptions,
  type ScanTarget,
} from './yara-wire.ts';

const waitMs = 25;
/** Scans asked for before the first answer is awaited. */
const window = 64;

/**
 * A connection to the process-wide scanner, as a descriptor the caller owns.
 *
 * @throws ShrikeError E_YARA_SCANNER when it cannot be started
 */
export function connectScanner(): number {
  try {
    return native().yaraConnect(yaraScannerPath);
  } catch (error) {
    throw new ShrikeError('E_YARA_SCANNER', { reason: error instanceof Error ? error.message : String(error) });
  }
}

const gone = (): ShrikeError => new ShrikeError('E_YARA_SCANNER', { reason: 'it ended while it was asked' });

class Connection {
  readonly #fd = connectScanner();
  readonly #reader = new AnswerReader();
  readonly #room = Buffer.allocUnsafeSlow(64 * 1024);
  readonly #check: () => void;
  readonly #arrived = new Map<number, { readonly id: number }>();
  #id = 0;
  #unread = 0;

  constructor(check: () => void) {
    this.#check = check;
  }

  /** Sends a request and returns its id. */
  send(encode: (id: number) => Buffer): number {
    const id = ++this.#id;
    const bytes = encode(id);
    for (let done = 0; done < bytes.length; ) {
      const sent = native().yaraSend(this.#fd, bytes.subarray(done));
      if (sent < 0) throw gone();
      done += sent;
      // Its socket is full: it is busy answering, so take what it has to say.
      if (sent === 0) this.#receive();
    }
    this.#unread++;
    return id;
  }

  /** Waits for the answer to a request, which decides its shape. */
  answer<T extends CompileAnswer | Partial<ScanAnswer>>(id: number): T {
    for (;;) {
      const found = this.#arrived.get(id);
      if (found !== undefined) {
        this.#arrived.delete(id);
        this.#unread--;
        return found as unknown as T;
      }
      this.#receive();
    }
  }

  get clean(): boolean {
    return this.#unread === 0;
  }

  close(): void {
    native().yaraClose(this.#fd);
  }

  #receive(): void {
    this.#check();
    const got = native().yaraReceive(this.#fd, this.#room, waitMs);
    if (got < 0) throw gone();
    if (got === 0) return;
    this.#reader.push(this.#room.subarray(0, got));
    for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) this.#arrived.set(next.id, next);
  }
}

let shared: Connection | undefined;
let check: () => void = () => {};

/** Runs with this thread's connection; one that failed, or was left in the middle, is not used again. */
function* connected<T>(checkInterrupt: () => void, use: (connection: Connection) => Generator<T>): Generator<T> {
  check = checkInterrupt;
  // A generator inside another's loop (a join of two YARA tables) gets a connection of its own.
  const connection = shared ?? new Connection(() => check());
  shared = undefined;
  let good = false;
  try {
    yield* use(connection);
    good = connection.clean;
  } finally {
    if (good && shared === undefined) shared = connection;
    else connection.close();
  }
}

/** Compiles rules; told from another rule set by its sources, so that a second call with the same ones costs a round trip. */
export function compileSync(options: RuleSetOptions, checkInterrupt: () => void): CompileAnswer {
  const compile = function* (connection: Connection): Generator<CompileAnswer> {
    yield connection.answer<CompileAnswer>(connection.send((id) => encodeCompile(id, options)));
  };
  for (const answer of [...connected(checkInterrupt, compile)]) return answer;
  return {};
}

/** Scans targets with a compiled set, in order, several at a time. */
export function* scanSync<T extends { readonly target: ScanTarget }>(
  set: number,
  targets: Iterable<T>,
  options: ScanOptions,
  checkInterrupt: () => void,
): Generator<readonly [T, ScanAnswer]> {
  yield* connected(checkInterrupt, function* (connection) {
    const waiting: (readonly [T, number])[] = [];
    const take = function* (): Generator<readonly [T, ScanAnswer]> {
      const first = waiting.shift();
      if (first !== undefined) yield [first[0], asScanAnswer(connection.answer<Partial<ScanAnswer>>(first[1]))];
    };
    for (const target of targets) {
      waiting.push([target, connection.send((id) => encodeScan(id, set, target.target, options))]);
      if (waiting.length >= window) yield* take();
    }
    while (waiting.length > 0) yield* take();
  });
}
