import { expect, it } from 'vitest';
import { programPath, runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('ptrace_events', (agent) => {
  const row = (pid: unknown, operation: string) =>
    agent.current.waitForRow('SELECT * FROM ptrace_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: `SELECT pid, operation, target_pid FROM ptrace_events ORDER BY eid DESC LIMIT 5`,
    });

  it.each([
    ['attach', 'attach', 'attach'],
    ['attach', 'poke', 'pokedata'],
    ['attach', 'detach', 'detach'],
    ['seize', 'seize', 'seize'],
  ])('has who traces whom: %s, %s', async (mode, name, operation) => {
    const outcome = await runProgram('trace', mode);
    const act = theAct(outcome, name);
    expect(await row(outcome.pid, operation)).toMatchObject({
      target_pid: act['target'],
      target_path: programPath('trace'),
      success: 1,
      error: 0,
      syscall: 'ptrace',
    });
  });

  it('has a process that asks its parent to trace it', async () => {
    const outcome = await runProgram('trace', 'traceme');
    const act = theAct(outcome, 'traceme');
    expect(await row(act.pid, 'traceme')).toMatchObject({ success: 1 });
  });

  it('has an attempt on a process that is not there', async () => {
    const outcome = await runProgram('trace', 'attach-fails');
    expect(await row(outcome.pid, 'attach')).toMatchObject({ success: 0, error: 3, target_pid: 4194304 });
  });

  it.each([
    ['vm-write', 'vm_write', 'process_vm_writev'],
    ['vm-read', 'vm_read', 'process_vm_readv'],
  ])('has the memory of another process read or written: %s', async (mode, name, operation) => {
    const outcome = await runProgram('trace', mode);
    expect(await row(outcome.pid, operation)).toMatchObject({ target_pid: theAct(outcome, name)['target'], length: 8, success: 1 });
  });

  it('names the process acted on by the exec_id of its own rows', async () => {
    const outcome = await runProgram('trace', 'seize');
    const traced = await row(outcome.pid, 'seize');
    const end = await agent.current.waitForRow('SELECT exec_id FROM process_exit_events WHERE pid = ?', [
      theAct(outcome, 'seize')['target'],
    ]);
    expect(traced['target_exec_id']).toBe(end['exec_id']);
  });
});
