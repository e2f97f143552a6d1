import { expect, it } from 'vitest';
import type { AgentClient } from '../support/agent-client.ts';
import { programPath, runProgram, theAct } from '../support/programs.ts';
import { patience } from '../support/requirements.ts';
import { describeSensor } from '../support/sensor.ts';

const stormRows = async (agent: AgentClient): Promise<number> => {
  const [row] = await agent.query("SELECT count(*) AS n FROM process_events WHERE cmdline = 'tiny' AND filename = ?", [
    programPath('tiny'),
  ]);
  return Number(row?.['n']);
};

/** Counts until two looks in a row agree: everything on its way has arrived. */
async function settled(agent: AgentClient): Promise<number> {
  for (let last = -1; ; ) {
    const rows = await stormRows(agent);
    if (rows === last) return rows;
    last = rows;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const lost = (counters: Readonly<Record<string, number>>): number =>
  Object.entries(counters)
    .filter(([stage]) => stage.startsWith('lost_'))
    .reduce((sum, [, value]) => sum + value, 0);

describeSensor('a storm of execs at 2,000 a second', (agent) => {
  const count = patience === 1 ? 20_000 : 1000;

  it(`has all of ${count} and loses nothing`, { timeout: 120_000 * patience }, async () => {
    const before = await agent.current.counters('process_events');
    const storm = theAct(await runProgram('exec_storm', count, patience === 1 ? 2000 : 100, 2), 'exec_storm');
    expect(storm['failed']).toBe(0);
    expect(await settled(agent.current)).toBe(storm['execs']);
    expect(lost(await agent.current.counters('process_events')) - lost(before)).toBe(0);
  });
});

// A ring this small overflows at once.
describeSensor(
  'a storm that is too much',
  (agent) => {
    it('accounts for every exec: what the generator did is what is there plus what was lost', { timeout: 120_000 * patience }, async () => {
      const storm = theAct(await runProgram('exec_storm', patience === 1 ? 20_000 : 1000, 0, 4), 'exec_storm');
      const rows = await settled(agent.current);
      const counters = await agent.current.counters('process_events');
      // Other programs of the machine lose events as well: the storm cannot have lost more than everybody together.
      expect(Number(storm['execs']) - rows).toBeLessThanOrEqual(lost(counters));
      expect(Number(storm['execs']) - rows).toBeGreaterThanOrEqual(0);
      // Nothing may go missing between two stages either.
      expect(counters['stored']).toBe(Number(counters['produced']) - lost(counters) - Number(counters['filtered'] ?? 0));
    });
  },
  { config: 'sensor:\n  buffers:\n    ring: 64KiB\n' },
);
