/** Starts a real agent on a data folder and a port of its own, and asks it over HTTP as anybody would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { packageRoot } from '../../../src/paths.ts';
import { patience } from './requirements.ts';

export type Row = Readonly<Record<string, string | number | null>>;

interface Answer {
  readonly ok: boolean;
  readonly rows: readonly Row[];
  readonly code?: string;
  readonly error?: string;
}

export interface AgentOptions {
  /** Text of a configuration file. */
  readonly config?: string;
  /** Further arguments of `shrike run`. */
  readonly args?: readonly string[];
  /** Reused, and not removed when the agent stops; without it the agent gets a new one. */
  readonly dataDir?: string;
  /** Fail at once when the sensor does not run, rather than in every test. */
  readonly sensor?: boolean;
  /** Why the agent is not to start, if it is not. */
  readonly skip?: string | undefined;
}

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A running agent. */
export class Agent {
  readonly url: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** Everything it has printed. */
  log = '';
  private readonly ownsDataDir: boolean;

  private constructor(child: ChildProcess, url: string, dataDir: string, ownsDataDir: boolean) {
    this.child = child;
    this.url = url;
    this.dataDir = dataDir;
    this.ownsDataDir = ownsDataDir;
    child.on('error', (error) => {
      this.log += error.message;
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (part: Buffer) => {
        this.log += part.toString();
      });
    }
  }

  /** Starts one and waits until it is ready. */
  static async start(options: AgentOptions = {}): Promise<Agent> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'shrike-agent-'));
    const port = await freePort();
    const args = ['run', '--data-dir', dataDir, '--listen', `127.0.0.1:${port}`];
    if (options.config !== undefined) {
      const path = join(dataDir, 'test-config.yaml');
      writeFileSync(path, options.config);
      args.push('--config', path);
    }
    const child = spawn(join(packageRoot, 'bin', 'shrike'), [...args, ...(options.args ?? [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    const agent = new Agent(child, `http://127.0.0.1:${port}`, dataDir, options.dataDir === undefined);
    try {
      await agent.untilReady();
      if (options.sensor === true && /bpf events are off/i.test(agent.log)) throw new Error(`the sensor does not run:\n${agent.log}`);
    } catch (error) {
      await agent.stop('SIGKILL');
      throw error;
    }
    return agent;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + 60_000 * patience;
    while (Date.now() < deadline) {
      if (this.child.exitCode !== null || this.child.pid === undefined)
        throw new Error(`the agent ended with ${this.child.exitCode} instead of getting ready:\n${this.log}`);
      try {
        if ((await fetch(`${this.url}/readyz`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await pause(30);
    }
    throw new Error(`the agent was not ready in time:\n${this.log}`);
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

  /** Ends it and resolves to its exit code, or the signal's name. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
    const ended = new Promise<number | string>((resolve) => {
      if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null)
        resolve(this.child.exitCode ?? this.child.signalCode ?? 0);
      else this.child.once('exit', (code, by) => resolve(code ?? by ?? 0));
    });
    this.child.kill(signal);
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 10_000 * patience);
    const result = await ended;
    clearTimeout(impatience);
    if (this.ownsDataDir && existsSync(this.dataDir)) rmSync(this.dataDir, { recursive: true, force: true });
    return result;
  }
}

/** One agent for all tests of the file or group. Call it inside `describe`; the result is only to be used inside tests. */
export function useAgent(options: AgentOptions = {}): { readonly current: Agent } {
  let agent: Agent | undefined;
  beforeAll(async () => {
    if (options.skip === undefined) agent = await Agent.start(options);
  });
  afterAll(async () => {
    await agent?.stop();
  });
  return {
    get current() {
      if (agent === undefined) throw new Error('no agent: it is only there while tests run');
      return agent;
    },
  };
}
