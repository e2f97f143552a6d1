import { mkdtempSync, realpathSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Outcome, programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

const variants = [
  ['by the program itself', []],
  ['by a worker', ['async']],
  ['taken from the queue by a kernel thread', ['sqpoll']],
] as const;

/** Act → operation in the table, and which of `path` and `dest_path` the act's names are in. */
const operations = [
  ['openat', 'openat'],
  ['openat2', 'openat2'],
  ['unlink', 'unlinkat'],
  ['rename', 'renameat'],
  ['mkdir', 'mkdirat'],
  ['symlink', 'symlinkat'],
  ['link', 'linkat'],
] as const;

// EINVAL from the ring itself: this kernel has no such operation.
const unknownHere = (outcome: Outcome, op: string): boolean => theAct(outcome, op).errno === 22;

describeSensor('io_uring_events', (agent) => {
  const top = realpathSync(temporaryFolder());
  const rowOf = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM io_uring_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: `SELECT pid, operation, path, result, user_data FROM io_uring_events WHERE pid = ${pid}`,
    });

  it.each(operations.flatMap(([act, operation]) => variants.map(([how, words]) => [act, how, operation, words] as const)))(
    'has %s, %s, with its names and its result',
    async (name, _how, operation, words) => {
      const outcome = await runProgram('io_uring', name, mkdtempSync(`${top}/`), ...words);
      if (unknownHere(outcome, name)) return;
      const act = theAct(outcome, name);
      const row = await rowOf(outcome.pid, operation);
      expect(row).toMatchObject({
        path: act['path'],
        result: act.ret,
        success: 1,
        error: 0,
        executable: programPath('io_uring'),
        sqpoll: words[0] === 'sqpoll' ? 1 : 0,
      });
      if (act['target'] !== '') expect(row['dest_path']).toBe(act['target']);
      expect(row['path_source']).toMatch(/^(kernel|argument)$/);
    },
  );

  it.each(variants)('has a connect, %s, with where it goes', async (_how, words) => {
    const outcome = await runProgram('io_uring', 'connect', top, ...words);
    const act = theAct(outcome, 'connect');
    expect(await rowOf(outcome.pid, 'connect')).toMatchObject({
      remote_address: '127.0.0.1',
      remote_port: act['remote_port'],
      result: 0,
      success: 1,
    });
  });

  it('has the ring itself, with what was asked of it', async () => {
    const outcome = await runProgram('io_uring', 'statx', top, 'sqpoll');
    expect(await rowOf(outcome.pid, 'setup')).toMatchObject({ flags: 'IORING_SETUP_SQPOLL', sqpoll: 1, size: 8, success: 1, opcode: null });
    const rows = await agent.current.query('SELECT operation FROM io_uring_events WHERE pid = ?', [outcome.pid]);
    // A file's status is read, and nothing more: no row.
    expect(rows).toEqual([{ operation: 'setup' }]);
  });

  it('has a socket and the first that is sent on it', async () => {
    const made = await runProgram('io_uring', 'socket', top);
    if (!unknownHere(made, 'socket'))
      expect(await rowOf(made.pid, 'socket')).toMatchObject({ family: 'inet', result: theAct(made, 'socket').ret });
    const sent = await runProgram('io_uring', 'send', top);
    expect(await rowOf(sent.pid, 'send')).toMatchObject({ size: 12, result: 12 });
  });
});
