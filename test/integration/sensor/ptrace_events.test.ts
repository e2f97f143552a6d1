import { expect, it } from 'vitest';
import { runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('ptrace_events', (agent) => {
  const rowOf = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM ptrace_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: 'SELECT pid, operation, target_pid, error FROM ptrace_events ORDER BY eid DESC LIMIT 10',
    });

  it('has attaching, writing and letting go, with the process it was done to', async () => {
    const outcome = await runProgram('trace', 'attach');
    const target = theAct(outcome, 'attach')['target'];
    for (const operation of ['attach', 'pokedata', 'detach']) {
      const row = await rowOf(outcome.pid, operation);
      expect(row).toMatchObject({ syscall: 'ptrace', target_pid: target, success: 1, error: 0 });
      expect(row['target_path']).toMatch(/\/trace$/);
      expect(row['target_exec_id']).not.toBe(row['exec_id']);
    }
    expect(await rowOf(outcome.pid, 'pokedata')).toMatchObject({ value: 7 });
  });

  it('names the process acted on by the exec_id of its own rows', async () => {
    const act = theAct(await runProgram('trace', 'seize'), 'seize');
    const exit = await agent.current.waitForRow('SELECT exec_id FROM process_exit_events WHERE pid = ?', [act['target']]);
    expect(await rowOf(act.pid, 'seize')).toMatchObject({ target_exec_id: exit['exec_id'] });
  });

  it('has seize', async () => {
    const act = theAct(await runProgram('trace', 'seize'), 'seize');
    expect(await rowOf(act.pid, 'seize')).toMatchObject({ target_pid: act['target'], success: 1 });
  });

  it('has traceme, whose target is the caller itself', async () => {
    const act = theAct(await runProgram('trace', 'traceme'), 'traceme');
    const row = await rowOf(act.pid, 'traceme');
    expect(row).toMatchObject({ target_pid: act.pid, parent: act['target'], success: 1 });
    expect(row['target_exec_id']).toBe(row['exec_id']);
  });

  it.each([
    ['vm-read', 'process_vm_readv', 'vm_read'],
    ['vm-write', 'process_vm_writev', 'vm_write'],
  ])('has %s with address and length', async (mode, operation, name) => {
    const act = theAct(await runProgram('trace', mode), name);
    const row = await rowOf(act.pid, operation);
    expect(row).toMatchObject({ target_pid: act['target'], length: 8, success: 1 });
    expect(Number(row['address'])).toBeGreaterThan(4096);
  });

  it('knows a process by the number it has in its tracer’s namespace', async () => {
    const init = theAct(await runProgram('disguises', 'small-numbers'), 'init')['child'];
    const exit = await agent.current.waitForRow('SELECT pid, exec_id FROM process_exit_events WHERE parent = ?', [init]);
    expect(await rowOf(Number(init), 'attach')).toMatchObject({ target_pid: exit['pid'], target_exec_id: exit['exec_id'], success: 1 });
  });

  it('has an attempt that failed, with its error', async () => {
    const act = theAct(await runProgram('trace', 'attach-fails'), 'attach');
    expect(await rowOf(act.pid, 'attach')).toMatchObject({ target_pid: act['target'], target_exec_id: null, success: 0, error: 3 });
  });
});
