import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { pause } from '../support/agent-client.ts';
import { orphanPrograms } from '../support/bpf-programs.ts';
import { describeWith, patience, sensorNeeds } from '../support/requirements.ts';

// Fifty take minutes; a leak of a descriptor shows in five.
const rounds = patience > 1 ? 3 : process.env['CI'] === 'true' ? 50 : 5;

describeWith(sensorNeeds, 'a sensor started and stopped again and again in one process', () => {
  it(`leaves nothing attached and does not grow in ${rounds} rounds`, { timeout: 600_000 }, async () => {
    const before = await orphanPrograms();
    const child = spawnSync(process.execPath, [new URL('../support/restart-sensor.mjs', import.meta.url).pathname, `${rounds}`], {
      encoding: 'utf8',
    });
    expect(child.stderr).toBe('');
    // The script prints this and nothing else.
    const result = JSON.parse(child.stdout) as { rss: number[]; problems: string[]; descriptors: number[] };
    expect(result.problems).toEqual([]);
    expect(result.descriptors.at(-1)).toBe(result.descriptors[0]);
    // The first rounds fill caches and arenas; from then on it must not climb.
    const [early, late] = [result.rss[Math.min(9, rounds - 2)] ?? 0, result.rss.at(-1) ?? 0];
    expect(late - early).toBeLessThan(16 << 20);
    // The kernel frees a program a moment after its last user, and agents of others may be on their way out.
    let left: readonly string[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      left = [...(await orphanPrograms())].filter(([id]) => !before.has(id)).map(([, name]) => name);
      if (left.length === 0) break;
      await pause(500);
    }
    expect(left).toEqual([]);
  });
});
