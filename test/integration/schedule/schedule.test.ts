import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../support/agent.ts';
import { describeWith, patience, sensorNeeds } from '../support/requirements.ts';

let folder = '';
let agent: Agent | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-packs-'));
});
afterEach(async () => {
  await agent?.stop('SIGKILL');
  agent = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly name: string;
  readonly action: string;
  readonly counter: number;
  readonly columns: Readonly<Record<string, string>>;
  readonly decorations?: Readonly<Record<string, string>>;
}

const lines = (name: string, log = 'results.log'): Line[] => {
  try {
    const all = readFileSync(join(folder, 'data', log), 'utf8')
      .trimEnd()
      .split('\n');
    return all.map((line) => JSON.parse(line) as Line).filter((line) => line.name === name);
  } catch {
    return [];
  }
};

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 20_000 * patience; !holds(); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > end) throw new Error(`never came: ${what}\n${agent?.log}`);
}

async function start(config: unknown, args: readonly string[] = []): Promise<Agent> {
  mkdirSync(join(folder, 'data', 'packs'), { recursive: true });
  writeFileSync(join(folder, 'data', 'packs', 'test.conf'), typeof config === 'string' ? config : JSON.stringify(config));
  agent = await Agent.start({ dataDir: join(folder, 'data'), config: 'schedule: {splay_percent: 0, budget_ms: 1500}\n', args });
  return agent;
}

const watched = () => join(folder, 'watched');

describe('the schedule in the agent', () => {
  it('runs packs, tells differences with decorations, and goes on after a crash where it was', async () => {
    mkdirSync(watched());
    writeFileSync(join(watched(), 'a'), '');
    const config = {
      schedule: { names: { query: `SELECT filename FROM file WHERE directory = "${watched()}" AND type = 'regular'`, interval: 1 } },
      packs: {
        on: {
          discovery: ['SELECT 1 FROM processes WHERE pid = 1'],
          queries: { snap: { query: 'SELECT count(*) AS users FROM everyone', interval: 1, snapshot: true } },
        },
        off: { discovery: ['SELECT 1 FROM processes WHERE pid = -1'], queries: { never: { query: 'SELECT 1 AS one', interval: 1 } } },
      },
      views: { everyone: 'SELECT * FROM users' },
      decorators: { load: ["SELECT 'lab' AS site"], always: ['SELECT uid AS root FROM users WHERE uid = 0'] },
    };
    await start(config, ['--no-bpf']);
    await until(() => lines('names').length === 1, 'the first row');
    expect(lines('names')[0]).toMatchObject({
      action: 'added',
      counter: 0,
      columns: { filename: 'a' },
      decorations: { site: 'lab', root: '0' },
    });
    await until(() => lines('pack_on_snap', 'snapshots.log').length > 1, 'snapshots over a view');
    await agent?.stop('SIGKILL');
    writeFileSync(join(watched(), 'b'), '');
    const second = await start(config, ['--no-bpf']);
    await until(() => lines('names').length === 2, 'what changed while no agent ran');
    expect(lines('names')[1]).toMatchObject({ action: 'added', counter: 1, columns: { filename: 'b' } });
    expect(lines('pack_off_never')).toEqual([]);
    expect(await second.query('SELECT name, active FROM osquery_packs ORDER BY name')).toEqual([
      { name: 'off', active: 0 },
      { name: 'on', active: 1 },
    ]);
    const row = await second.waitForRow("SELECT * FROM osquery_schedule WHERE name = 'names' AND executions > 2");
    expect(row).toMatchObject({ interval: 1, denylisted: 0 });
  });

  it('keeps answering and running while a query takes all of its budget, and denylists that one', async () => {
    const slow = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) AS n FROM c';
    const running = await start(
      { schedule: { slow: { query: slow, interval: 1 }, quick: { query: 'SELECT unix_time FROM time', interval: 1 } } },
      ['--no-bpf'],
    );
    const row = await running.waitForRow("SELECT executions FROM osquery_schedule WHERE name = 'slow' AND denylisted = 1", [], {
      ms: 20_000,
    });
    expect(row).toEqual({ executions: 3 });
    expect(lines('quick').length).toBeGreaterThan(4);
  });

  it('reads packs again when they change, and passes over what cannot run', async () => {
    const running = await start(
      '{"schedule": {"bad": {"query": "SELECT missing FROM users"}, # a comment\n "one": {"query": "SELECT 1 AS one", "interval": "1"},}}',
      ['--no-bpf'],
    );
    await running.waitForRow("SELECT 1 FROM osquery_schedule WHERE name = 'one'");
    expect(running.log).toContain('no such column: missing');
    writeFileSync(join(folder, 'data', 'packs', 'test.conf'), '{"schedule": {"two": {"query": "SELECT 2 AS two", "interval": 1}}}');
    await running.waitForRow("SELECT 1 FROM osquery_schedule WHERE name = 'two'", [], { ms: 25_000 });
    expect(await running.query('SELECT name FROM osquery_schedule')).toEqual([{ name: 'two' }]);
  });
});

describeWith(sensorNeeds, 'a scheduled query of events', () => {
  it('sees each event once', async () => {
    await start({ schedule: { execs: { query: "SELECT cmdline FROM process_events WHERE cmdline LIKE '%once-only%'", interval: 1 } } });
    await agent?.waitForRow("SELECT 1 FROM osquery_schedule WHERE name = 'execs' AND executions > 0");
    const count = 40;
    for (let i = 0; i < count; i++) {
      execFileSync('/bin/echo', [`once-only-${i}`]);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const seen = () => lines('execs').map(({ columns }) => /once-only-\d+/.exec(columns['cmdline'] ?? '')?.[0]);
    await until(() => new Set(seen()).size === count, 'every event');
    const executions = Number((await agent?.waitForRow("SELECT executions AS n FROM osquery_schedule WHERE name = 'execs'"))?.['n']);
    await agent?.waitForRow(`SELECT 1 FROM osquery_schedule WHERE name = 'execs' AND executions > ${executions + 1}`);
    expect(seen()).toHaveLength(count);
    expect(lines('execs')[0]?.counter).toBe(1);
  });
});
