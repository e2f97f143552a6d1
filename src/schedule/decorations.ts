/** Facts that are added to every result: by queries run at start, now and then, or before each query. */
import type { Logger } from '../log.ts';
import type { QueryPool } from '../query/pool.ts';
import type { Decorators } from './pack.ts';

/** Queries that start together share the answer of the decorators that run before each. */
const sharedMs = 1000;

type Facts = Readonly<Record<string, string>>;

export class Decorations {
  readonly #decorators: Decorators;
  readonly #pool: QueryPool;
  readonly #log: Logger;
  readonly #timers: NodeJS.Timeout[] = [];
  #facts: Facts = {};
  #always: { readonly since: number; readonly facts: Promise<Facts> } | undefined;

  constructor(decorators: Decorators, pool: QueryPool, log: Logger) {
    this.#decorators = decorators;
    this.#pool = pool;
    this.#log = log;
  }

  async start(): Promise<void> {
    const { load, interval } = this.#decorators;
    await this.#keep([...load, ...[...interval.values()].flat()]);
    for (const [seconds, queries] of interval) {
      const timer = setInterval(() => void this.#keep(queries), Math.min(seconds * 1000, 2 ** 31 - 1));
      timer.unref();
      this.#timers.push(timer);
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Those of a result that is made now. */
  async current(): Promise<Facts> {
    if (this.#decorators.always.length === 0) return this.#facts;
    const now = performance.now();
    if (this.#always === undefined || now - this.#always.since > sharedMs)
      this.#always = { since: now, facts: this.#ask(this.#decorators.always) };
    return { ...this.#facts, ...(await this.#always.facts) };
  }

  async #keep(queries: readonly string[]): Promise<void> {
    this.#facts = { ...this.#facts, ...(await this.#ask(queries)) };
  }

  /** Columns of the first row of each query. */
  async #ask(queries: readonly string[]): Promise<Facts> {
    const facts: Record<string, string> = {};
    for (const sql of queries) {
      try {
        const { columns, rows } = await this.#pool.all({ sql, limit: 2 });
        if (rows.length > 1) this.#log.warn({ sql }, 'a decorator gives more than one row: the first is taken');
        columns.forEach(({ name }, index) => {
          facts[name] = String(rows[0]?.[index] ?? '');
        });
        if (rows.length === 0) for (const { name } of columns) delete facts[name];
      } catch (error) {
        this.#log.warn({ sql, reason: error instanceof Error ? error.message : String(error) }, 'a decorator failed');
      }
    }
    return facts;
  }
}
