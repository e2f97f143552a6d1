import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/log.ts';
import type { QueryPool } from '../../../src/query/pool.ts';
import type { PackQuery } from '../../../src/schedule/pack.ts';
import { ResultLog } from '../../../src/schedule/result-log.ts';
import { type RunnerOptions, ScheduleRunner } from '../../../src/schedule/runner.ts';
import { ScheduleState } from '../../../src/schedule/state.ts';
import { endless, openPool, until } from '../query/pools.ts';

let folder = '';
let now = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-schedule-'));
  now = 1_700_000_000_000;
});
const logs: ResultLog[] = [];
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  rmSync(folder, { recursive: true, force: true });
});

const pool: QueryPool = await openPool({ workers: 2 });

const query = (name: string, sql: string, more: Partial<PackQuery> = {}): PackQuery => ({
  name,
  sql,
  pack: undefined,
  interval: 10,
  snapshot: false,
  removed: true,
  platform: '',
  version: '',
  shard: 100,
  denylist: true,
  startupPriority: undefined,
  ...more,
});

interface Settings {
  readonly epoch?: number;
  readonly timeoutMs?: number;
  readonly runner?: Partial<RunnerOptions>;
}

function runner(queries: readonly PackQuery[], { epoch = 0, timeoutMs = 5000, runner: more = {} }: Settings = {}): ScheduleRunner {
  const log = (name: string) => {
    const file = new ResultLog({ path: join(folder, name), maxBytes: 1 << 20, files: 1 });
    logs.push(file);
    return file;
  };
  return new ScheduleRunner({
    queries,
    log: createLog('silent'),
    parallel: 2,
    splayPercent: 0,
    denylistAfter: 2,
    denylistSeconds: 100,
    active: () => true,
    random: () => 0.5,
    context: {
      pool,
      state: new ScheduleState(join(folder, 'state')),
      results: log('results.log'),
      snapshots: log('snapshots.log'),
      lines: { events: true, snapshotEvents: false, numerics: false, decorationsTopLevel: false },
      hostIdentifier: 'h',
      epoch,
      timeoutMs,
      now: () => now,
      decorations: async () => ({}),
    },
    ...more,
  });
}

/** Lets time pass and what is due run. */
async function pass(each: ScheduleRunner, seconds: number): Promise<void> {
  now += seconds * 1000;
  each.tick();
  await each.idle();
}

interface Line {
  readonly name: string;
  readonly counter: number;
  readonly action: string;
  readonly columns: Readonly<Record<string, string>>;
}

function lines(name = 'results.log'): Line[] {
  try {
    const text = readFileSync(join(folder, name), 'utf8').trimEnd();
    return text.split('\n').map((line) => JSON.parse(line) as Line);
  } catch {
    return [];
  }
}

const told = () => lines().map(({ counter, action, columns }) => [counter, action, columns['x']]);
const row = (each: ScheduleRunner, name: string) => each.rows().find((entry) => entry['name'] === name);

/** Rows that change from run to run: those that are in the folder. */
const inFolder = (path: string) => `SELECT filename AS x FROM file WHERE directory = '${path}' AND type = 'regular'`;

