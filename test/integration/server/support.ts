/** An agent inside the test's process, without a sensor and with synthetic events, asked over real HTTP. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { type Agent, startAgent } from '../../../src/agent/agent.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { createLog } from '../../../src/log.ts';
import { native } from '../../../src/native.ts';
import { findTable } from '../../../src/tables/index.ts';
import type { Value } from '../../../src/tables/spec.ts';

export interface TestAgent {
  readonly url: string;
  readonly token: string;
  readonly dataDir: string;
  /** A request with the token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** POST /api/v1/query with this body as JSON. */
  query(body: unknown, signal?: AbortSignal): Promise<Response>;
  /** A metric's value by its whole name with labels; 0 when it is not there. */
  metric(name: string): Promise<number>;
}

/** One agent for all tests of the file. */
export function useTestAgent(yaml = ''): TestAgent {
  const dataDir = mkdtempSync(join(tmpdir(), 'shrike-server-'));
  let agent: Agent | undefined;
  let token = '';
  beforeAll(async () => {
    // The store is the process's: agents of one test file share it, so none of them may keep it in a folder of its own.
    const store = yaml.includes('store:') ? '' : 'store: {persist: false}\n';
    const config = parseConfig(`listen: 127.0.0.1:0\nlog: {level: silent}\nsensor: {enabled: false}\n${store}${yaml}`, 'test.yaml');
    agent = await startAgent({ config, dataDir, log: createLog('silent') });
    token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  });
  afterAll(async () => {
    await agent?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const url = () => agent?.url ?? '';
  const ask: TestAgent['ask'] = (path, init = {}) =>
    fetch(`${url()}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  return {
    get url() {
      return url();
    },
    get token() {
      return token;
    },
    dataDir,
    ask,
    query: (body, signal) =>
      ask('/api/v1/query', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
        ...(signal === undefined ? {} : { signal }),
      }),
    async metric(name) {
      const text = await (await ask('/metrics')).text();
      const line = text.split('\n').find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1) ?? 0);
    },
  };
}

/** Puts made-up rows into process_events: only the columns named differ. */
export function fillEvents(count: number): void {
  const columns = (findTable('process_events')?.columns ?? []).filter(({ name }) => name !== 'eid');
  const rows = Array.from({ length: count }, (_, index) =>
    columns.map(
      ({ name, type }): Value => (name === 'path' ? `/usr/bin/program${index % 100}` : type === 'TEXT' ? null : name === 'pid' ? index : 0),
    ),
  );
  for (let at = 0; at < rows.length; at += 10_000) native().storeAppend('process_events', rows.slice(at, at + 10_000));
}

export interface ErrorBody {
  readonly ok: false;
  readonly code: string;
  readonly error: string;
  readonly hint: string;
  readonly position?: number;
}

/** The error a response tells, with its status; fails the test when it has not the one shape errors have. */
export async function errorOf(response: Response): Promise<ErrorBody & { readonly status: number }> {
  // Checked right below.
  const body = (await response.json()) as ErrorBody;
  const keys = Object.keys(body).filter((key) => key !== 'position');
  if (keys.join() !== 'ok,code,error,hint' || body.ok !== false) throw new Error(`not an error envelope: ${JSON.stringify(body)}`);
  return { ...body, status: response.status };
}

/** A body of a shape the test knows, and checks by what it expects of it. */
export async function bodyOf<T>(response: Response): Promise<T> {
  return (await response.json()) as T;
}

/** Counts without end. */
export const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c';

/** Asks again until it holds; tests wait for states, not for times. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
