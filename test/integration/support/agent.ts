/** Starts a real agent on a data folder and a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../src/paths.ts';
import { AgentClient, pause } from './agent-client.ts';
import { patience } from './patience.ts';

export interface AgentOptions {
  /** Text of a configuration file. */
  readonly config?: string;
  /** Further arguments of `shrike run`. */
  readonly args?: readonly string[];
  /** Reused, and not removed when the agent stops; without it the agent gets a new one. */
  readonly dataDir?: string;
  /** Fail at once when the sensor does not run, rather than in every test. */
  readonly sensor?: boolean;
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

/** An agent that this process started. */
export class Agent extends AgentClient {
  readonly child: ChildProcess;
  /** Everything it has printed. */
  log = '';
  private readonly ownsDataDir: boolean;

  private constructor(child: ChildProcess, url: string, dataDir: string, ownsDataDir: boolean) {
    super(url, dataDir, child.pid ?? 0);
    this.child = child;
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
