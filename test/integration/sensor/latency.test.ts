import { expect, it } from 'vitest';
import { runProgram } from '../support/programs.ts';
import { patience } from '../support/requirements.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('the time from an event to its row', (agent) => {
  // A busy neighbour on the machine is not the agent's doing.
  it('is under 100 ms for 99 of 100 events', { retry: 2, timeout: 60_000 * patience }, async () => {
    const delays: number[] = [];
    for (let i = 0; i < 200 / patience; i++) {
      const outcome = await runProgram('tiny');
      const end = performance.now();
      for (;;) {
        const rows = await agent.current.query('SELECT 1 FROM process_events WHERE pid = ? AND success = 1', [outcome.pid]);
        if (rows.length > 0) break;
        expect(performance.now() - end, 'milliseconds without a row').toBeLessThan(5000 * patience);
      }
      delays.push(performance.now() - end);
    }
    delays.sort((a, b) => a - b);
    expect(delays[Math.floor(delays.length * 0.99)]).toBeLessThan(100 * patience);
  });
});
