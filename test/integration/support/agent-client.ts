/** Asks a running agent over HTTP, as anybody would. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { patience } from './patience.ts';

export type Row = Readonly<Record<string, string | number | null>>;

interface Answer {
  readonly ok: boolean;
  readonly rows: readonly Row[];
  readonly code?: string;
  readonly error?: string;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** An agent, whoever started it. */
export class AgentClient {
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;

  constructor(url: string, dataDir: string, pid: number) {
    this.url = url;
    this.dataDir = dataDir;
    this.pid = pid;
  }

  get token(): string {
    return readFileSync(join(this.dataDir, 'token'), 'utf8').trim();
  }

  /** The rows of a query; throws with the agent's own words when it refuses. */
  async query(sql: string, params: readonly unknown[] | Readonly<Record<string, unknown>> = []): Promise<readonly Row[]> {
    const response = await fetch(`${this.url}/api/v1/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ sql, params }),
    });
    // The shape is the API's own contract, which test/integration/server holds.
    const answer = (await response.json()) as Answer;
    if (!answer.ok) throw new Error(`${answer.code}: ${answer.error}\n${sql}`);
    return answer.rows;
  }

  /**
   * Asks until there are at least `count` rows.
   *
   * @throws after `ms` (10 s unless told, longer under emulation) with the last answer and what `hint` selects, for whoever reads the failure.
   */
  async waitFor(sql: string, params: readonly unknown[] = [], { count = 1, ms = 10_000, hint = '' } = {}): Promise<readonly Row[]> {
    const deadline = Date.now() + ms * patience;
    for (let wait = 10; ; wait = Math.min(wait * 2, 300)) {
      const rows = await this.query(sql, params);
      if (rows.length >= count) return rows;
      if (Date.now() > deadline) {
        const more = hint === '' ? '' : `\n${hint}: ${JSON.stringify(await this.query(hint), null, 1)}`;
        throw new Error(
          `${rows.length} rows instead of ${count} after ${ms * patience} ms: ${JSON.stringify(rows)}\n${sql} ${JSON.stringify(params)}${more}`,
        );
      }
      await pause(wait);
    }
  }

  /** The first row that a query comes to have. */
  async waitForRow(sql: string, params: readonly unknown[] = [], options: { ms?: number; hint?: string } = {}): Promise<Row> {
    const [row] = await this.waitFor(sql, params, options);
    if (row === undefined) throw new Error('no row');
    return row;
  }

  /** Sums of shrike_counters by stage, for one table. */
  async counters(table: string): Promise<Readonly<Record<string, number>>> {
    const rows = await this.query('SELECT * FROM shrike_counters WHERE "table" = ?', [table]);
    const sums: Record<string, number> = {};
    for (const row of rows) sums[String(row['stage'])] = (sums[String(row['stage'])] ?? 0) + Number(row['value']);
    return sums;
  }
}
