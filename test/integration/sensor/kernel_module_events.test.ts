import { expect, it } from 'vitest';
import { programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('kernel_module_events', (agent) => {
  const folder = temporaryFolder();
  const row = (pid: number) => agent.current.waitForRow('SELECT * FROM kernel_module_events WHERE pid = ?', [pid]);

  it('has an attempt to load a file that is no module', async () => {
    const outcome = await runProgram('kernel_calls', 'finit-module', folder);
    const act = theAct(outcome, 'finit_module');
    expect(await row(outcome.pid)).toMatchObject({
      operation: 'load',
      syscall: 'finit_module',
      success: 0,
      error: act.errno,
      file_path: `${folder}/garbage.ko`,
      params: 'parameter=1',
      path: programPath('kernel_calls'),
    });
  });

  it('has an attempt to load a module from memory', async () => {
    const outcome = await runProgram('kernel_calls', 'init-module');
    const act = theAct(outcome, 'init_module');
    expect(await row(outcome.pid)).toMatchObject({
      operation: 'load',
      syscall: 'init_module',
      success: 0,
      error: act.errno,
      fileless: 1,
      file_size: 4096,
    });
  });

  it('has an attempt to unload a module', async () => {
    const outcome = await runProgram('kernel_calls', 'delete-module', 'no_such_module');
    const act = theAct(outcome, 'delete_module');
    expect(await row(outcome.pid)).toMatchObject({ operation: 'unload', name: 'no_such_module', success: 0, error: act.errno });
  });
});
