/** Which packs are for this machine, by their discovery queries, looked at again now and then. */
import type { Logger } from '../log.ts';
import type { QueryPool } from '../query/pool.ts';
import type { Row } from '../tables/spec.ts';
import type { Pack } from './pack.ts';

interface Found {
  readonly active: boolean;
  readonly executions: number;
  readonly hits: number;
}

export class Discovery {
  readonly #packs: readonly Pack[];
  readonly #pool: QueryPool;
  readonly #log: Logger;
  readonly #found = new Map<string, Found>();
  #timer: NodeJS.Timeout | undefined;

  constructor(packs: readonly Pack[], pool: QueryPool, log: Logger) {
    this.#packs = packs;
    this.#pool = pool;
    this.#log = log;
    for (const { name, discovery } of packs) this.#found.set(name, { active: discovery.length === 0, executions: 0, hits: 0 });
  }

  /** Looks at all packs, and again every so many seconds. */
  async start(everySeconds: number): Promise<void> {
    await this.refresh();
    if (!this.#packs.some(({ discovery }) => discovery.length > 0)) return;
    // Longer timers than this overflow and fire at once.
    this.#timer = setInterval(() => void this.refresh(), Math.min(everySeconds * 1000, 2 ** 31 - 1));
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async refresh(): Promise<void> {
    for (const pack of this.#packs) {
      if (pack.discovery.length === 0) continue;
      const active = await this.#asks(pack);
      const before = this.#found.get(pack.name);
      this.#found.set(pack.name, { active, executions: (before?.executions ?? 0) + 1, hits: before?.hits ?? 0 });
    }
  }

  active(name: string): boolean {
    const found = this.#found.get(name);
    if (found !== undefined) this.#found.set(name, { ...found, hits: found.hits + 1 });
    return found?.active ?? true;
  }

  /** Rows of osquery_packs. */
  rows(): Row[] {
    return this.#packs.map(({ name, platform, version, shard }) => {
      const { active, executions, hits } = this.#found.get(name) ?? { active: true, executions: 0, hits: 0 };
      return { name, platform, version, shard, discovery_cache_hits: hits, discovery_executions: executions, active: active ? 1 : 0 };
    });
  }

  /** Every query must give a row; the first that gives none ends it. */
  async #asks({ name, discovery }: Pack): Promise<boolean> {
    for (const sql of discovery) {
      try {
        if ((await this.#pool.all({ sql, limit: 1 })).rows.length === 0) return false;
      } catch (error) {
        this.#log.warn(
          { pack: name, sql, reason: error instanceof Error ? error.message : String(error) },
          'a discovery query failed: its pack is not active',
        );
        return false;
      }
    }
    return true;
  }
}
