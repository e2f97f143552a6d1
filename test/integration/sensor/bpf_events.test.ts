import { expect, it } from 'vitest';
import { runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('bpf_events', (agent) => {
  const row = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM bpf_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: `SELECT operation, name, object_type FROM bpf_events WHERE pid = ${pid}`,
    });

  it('has a program as it is loaded', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-prog');
    expect(await row(outcome.pid, 'prog_load')).toMatchObject({
      object: 'prog',
      name: 'shrike_tester',
      object_type: 'socket_filter',
      instructions: 2,
      success: 1,
      error: 0,
      syscall: 'bpf',
    });
  });

  it('has a map as it is made', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-map');
    expect(await row(outcome.pid, 'map_create')).toMatchObject({
      object: 'map',
      name: 'shrike_map',
      object_type: 'hash',
      max_entries: 16,
      success: 1,
    });
  });

  it('has a program put on a socket', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-attach');
    expect(theAct(outcome, 'attach').errno).toBe(0);
    expect(await row(outcome.pid, 'socket_attach_bpf')).toMatchObject({ success: 1, syscall: 'setsockopt' });
  });

  it('does not report what the agent itself does', async () => {
    const rows = await agent.current.query('SELECT operation FROM bpf_events WHERE pid = ?', [agent.current.pid]);
    expect(rows).toEqual([]);
  });
});
