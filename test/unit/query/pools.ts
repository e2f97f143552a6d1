/** Query pools for tests: real workers on the compiled code. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ShrikeError } from '../../../src/errors.ts';
import { type PoolOptions, QueryPool } from '../../../src/query/pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'shrike-query-'));
process.env['SQLITE_TMPDIR'] = folder;

const engine = { version: '0.0.0', dataDir: folder, startTime: 0, sources: {} };

/** A pool that is closed after the tests of the file. */
export async function openPool(options: Partial<PoolOptions> = {}): Promise<QueryPool> {
  const pool = new QueryPool({ engine, events: false, ...options });
  await pool.start();
  afterAll(() => pool.close());
  return pool;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Why a query failed. */
export async function failure(promise: Promise<unknown>): Promise<Pick<ShrikeError, 'code' | 'message' | 'hint' | 'position'>> {
  try {
    await promise;
  } catch (error) {
    // Everything a pool throws is one.
    return error as ShrikeError;
  }
  throw new Error('it did not fail');
}

/** Counts without end. */
export const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c';

/** Waits until it holds; tests never wait for a time, only for a state. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
