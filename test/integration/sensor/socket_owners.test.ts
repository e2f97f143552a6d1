import { expect, it } from 'vitest';
import { programPath, runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('socket_events of the dead', (agent) => {
  it('knows whose a connection was that ends long after its process', { timeout: 60_000 }, async () => {
    // Longer than the process tree remembers the dead.
    const outcome = await runProgram('orphan_socket', 8000);
    const { port, remote_port } = theAct(outcome, 'connect');
    const mine =
      "SELECT exec_id, path, cmdline, duration, error FROM socket_events WHERE pid = ? AND local_port = ? AND remote_port = ? AND direction = 'outgoing'";
    const connect = await agent.current.waitForRow(`${mine} AND action = 'connect'`, [outcome.pid, port, remote_port]);
    const close = await agent.current.waitForRow(`${mine} AND action = 'close'`, [outcome.pid, port, remote_port], { ms: 30_000 });
    expect(close).toMatchObject({ exec_id: connect['exec_id'], path: programPath('orphan_socket'), cmdline: connect['cmdline'] });
    expect(Number(close['duration'])).toBeGreaterThan(7e9);
  });
});