describe('the schedule', () => {
  it('runs a query each interval and tells what changed since the last run', async () => {
    const watched = join(folder, 'watched');
    mkdirSync(watched);
    writeFileSync(join(watched, 'a'), '');
    const each = runner([query('q', inFolder(watched))]);
    await pass(each, 9);
    expect(row(each, 'q')).toMatchObject({ executions: 0 });
    await pass(each, 1);
    await pass(each, 10);
    writeFileSync(join(watched, 'b'), '');
    unlinkSync(join(watched, 'a'));
    await pass(each, 10);
    expect(told()).toEqual([
      [0, 'added', 'a'],
      [1, 'removed', 'a'],
      [1, 'added', 'b'],
    ]);
    expect(row(each, 'q')).toMatchObject({ executions: 3, last_executed: 1_700_000_030, denylisted: 0, interval: 10 });
    expect(Number(row(each, 'q')?.['output_size'])).toBe(readFileSync(join(folder, 'results.log')).length);
  });

  it('counts rows that are there more than once', async () => {
    const each = runner([query('q', "SELECT 'a' AS x UNION ALL SELECT 'a'")]);
    await pass(each, 10);
    await pass(each, 10);
    expect(told()).toEqual([
      [0, 'added', 'a'],
      [0, 'added', 'a'],
    ]);
  });

  it('leaves out what went where the query says so, and compares with it all the same', async () => {
    writeFileSync(join(folder, 'a'), '');
    const each = runner([query('q', inFolder(folder), { removed: false })]);
    await pass(each, 10);
    unlinkSync(join(folder, 'a'));
    await pass(each, 10);
    await pass(each, 10);
    expect(told()).toEqual([
      [0, 'added', 'a'],
      [1, 'added', 'results.log'],
    ]);
  });

  it('remembers results, due times and counters over a restart', async () => {
    const first = runner([query('q', "SELECT 'a' AS x")]);
    await pass(first, 10);
    now += 4000;
    await first.stop();
    const second = runner([query('q', "SELECT 'a' AS x")]);
    await pass(second, 5);
    expect(row(second, 'q')).toMatchObject({ executions: 1 });
    await pass(second, 1);
    expect(row(second, 'q')).toMatchObject({ executions: 2 });
    expect(told()).toEqual([[0, 'added', 'a']]);
  });

  it('begins anew when the query or the epoch is another', async () => {
    const first = runner([query('q', "SELECT 'a' AS x")]);
    await pass(first, 10);
    await first.stop();
    const second = runner([query('q', "SELECT 'b' AS x")]);
    await pass(second, 10);
    await second.stop();
    const third = runner([query('q', "SELECT 'b' AS x")], { epoch: 1 });
    await pass(third, 10);
    expect(told()).toEqual([
      [0, 'added', 'a'],
      [0, 'added', 'b'],
      [0, 'added', 'b'],
    ]);
  });

  it('writes snapshots whole each time to a file of their own', async () => {
    const each = runner([query('s', 'SELECT 1 AS x UNION SELECT 2', { snapshot: true })]);
    await pass(each, 10);
    await pass(each, 10);
    expect(lines('snapshots.log')).toMatchObject(
      Array(2).fill({ name: 's', action: 'snapshot', counter: 0, snapshot: [{ x: '1' }, { x: '2' }] }),
    );
    expect(lines()).toEqual([]);
  });

  it('stops a query at its budget, keeps it from running when that goes on, and lets it try again later', async () => {
    const slow = `SELECT count(*) FROM (${endless})`;
    const each = runner([query('slow', slow), query('spared', slow, { denylist: false })], { timeoutMs: 30 });
    for (let i = 0; i < 4; i++) await pass(each, 10);
    expect([row(each, 'slow'), row(each, 'spared')]).toMatchObject([
      { executions: 2, denylisted: 1 },
      { executions: 4, denylisted: 0 },
    ]);
    await each.stop();
    const after = runner([query('slow', slow)], { timeoutMs: 30 });
    expect(row(after, 'slow')).toMatchObject({ denylisted: 1 });
    await pass(after, 100);
    expect(row(after, 'slow')).toMatchObject({ executions: 3, denylisted: 0 });
  });

  it('a mistake is no reason to denylist', async () => {
    const each = runner([query('q', 'SELECT nothing FROM nowhere')]);
    for (let i = 0; i < 5; i++) await pass(each, 10);
    expect(row(each, 'q')).toMatchObject({ executions: 5, denylisted: 0 });
  });

  it('a slow query delays nobody', async () => {
    const each = runner([query('slow', `SELECT count(*) FROM (${endless})`), query('quick', "SELECT 'a' AS x")], { timeoutMs: 2000 });
    now += 10_000;
    each.tick();
    await until(() => lines().length === 1);
    expect(row(each, 'slow')).toMatchObject({ executions: 0 });
    await each.idle();
  });

  it('makes intervals longer or shorter by chance, once', async () => {
    const splay = (random: number) => ({ runner: { splayPercent: 20, random: () => random } });
    const early = runner([query('q', 'SELECT 1 AS x', { interval: 100 })], splay(0));
    await pass(early, 79);
    expect(row(early, 'q')).toMatchObject({ executions: 0 });
    await early.stop();
    const again = runner([query('q', 'SELECT 1 AS x', { interval: 100 })], splay(1));
    await pass(again, 1);
    expect(row(again, 'q')).toMatchObject({ executions: 1 });
  });

  it('runs those of a startup priority at once, and none of a pack that is not active', async () => {
    const each = runner([query('first', 'SELECT 1 AS x', { startupPriority: 1 }), query('off', 'SELECT 1 AS x', { pack: 'p' })], {
      runner: { active: () => false },
    });
    each.start();
    await each.idle();
    await pass(each, 10);
    expect([row(each, 'first'), row(each, 'off')]).toMatchObject([{ executions: 2 }, { executions: 0 }]);
    await each.stop();
  });

  it('measures what a query costs', async () => {
    const each = runner([
      query('q', 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2000000) SELECT max(x) AS x FROM c'),
    ]);
    await pass(each, 10);
    expect(Number(row(each, 'q')?.['user_time'])).toBeGreaterThan(20);
    expect(Number(row(each, 'q')?.['wall_time_ms'])).toBeGreaterThanOrEqual(Number(row(each, 'q')?.['user_time']));
  });
});
