import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir, release } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

/** A small module made for the running kernel: the system's, or of the kernels that the kernel matrix fetches. Undefined when there is none. */
function smallModule(): string | undefined {
  const folders = ['', ...['5.10', '6.1', '6.12'].map((kernel) => join(homedir(), '.cache/shrike/vm', kernel, 'root'))];
  const files = folders.flatMap((folder) => ['ko', 'ko.xz'].map((end) => `${folder}/lib/modules/${release()}/kernel/lib/crc7.${end}`));
  return existsSync('/proc/modules') ? files.find((file) => existsSync(file)) : undefined;
}

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

  it('has a module that is loaded and unloaded, by its own name', async (context) => {
    const file = smallModule();
    if (file === undefined) return context.skip('this kernel has no modules, or none are here');
    execFileSync('insmod', [file]);
    execFileSync('rmmod', ['crc7']);
    const rows = await agent.current.waitFor("SELECT * FROM kernel_module_events WHERE name = 'crc7' ORDER BY eid", [], { count: 2 });
    expect(rows).toMatchObject([
      { operation: 'load', success: 1, error: 0 },
      { operation: 'unload', syscall: 'delete_module', success: 1, error: 0 },
    ]);
    // insmod unpacks what is compressed, and loads it from memory.
    if (file.endsWith('.ko')) expect(rows[0]).toMatchObject({ syscall: 'finit_module', file_path: file, fileless: 0 });
  });
});
