import { expect, it } from 'vitest';
import { runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('kernel_module_events', (agent) => {
  const folder = temporaryFolder();
  const rowOf = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM kernel_module_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: 'SELECT pid, operation, name, file_path, error FROM kernel_module_events ORDER BY eid DESC LIMIT 10',
    });

  it('has a file that is no module, with its path and the error', async () => {
    const act = theAct(await runProgram('kernel_calls', 'finit-module', folder), 'finit_module');
    const row = await rowOf(act.pid, 'load');
    expect(row).toMatchObject({
      syscall: 'finit_module',
      file_path: act['path'],
      file_size: 4096,
      fileless: 0,
      params: 'parameter=1',
      success: 0,
      error: act.errno,
    });
    expect(row['path']).toMatch(/\/kernel_calls$/);
  });

  it('has a load from memory', async () => {
    const act = theAct(await runProgram('kernel_calls', 'init-module'), 'init_module');
    expect(await rowOf(act.pid, 'load')).toMatchObject({
      syscall: 'init_module',
      file_path: null,
      file_size: 4096,
      fileless: 1,
      success: 0,
      error: act.errno,
    });
  });

  it('has an unload that failed, with the name', async () => {
    const act = theAct(await runProgram('kernel_calls', 'delete-module', 'shrike_none'), 'delete_module');
    expect(await rowOf(act.pid, 'unload')).toMatchObject({ name: 'shrike_none', flags: 'O_NONBLOCK', success: 0, error: act.errno });
  });
});
