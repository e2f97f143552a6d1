import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Row } from '../support/agent-client.ts';
import { programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

/** Act of file_ops → what its row must say beside path, process and success. */
const operations: readonly (readonly [act: string, operation: string, more: Readonly<Record<string, unknown>>])[] = [
  ['create', 'create', { mode: '0640', flags: expect.stringContaining('O_CREAT') }],
  ['open_write', 'open', { flags: expect.stringContaining('O_WRONLY') }],
  ['open_append', 'open', { flags: expect.stringContaining('O_APPEND') }],
  ['openat2', 'create', { syscall: 'openat2' }],
  ['relative', 'create', {}],
  ['rename', 'rename', {}],
  ['rename_over', 'rename', {}],
  ['exchange', 'rename', { syscall: 'renameat2', flags: 'RENAME_EXCHANGE' }],
  ['unlink', 'unlink', {}],
  ['link', 'link', {}],
  ['symlink', 'symlink', {}],
  ['chmod', 'chmod', { mode: '4755' }],
  ['fchmod', 'chmod', { mode: '0700' }],
  ['fchmodat', 'chmod', { mode: '0711' }],
  ['chown', 'chown', { new_uid: 1000, new_gid: 1001 }],
  ['truncate', 'truncate', { size: 10 }],
  ['ftruncate', 'truncate', { size: 20 }],
  ['mkdir', 'mkdir', { mode: '0750' }],
  ['rmdir', 'rmdir', {}],
  ['setxattr', 'setxattr', { attribute: 'trusted.shrike' }],
  ['removexattr', 'removexattr', { attribute: 'trusted.shrike' }],
  ['mknod', 'mknod', {}],
];

describeSensor('process_file_events', (agent) => {
  const folder = temporaryFolder();
  // The two races each make their files, which is no open.
  const elsewhere = temporaryFolder();
  /** Rows of a process in the order they happened, once there is one that `sql` selects. */
  const rowsOf = async (pid: number, sql: string, params: readonly unknown[]): Promise<Row> =>
    agent.current.waitForRow(`SELECT * FROM process_file_events WHERE pid = ? AND ${sql}`, [pid, ...params], {
      hint: `SELECT operation, path, dest_path, success, error, syscall, path_source FROM process_file_events WHERE pid = ${pid}`,
    });

  it.each(operations)('has %s as %s', async (name, operation, more) => {
    const outcome = await runProgram('file_ops', folder, name);
    const act = theAct(outcome, name);
    expect(act.errno).toBe(0);
    const row = await rowsOf(outcome.pid, 'operation = ? AND path = ?', [operation, act['path']]);
    expect(row).toMatchObject({
      success: 1,
      error: 0,
      uid: 0,
      executable: programPath('file_ops'),
      cmdline: `${programPath('file_ops')} ${folder} ${name}`,
      parent_path: process.execPath,
      io_uring: 0,
      partial: 0,
      ...more,
    });
    if (act['target'] !== undefined) expect(row['dest_path']).toBe(act['target']);
  });

  it('says that an open emptied the file', async () => {
    const outcome = await runProgram('file_ops', folder, 'open_truncate');
    const row = await rowsOf(outcome.pid, "path = ? AND flags LIKE '%O_TRUNC%'", [join(folder, 'emptied')]);
    expect(['open', 'truncate']).toContain(row['operation']);
  });

  it('has the inode, device and file system of an opened file', async () => {
    const outcome = await runProgram('file_ops', folder, 'create').catch(() => undefined);
    const other = await runProgram('file_ops', folder, 'open_write');
    expect(outcome).toBeDefined();
    const { ino } = statSync(join(folder, 'written'));
    const row = await rowsOf(other.pid, "operation = 'open' AND path = ?", [join(folder, 'written')]);
    expect(row).toMatchObject({ inode: ino, path_source: 'kernel' });
    expect(row['fstype']).toEqual(expect.any(String));
  });

  it('does not have reads of files that nobody watches', async () => {
    const outcome = await runProgram('file_ops', folder, 'open_read');
    await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
    const rows = await agent.current.query('SELECT operation, path FROM process_file_events WHERE pid = ?', [outcome.pid]);
    // The file is made first, which is an event; that it is then opened to be read is not.
    expect(rows.map((row) => row['operation'])).not.toContain('read');
    expect(rows.length).toBeLessThanOrEqual(1);
  });

  it('has a removal that failed, with its error', async () => {
    const outcome = await runProgram('file_ops', folder, 'unlink_missing');
    const row = await rowsOf(outcome.pid, "operation = 'unlink'", []);
    expect(row).toMatchObject({ success: 0, error: 2, path: join(folder, 'never-there') });
  });

  it('has reads of the paths that are watched by default', async () => {
    const outcome = await runProgram('read_file', '/etc/shadow');
    const row = await rowsOf(outcome.pid, "operation = 'read'", []);
    expect(row).toMatchObject({ path: '/etc/shadow', success: 1, executable: programPath('read_file'), path_source: 'kernel' });
  });

  it('is not fooled by a path that changes in memory between the call and its use', async () => {
    const outcome = await runProgram('path_race', 'memory', folder, 400);
    const race = theAct(outcome, 'race_memory');
    const counts = async () => {
      const rows = await agent.current.query(
        "SELECT path, count(*) AS n FROM process_file_events WHERE pid = ? AND operation = 'open' AND success = 1 GROUP BY path",
        [outcome.pid],
      );
      return Object.fromEntries(rows.map((row) => [row['path'], row['n']]));
    };
    await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
    // Making the two files was a create each; every open afterwards has the name of the file it really reached.
    expect(await counts()).toEqual({ [String(race['decoy'])]: race['decoy_opens'], [String(race['target'])]: race['target_opens'] });
  });

  it('has every open of two files that are exchanged meanwhile', async () => {
    const outcome = await runProgram('path_race', 'rename', elsewhere, 400);
    const race = theAct(outcome, 'race_rename');
    await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
    const [row] = await agent.current.query(
      "SELECT count(*) AS n, sum(inode = ?) AS target FROM process_file_events WHERE pid = ? AND operation = 'open' AND success = 1",
      [race['target_inode'], outcome.pid],
    );
    expect(row).toEqual({ n: Number(race['decoy_opens']) + Number(race['target_opens']), target: race['target_opens'] });
  });
});

describeSensor(
  'a watch list of one’s own',
  (agent) => {
    const secrets = '/var/tmp/shrike-watched';

    it('reports reads that a glob matches and no others', async () => {
      mkdirSync(`${secrets}/deep/er`, { recursive: true });
      for (const name of ['one.key', 'one.txt', 'deep/er/two.txt']) writeFileSync(join(secrets, name), 'x');
      const outcome = await runProgram(
        'read_file',
        `${secrets}/one.key`,
        `${secrets}/one.txt`,
        `${secrets}/deep/er/two.txt`,
        '/etc/shadow',
      );
      await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
      const rows = await agent.current.query("SELECT path FROM process_file_events WHERE pid = ? AND operation = 'read' ORDER BY eid", [
        outcome.pid,
      ]);
      expect(rows.map((row) => row['path'])).toEqual([`${secrets}/one.key`, `${secrets}/deep/er/two.txt`]);
    });

    it('has the attempt to read a watched file that is not there', async () => {
      const outcome = await runProgram('read_file', `${secrets}/none.key`);
      expect(
        await agent.current.waitForRow("SELECT * FROM process_file_events WHERE pid = ? AND operation = 'read'", [outcome.pid]),
      ).toMatchObject({ success: 0, error: 2 });
    });
  },
  { config: "sensor:\n  watch:\n    reads: ['/var/tmp/shrike-watched/*.key', '/var/tmp/shrike-watched/deep/**']\n" },
);
