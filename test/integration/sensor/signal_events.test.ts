import { expect, it } from 'vitest';
import { programPath, runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('signal_events', (agent) => {
  const row = (pid: unknown, operation: string, more = '') =>
    agent.current.waitForRow(`SELECT * FROM signal_events WHERE pid = ? AND operation = ? ${more} ORDER BY eid`, [pid, operation], {
      hint: `SELECT pid, operation, signal, target_pid FROM signal_events ORDER BY eid DESC LIMIT 8`,
    });

  it.each([
    ['kill', 'kill', 'kill', 'SI_USER'],
    ['tgkill', 'tgkill', 'tgkill', 'SI_TKILL'],
    ['queue', 'sigqueue', 'rt_sigqueueinfo', 'SI_QUEUE'],
    ['pidfd', 'pidfd_send_signal', 'pidfd_send_signal', 'SI_USER'],
  ])('has who signals whom: %s', async (mode, name, operation, code) => {
    const outcome = await runProgram('signals', mode);
    const act = theAct(outcome, name);
    expect(await row(outcome.pid, operation, 'AND signal = 10')).toMatchObject({
      signal_name: 'SIGUSR1',
      target_pid: act['target'],
      target_path: programPath('signals'),
      code,
      success: 1,
      error: 0,
      path: programPath('signals'),
    });
  });

  it('has the signal that ends a process', async () => {
    const outcome = await runProgram('signals', 'kill');
    expect(await row(outcome.pid, 'kill', 'AND signal = 9')).toMatchObject({ signal_name: 'SIGKILL', success: 1 });
  });

  it('has an attempt on a process that is not there', async () => {
    const outcome = await runProgram('signals', 'missing');
    expect(await row(outcome.pid, 'kill', 'AND success = 0')).toMatchObject({ target_pid: 4194304, error: 3 });
  });

  it('has a fatal signal from the kernel', async () => {
    // A jump to address 0 in a program of its own: the kernel, not a process, sends SIGSEGV.
    const outcome = await runProgram('lifetimes', 'crash');
    const child = theAct(outcome, 'crash')['child'];
    expect(await row(child, 'kernel')).toMatchObject({ signal: 11, signal_name: 'SIGSEGV', code: 'SEGV_MAPERR', address: 0 });
  });
});
