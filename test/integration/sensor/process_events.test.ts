import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Outcome, programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

const tiny = programPath('tiny');

describeSensor('process_events', (agent) => {
  const folder = temporaryFolder();

  /** Runs one way to exec and finds the row of the child it was done in. */
  const exec = async (mode: string, ...more: (string | number)[]) => {
    const outcome = await runProgram('exec_variants', mode, folder, ...more);
    const act = theAct(outcome, mode);
    const row = await agent.current.waitForRow(
      'SELECT *, argc, cmdline_size, overflows, truncated, env_count FROM process_events WHERE pid = ? AND syscall IS NOT NULL',
      [act['child']],
      {
        hint: 'SELECT pid, path, success, error FROM process_events ORDER BY eid DESC LIMIT 10',
      },
    );
    return { outcome, act, row };
  };
  const parentOf = (outcome: Outcome) => outcome.pid;

  it('has a successful exec with path, arguments, parent and identity', async () => {
    const { outcome, row } = await exec('plain');
    const { ino, dev } = statSync(tiny);
    expect(row).toMatchObject({
      path: tiny,
      cmdline: 'tiny one two words',
      argc: 3,
      success: 1,
      error: 0,
      syscall: 'execve',
      filename: tiny,
      cwd: folder,
      fileless: 0,
      truncated: 0,
      parent: parentOf(outcome),
      parent_path: programPath('exec_variants'),
      parent_cmdline: `${programPath('exec_variants')} plain ${folder}`,
      uid: 0,
      euid: 0,
      gid: 0,
      egid: 0,
      comm: 'tiny',
      inode: ino,
      mode: '0755',
      owner_uid: 0,
      container_id: null,
      interpreter: null,
    });
    // stat() and the kernel number devices differently; the major and minor numbers are the same.
    expect([Number(row['device']) >>> 20, Number(row['device']) & 0xfffff]).toEqual([dev >>> 8, dev & 0xff]);
    expect(row['grandparent_path']).toBe(process.execPath);
    expect(Number(row['env_count'])).toBe(Object.keys(process.env).length);
  });

  it('gives every row the time it happened and ancestors from the parent to init', async () => {
    const before = Date.now() / 1000;
    const { row } = await exec('plain');
    expect(Number(row['time'])).toBeGreaterThanOrEqual(Math.floor(before) - 1);
    expect(Number(row['time'])).toBeLessThanOrEqual(Date.now() / 1000 + 1);
    const ancestors: unknown = JSON.parse(String(row['ancestors']));
    expect(ancestors).toEqual(expect.arrayContaining([programPath('exec_variants'), process.execPath]));
    expect(Number(row['ntime'])).toBeGreaterThan(0);
  });

  it.each([
    ['enoent', 2],
    ['eacces', 13],
    ['enoexec', 8],
  ])('has a failed exec with its error: %s', async (mode, error) => {
    const { act, row } = await exec(mode);
    expect(act.errno).toBe(error);
    expect(row).toMatchObject({ success: 0, error, filename: act['path'], syscall: 'execve' });
    // What was asked for, by the program that went on running.
    expect(row).toMatchObject({ path: act['path'], comm: 'exec_variants', parent_path: programPath('exec_variants') });
    expect(row['cmdline']).toMatch(/^(does-not-exist argument|not-executable|no-program)$/);
  });

  it.each(['memfd', 'memfd-proc'])('marks a program that has no file as fileless: %s', async (mode) => {
    const { row } = await exec(mode);
    expect(row).toMatchObject({ success: 1, fileless: 1 });
    expect(row['path']).toContain('memfd:payload');
  });

  it('marks a program that was deleted before it ran as fileless', async () => {
    const { row } = await exec('deleted');
    expect(row).toMatchObject({ success: 1, fileless: 1, syscall: 'execveat', cmdline: 'deleted-program' });
    expect(row['path']).toContain(`${folder}/deleted-program`);
  });

  it.each(['execveat-fd', 'execveat-folder'])('resolves the path of a program given by a descriptor: %s', async (mode) => {
    const { row } = await exec(mode);
    expect(row).toMatchObject({ path: tiny, syscall: 'execveat', success: 1, fileless: 0 });
  });

  it('follows a symbolic link to the file that ran', async () => {
    const { row } = await exec('symlink');
    expect(row).toMatchObject({ path: tiny, filename: `${folder}/link-to-tiny`, cmdline: 'link-to-tiny' });
  });

  it('names a script and the interpreter that runs it', async () => {
    const { row } = await exec('script');
    expect(row).toMatchObject({ path: `${folder}/script.sh`, filename: `${folder}/script.sh`, success: 1 });
    expect(row['interpreter']).toMatch(/\/(da|ba)?sh$/);
  });

  it('has one row for an exec by a thread that is not the leader', async () => {
    const { act } = await exec('thread');
    const rows = await agent.current.query('SELECT cmdline FROM process_events WHERE pid = ?', [act['child']]);
    expect(rows).toEqual([{ cmdline: 'from-thread' }]);
  });

  it('has a program that was given no arguments', async () => {
    const { row } = await exec('no-args');
    expect(row).toMatchObject({ path: tiny, success: 1 });
  });

  it('keeps at least 4 KiB of a command line and flags what was cut', async () => {
    const short = await exec('long', 3900);
    expect(short.row).toMatchObject({ truncated: 0, cmdline: `tiny ${'b'.repeat(3900)}` });
    const long = await exec('long', 200_000);
    expect(long.row).toMatchObject({ truncated: 1, overflows: 'cmdline' });
    expect(String(long.row['cmdline']).length).toBeGreaterThanOrEqual(4096);
    expect(String(long.row['cmdline']).startsWith(`tiny ${'b'.repeat(4000)}`)).toBe(true);
    expect(Number(long.row['cmdline_size'])).toBeGreaterThanOrEqual(200_000);
  });

  it('has the effective user of a set-user-id program', async () => {
    const outcome = await runProgram('privileges', 'suid', folder);
    const act = theAct(outcome, 'suid');
    const row = await agent.current.waitForRow('SELECT * FROM process_events WHERE pid = ? AND path = ?', [act['child'], act['path']]);
    expect(row).toMatchObject({ uid: 65534, euid: 0, suid: 0, mode: '4755' });
  });

  it('has every program of an exec storm', async () => {
    const outcome = await runProgram('exec_storm', 500, 0, 2);
    const storm = theAct(outcome, 'exec_storm');
    expect(storm['execs']).toBe(500);
    const rows = await agent.current.waitFor(
      'SELECT eid, exec_id FROM process_events WHERE cmdline = ? AND parent_path = ?',
      ['tiny', programPath('exec_storm')],
      { count: 500 },
    );
    expect(rows).toHaveLength(500);
    expect(new Set(rows.map((row) => row['exec_id'])).size).toBe(500);
  });

  it('is in processes under the same exec_id while it runs', async () => {
    const running = runProgram('lifetimes', 'short', 1500);
    const row = await agent.current.waitForRow(
      'SELECT e.exec_id, e.pid, p.cmdline FROM process_events e JOIN processes p USING (exec_id) WHERE e.cmdline = ?',
      ['lifetimes sleep 1500'],
    );
    expect(row['cmdline']).toBe('lifetimes sleep 1500');
    await running;
  });

  it('knows processes that were there before by the same exec_id as processes', async () => {
    const [row] = await agent.current.query('SELECT exec_id FROM processes WHERE pid = ?', [process.pid]);
    const { row: event } = await exec('plain');
    expect(JSON.parse(String(event['ancestors']))).toContain(process.execPath);
    expect(row?.['exec_id']).toEqual(expect.any(String));
  });
});
