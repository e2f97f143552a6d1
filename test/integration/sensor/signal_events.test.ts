import { expect, it } from 'vitest';
import { runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('signal_events', (agent) => {
  const rowOf = (pid: number, target: unknown, signal: number) =>
    agent.current.waitForRow('SELECT * FROM signal_events WHERE pid = ? AND target_pid = ? AND signal = ?', [pid, target, signal], {
      hint: 'SELECT pid, operation, signal, target_pid, error FROM signal_events ORDER BY eid DESC LIMIT 10',
    });

  it.each([
    ['kill', 'kill', 'SI_USER'],
    ['tgkill', 'tgkill', 'SI_TKILL'],
    ['queue', 'rt_sigqueueinfo', 'SI_QUEUE'],
    ['pidfd', 'pidfd_send_signal', 'SI_USER'],
  ])('has a signal sent by %s, with who got it', async (mode, operation, code) => {
    const outcome = await runProgram('signals', mode);
    const act = outcome.acts[0];
    const row = await rowOf(outcome.pid, act?.['target'], 10);
    expect(row).toMatchObject({ operation, code, signal_name: 'SIGUSR1', result: 'delivered', success: 1, error: 0 });
    expect(row['path']).toMatch(/\/signals$/);
    expect(row['target_path']).toMatch(/\/signals$/);
    expect(row['target_exec_id']).not.toBe(row['exec_id']);
    const exit = await agent.current.waitForRow('SELECT exec_id FROM process_exit_events WHERE pid = ?', [act?.['target']]);
    expect(row['target_exec_id']).toBe(exit['exec_id']);
  });

  it('has a signal that found nobody, with its error', async () => {
    const act = theAct(await runProgram('signals', 'missing'), 'kill');
    expect(await rowOf(act.pid, act['target'], 10)).toMatchObject({
      operation: 'kill',
      success: 0,
      error: 3,
      target_exec_id: null,
      result: null,
    });
  });

  it('has signal 0, which only asks', async () => {
    const act = theAct(await runProgram('signals', 'zero'), 'kill');
    const row = await rowOf(act.pid, act['target'], 0);
    expect(row).toMatchObject({ operation: 'kill', success: 1 });
    expect(row['target_path']).toMatch(/\/signals$/);
  });

  it('has the signal that ends a process', async () => {
    const act = theAct(await runProgram('signals', 'kill'), 'kill');
    expect(await rowOf(act.pid, act['target'], 9)).toMatchObject({ operation: 'kill', signal_name: 'SIGKILL' });
  });

  it('has a fault at address 0', async () => {
    const act = theAct(await runProgram('lifetimes', 'crash'), 'crash');
    expect(await rowOf(Number(act['child']), act['child'], 11)).toMatchObject({ operation: 'kernel', code: 'SEGV_MAPERR', address: 0 });
  });

  it('has a fault that ends a process, as the kernel’s', async () => {
    const act = theAct(await runProgram('faults', 'segv'), 'segv');
    const row = await rowOf(Number(act['child']), act['child'], 11);
    expect(row).toMatchObject({ operation: 'kernel', signal_name: 'SIGSEGV', code: 'SEGV_MAPERR', address: 4096, syscall: null });
  });

  it('has a process that seccomp ends', async () => {
    const act = theAct(await runProgram('faults', 'seccomp'), 'seccomp');
    expect(await rowOf(Number(act['child']), act['child'], 31)).toMatchObject({
      operation: 'kernel',
      signal_name: 'SIGSYS',
      code: 'SYS_SECCOMP',
    });
  });

  it('has a signal that pretends to come from a timer, as its sender’s', async () => {
    const act = theAct(await runProgram('disguises', 'forged-signal'), 'queue');
    expect(await rowOf(act.pid, act['target'], 15)).toMatchObject({ operation: 'rt_sigqueueinfo', code: 'SI_TIMER', success: 1 });
  });

  it('knows a process by whatever number it has in its sender’s namespace', async () => {
    const outcome = await runProgram('disguises', 'small-numbers');
    const init = theAct(outcome, 'init')['child'];
    expect(theAct(outcome, 'zero')['target']).toBe(2);
    const row = await agent.current.waitForRow('SELECT * FROM signal_events WHERE pid = ? AND signal = 0', [init]);
    const exit = await agent.current.waitForRow('SELECT pid, exec_id FROM process_exit_events WHERE parent = ?', [init]);
    expect(row).toMatchObject({ operation: 'kill', target_pid: exit['pid'], target_exec_id: exit['exec_id'] });
  });

  it('leaves out what a process sends itself and faults it handles, and counts them', async () => {
    const before = await agent.current.counters('signal_events');
    const outcome = await runProgram('faults', 'own');
    await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
    expect(await agent.current.query('SELECT * FROM signal_events WHERE pid = ?', [outcome.pid])).toEqual([]);
    const after = await agent.current.counters('signal_events');
    expect(Number(after['filtered']) - Number(before['filtered'])).toBeGreaterThanOrEqual(2);
  });
});
