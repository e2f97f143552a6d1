/** Root that nothing explains: what is left of an attack on the kernel itself, which changes a process's ids without asking. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { eventLayout } from '../../../../src/agent/layout.ts';
import { native } from '../../../../src/native.ts';
import { tables } from '../../../../src/tables/index.ts';
import { connect } from '../tables.ts';
import { exec, setuid, signal, types, writeRecording } from './recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'shrike-recording-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
native().storeOpen({ memoryBytes: 64 << 20, tables: eventLayout(tables) });
const { db } = connect();
let recordings = 0;

/** Plays records and gives the privilege_events of a process. */
async function play(pid: number, records: readonly Buffer[]): Promise<unknown[]> {
  const file = join(folder, String(recordings++));
  writeRecording(file, records);
  const { problem } = native().sensorReplay({ bpfDir: '', ringBytes: 4096, watchReads: [], file, speed: 0 });
  expect(problem).toBe('');
  while (native().sensorStatus().running) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(native().sensorStop().problem).toBe('');
  return db
    .prepare('SELECT operation, path, old_euid, new_euid, escalated, caps_gained FROM privilege_events WHERE pid = ? ORDER BY eid')
    .safeIntegers(false)
    .all(pid);
}

it('has a process that is root all at once', async () => {
  const user = { pid: 101, uid: 1000 };
  const rows = await play(101, [
    exec(types.task, 'app', { ...user, ktime: 0n }),
    signal({ ...user, ktime: 1n }),
    signal({ pid: 101, uid: 0, ktime: 2n }),
    signal({ pid: 101, uid: 0, ktime: 3n }),
  ]);
  expect(rows).toMatchObject([{ operation: 'unexplained', path: '/app', old_euid: 1000, new_euid: 0, escalated: 1 }]);
});

it('has a process that is root from one exec to the next', async () => {
  const rows = await play(102, [
    exec(types.task, 'app', { pid: 102, uid: 1000, ktime: 0n }),
    exec(types.exec, 'sh', { pid: 102, uid: 0, ktime: 1n }),
  ]);
  expect(rows).toMatchObject([{ operation: 'unexplained', path: '/sh', old_euid: 1000, new_euid: 0, escalated: 1 }]);
});

it('knows a set-user-id program, and a call that was recorded, when it sees them', async () => {
  const user = { pid: 103, uid: 1000 };
  const rows = await play(103, [
    exec(types.task, 'app', { ...user, ktime: 0n }),
    exec(types.exec, 'su', { ...user, euid: 0, mode: 0o104755, ktime: 1n }),
    setuid({ pid: 103, uid: 0, ktime: 2n }),
    signal({ pid: 103, uid: 0, ktime: 3n }),
  ]);
  expect(rows).toMatchObject([
    { operation: 'exec_setuid', escalated: 1 },
    { operation: 'setuid', old_euid: 0, new_euid: 0, escalated: 0 },
  ]);
});

it('has capabilities that an exec gave to an ordinary user', async () => {
  const user = { pid: 104, uid: 1000 };
  const rows = await play(104, [
    exec(types.task, 'app', { ...user, ktime: 0n }),
    exec(types.exec, 'ping', { ...user, caps: 1n << 13n, ktime: 1n }),
  ]);
  expect(rows).toMatchObject([{ operation: 'exec_file_caps', caps_gained: 'CAP_NET_RAW', escalated: 1 }]);
});

it('does not take threads that differ for a moment for an attack', async () => {
  const user = { pid: 105, uid: 1000 };
  const rows = await play(105, [
    exec(types.task, 'app', { ...user, ktime: 0n }),
    signal({ pid: 105, tid: 106, uid: 0, ktime: 1n }),
    signal({ ...user, ktime: 2n }),
  ]);
  expect(rows).toEqual([]);
});
