import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Agent } from '../support/agent.ts';
import { loadedPrograms, programsOf } from '../support/bpf-programs.ts';
import { runProgram } from '../support/programs.ts';
import { describeWith, patience, sensorNeeds } from '../support/requirements.ts';

/** Each start costs seconds of processor time, most of them the kernel's verifier's. */
const rounds = patience > 1 ? 3 : process.env['CI'] === 'true' ? 10 : 3;

describeWith(sensorNeeds, 'an agent that starts and ends', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'shrike-lifetime-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  /** Waits until the kernel has let go of these programs: it frees them a moment after their last user. */
  const gone = async (ids: readonly number[]) => {
    const deadline = Date.now() + 5000 * patience;
    for (;;) {
      const loaded = await loadedPrograms();
      const left = ids.filter((id) => loaded.has(id)).map((id) => loaded.get(id));
      if (left.length === 0 || Date.now() > deadline) return left;
    }
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('leaves nothing attached after %s', async (signal) => {
    const agent = await Agent.start({ dataDir });
    const held = programsOf(agent.pid);
    expect(held.length).toBeGreaterThan(0);
    const code = await agent.stop(signal);
    expect(code).toBe(signal === 'SIGKILL' ? 'SIGKILL' : 0);
    expect(await gone(held)).toEqual([]);
  });

  it(`restarts ${rounds} times on one data folder and works each time`, async () => {
    const held: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const agent = await Agent.start({ dataDir });
      held.push(...programsOf(agent.pid));
      // One in ten is killed rather than asked to end.
      const outcome = await runProgram('lifetimes', 'exit', 0);
      await agent.waitForRow('SELECT eid FROM process_events WHERE pid = ?', [outcome.pid]);
      await agent.stop(round % 10 === 9 ? 'SIGKILL' : 'SIGTERM');
    }
    expect(await gone(held)).toEqual([]);
  }, 900_000);

  it('refuses a data folder that another agent uses', async () => {
    const agent = await Agent.start({ dataDir });
    await expect(Agent.start({ dataDir })).rejects.toThrow(/instead of getting ready[\s\S]*(another|already)/i);
    await agent.stop();
  });

  it('does not grow while it answers', async () => {
    const agent = await Agent.start();
    const resident = () => Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${agent.pid}/status`, 'utf8'))?.[1]);
    const ask = async (times: number) => {
      for (let i = 0; i < times; i++) await agent.query('SELECT pid, path, cmdline FROM process_events ORDER BY eid DESC LIMIT 20');
    };
    await ask(200);
    const before = resident();
    await ask(800 / patience);
    const growth = resident() - before;
    await agent.stop();
    // Heaps breathe: 20 MiB over 800 answers is breath, 50 KiB each would not be.
    expect(growth).toBeLessThan(20 * 1024);
  });
});
