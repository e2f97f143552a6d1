import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { Agent } from '../support/agent.ts';
import { describeWith, patience, sensorNeeds } from '../support/requirements.ts';

/** Programs, maps and links of ours that the kernel holds. */
function held(): { programs: number; links: number } {
  const list = (what: string): unknown[] => JSON.parse(spawnSync('bpftool', ['-j', what, 'show'], { encoding: 'utf8' }).stdout || '[]');
  return { programs: list('prog').length, links: list('link').length };
}

const settle = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describeWith(sensorNeeds, 'an agent that is killed', () => {
  it('leaves nothing attached', { timeout: 120_000 * patience }, async () => {
    const agent = await Agent.start({ sensor: true });
    const during = held();
    expect(during.programs).toBeGreaterThan(0);
    await agent.stop('SIGKILL');
    await settle(1000 * patience);
    const after = held();
    expect(after.programs).toBeLessThan(during.programs);
    expect(after.links).toBeLessThan(during.links);
  });
});

describeWith(sensorNeeds, 'a sensor started and stopped fifty times in one process', () => {
  it('leaves nothing attached and does not grow', { timeout: 300_000 * patience }, () => {
    const rounds = patience === 1 ? 50 : 3;
    const before = held();
    const child = spawnSync(process.execPath, [new URL('../support/restart-sensor.mjs', import.meta.url).pathname, `${rounds}`], {
      encoding: 'utf8',
    });
    expect(child.stderr).toBe('');
    const result = JSON.parse(child.stdout) as { rss: number[]; problems: string[]; descriptors: number[] };
    expect(result.problems).toEqual([]);
    expect(result.descriptors.at(-1)).toBe(result.descriptors[0]);
    // The first rounds fill caches and arenas; from then on it must not climb.
    const [early, late] = [result.rss[Math.min(9, rounds - 2)] ?? 0, result.rss.at(-1) ?? 0];
    expect(late - early).toBeLessThan(16 << 20);
    expect(held().programs).toBeLessThanOrEqual(before.programs);
  });
});
