import { mkdtempSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Outcome, programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

const variants = [[], ['async'], ['sqpoll']] as const;

/** Act of io_uring → operation in process_file_events. */
const files = [
  ['openat', 'create'],
  ['openat2', 'create'],
  ['unlink', 'unlink'],
  ['rename', 'rename'],
  ['mkdir', 'mkdir'],
  ['symlink', 'symlink'],
  ['link', 'link'],
] as const;

// EINVAL from the ring itself: this kernel has no such operation (mkdir, symlink and link came with 5.15).
const unknownHere = (outcome: Outcome, op: string): boolean => theAct(outcome, op).errno === 22;

describeSensor('work done through io_uring', (agent) => {
  const top = temporaryFolder();

  it.each(files.flatMap(([op, operation]) => variants.map((variant) => [op, variant.join(' ') || 'at once', operation, variant] as const)))(
    'is in process_file_events: %s, %s',
    async (op, _how, operation, variant) => {
      const folder = mkdtempSync(`${top}/`);
      const outcome = await runProgram('io_uring', op, folder, ...variant);
      if (unknownHere(outcome, op)) return;
      const act = theAct(outcome, op);
      const row = await agent.current.waitForRow('SELECT * FROM process_file_events WHERE pid = ? AND io_uring = 1', [outcome.pid], {
        hint: `SELECT pid, operation, path, dest_path, io_uring FROM process_file_events WHERE path LIKE '${folder}%'`,
      });
      expect(row).toMatchObject({ operation, path: act['path'], success: 1, executable: programPath('io_uring'), io_uring: 1 });
      if (op === 'rename' || op === 'link') expect(row['dest_path']).toBe(act['target']);
    },
  );

  it.each(variants.map((variant) => [variant.join(' ') || 'at once', variant] as const))(
    'is in socket_events: connect, %s',
    async (_how, variant) => {
      const outcome = await runProgram('io_uring', 'connect', '/tmp', ...variant);
      const row = await agent.current.waitForRow(
        "SELECT * FROM socket_events WHERE pid = ? AND action = 'connect' AND io_uring = 1",
        [outcome.pid],
        {
          hint: `SELECT pid, action, remote_port, io_uring FROM socket_events WHERE pid = ${outcome.pid}`,
        },
      );
      expect(row).toMatchObject({
        remote_address: '127.0.0.1',
        remote_port: theAct(outcome, 'connect')['remote_port'],
        path: programPath('io_uring'),
      });
    },
  );
});
