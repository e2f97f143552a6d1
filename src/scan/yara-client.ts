/** The YARA scanner for asynchronous code: many requests on one connection, which is made again when the scanner was lost. */
import { Socket } from 'node:net';
import { complaint } from '../tables/lib/yara-sources.ts';
import { connectScanner } from '../tables/lib/yara-sync.ts';
import {
  AnswerReader,
  asScanAnswer,
  type CompileAnswer,
  encodeCompile,
  encodeScan,
  encodeStatus,
  type RuleSetOptions,
  ruleSetKey,
  type ScanAnswer,
  type ScanOptions,
  type ScanTarget,
} from '../tables/lib/yara-wire.ts';

/** Counts since the scanner started, and the processes it is made of. */
export interface ScannerStatus {
  readonly version: string;
  readonly scanned: number;
  readonly cached: number;
  readonly failed: number;
  readonly timeouts: number;
  readonly hung: number;
  readonly crashed: number;
  readonly bytes: number;
  readonly broker: number;
  readonly sets: readonly {
    readonly set: number;
    readonly queued: number;
    readonly compiler: number;
    readonly scanners: readonly number[];
  }[];
}

/** Rules that compiled. */
export interface RuleSet {
  readonly key: string;
  readonly options: RuleSetOptions;
  readonly answer: CompileAnswer;
}

export class RulesRefused extends Error {
  readonly answer: CompileAnswer;

  constructor(answer: CompileAnswer) {
    super(complaint(answer) ?? 'the rules could not be compiled');
    this.name = 'RulesRefused';
    this.answer = answer;
  }
}

interface Waiting {
  resolve(answer: object): void;
  reject(error: Error): void;
}

const lost: Partial<ScanAnswer> = { failure: 'set', error: 'the scanner was lost' };

export class YaraClient {
  #socket: Socket | undefined;
  #reader = new AnswerReader();
  readonly #waiting = new Map<number, Waiting>();
  /** Numbers of rule sets in the scanner that runs now, by key. */
  readonly #sets = new Map<string, Promise<number>>();
  #id = 0;
  #closed = false;

  /**
   * Compiles rules.
   *
   * @throws RulesRefused with every error's file, line and message
   */
  async compile(options: RuleSetOptions): Promise<RuleSet> {
    const answer = await this.#ask<CompileAnswer>((id) => encodeCompile(id, options));
    if (!answer.ok || answer.set === undefined) throw new RulesRefused(answer);
    const key = ruleSetKey(options);
    this.#sets.set(key, Promise.resolve(answer.set));
    return { key, options, answer };
  }

  /** Scans one target. What goes wrong with it is in the answer; rejects only when the rules do not compile any more or the client is closed. */
  async scan(rules: RuleSet, target: ScanTarget, options: ScanOptions = {}): Promise<ScanAnswer> {
    for (let tries = 0; ; tries++) {
      const set = await this.#setOf(rules);
      const answer = await this.#ask<Partial<ScanAnswer>>((id) => encodeScan(id, set, target, options)).catch((error: unknown) => {
        if (this.#closed) throw error;
        return lost;
      });
      if (answer.failure !== 'set' || tries >= 2) return asScanAnswer(answer);
      // The scanner was restarted, or has forgotten a set it had not needed for long.
      this.#sets.delete(rules.key);
    }
  }

  status(): Promise<ScannerStatus> {
    return this.#ask<ScannerStatus>(encodeStatus);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
    this.#drop(new Error('the YARA client was closed'));
  }

  #setOf({ key, options }: RuleSet): Promise<number> {
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const compiling = this.#ask<CompileAnswer>((id) => encodeCompile(id, options)).then((answer) => {
      if (!answer.ok || answer.set === undefined) throw new RulesRefused(answer);
      return answer.set;
    });
    this.#sets.set(key, compiling);
    compiling.catch(() => this.#sets.delete(key));
    return compiling;
  }

  #ask<T extends object>(encode: (id: number) => Buffer): Promise<T> {
    if (this.#closed) return Promise.reject(new Error('the YARA client was closed'));
    return new Promise<T>((resolve, reject) => {
      const id = ++this.#id;
      // The request decides the shape of its answer.
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as T), reject });
      try {
        this.#connected().write(encode(id));
      } catch (error) {
        this.#waiting.delete(id);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  #connected(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = new Socket({ fd: connectScanner(), readable: true, writable: true });
    this.#socket = socket;
    this.#reader = new AnswerReader();
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    // 'close' follows and tells whoever waits.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#drop(new Error('the YARA scanner was lost'));
    });
    return socket;
  }

  #receive(bytes: Buffer): void {
    this.#reader.push(bytes);
    for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) {
      const waiting = this.#waiting.get(next.id);
      this.#waiting.delete(next.id);
      waiting?.resolve(next);
    }
  }

  #drop(error: Error): void {
    this.#socket = undefined;
    this.#sets.clear();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const each of waiting) each.reject(error);
  }
}
