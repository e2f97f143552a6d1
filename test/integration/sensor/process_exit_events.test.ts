import { expect, it } from 'vitest';
import { runProgram, theAct } from '../support/programs.ts';
import { patience } from '../support/requirements.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('process_exit_events', (agent) => {
  const end = async (mode: string, number: number) => {
    const act = theAct(await runProgram('lifetimes', mode, number), mode);
    return agent.current.waitForRow('SELECT * FROM process_exit_events WHERE pid = ?', [act['child']]);
  };

  it('has the exit code', async () => {
    expect(await end('exit', 7)).toMatchObject({ exit_code: 7, signal: 0, cmdline: 'lifetimes end-exit 7' });
    expect(await end('exit', 0)).toMatchObject({ exit_code: 0, signal: 0 });
  });

  it('has the signal that ended a process instead of an exit code', async () => {
    expect(await end('signal', 15)).toMatchObject({ signal: 15, exit_code: null, core_dumped: 0 });
    expect(await end('signal', 9)).toMatchObject({ signal: 9, exit_code: null });
  });

  it('says how long a process lived, also one of five milliseconds', async () => {
    const row = await end('short', 5);
    expect(Number(row['duration'])).toBeGreaterThanOrEqual(5e6);
    expect(Number(row['duration'])).toBeLessThan(500e6 * patience);
    expect(Number(row['exec_duration'])).toBeLessThanOrEqual(Number(row['duration']));
  });

  it('joins the exec by exec_id', async () => {
    const act = theAct(await runProgram('lifetimes', 'exit', 3), 'exit');
    const row = await agent.current.waitForRow(
      'SELECT e.cmdline, x.exit_code FROM process_events e JOIN process_exit_events x USING (exec_id) WHERE e.pid = ? AND e.success = 1',
      [act['child']],
    );
    expect(row).toEqual({ cmdline: 'lifetimes end-exit 3', exit_code: 3 });
  });

  it('has one row for a process of many threads', async () => {
    const outcome = await runProgram('lifetimes', 'threads', 8);
    await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
    expect(await agent.current.query('SELECT count(*) AS n FROM process_exit_events WHERE pid = ?', [outcome.pid])).toEqual([{ n: 1 }]);
  });
});
