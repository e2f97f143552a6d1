import { expect, it } from 'vitest';
import { programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

/** Families that a tree built from pids and exec events alone gets wrong. */
describeSensor('the process tree', (agent) => {
  const folder = temporaryFolder();
  const byPid = (pid: unknown) =>
    agent.current.waitForRow('SELECT * FROM process_events WHERE pid = ? AND success = 1 ORDER BY eid DESC', [pid]);

  it('gives a child made by a thread the process as its parent', async () => {
    const outcome = await runProgram('lifetimes', 'threads', 4);
    for (const act of outcome.acts)
      expect(await byPid(act['child'])).toMatchObject({
        parent: outcome.pid,
        parent_path: programPath('lifetimes'),
        cmdline: 'tiny by-thread',
      });
  });

  it('gives a child made with CLONE_PARENT the parent of its maker', async () => {
    const outcome = await runProgram('lifetimes', 'clone-parent');
    const act = theAct(outcome, 'clone_parent');
    expect(await byPid(act['child'])).toMatchObject({ parent: act['parent'], cmdline: 'tiny clone-parent' });
  });

  it('keeps the ancestry of a process whose parent ended before it', async () => {
    const outcome = await runProgram('lifetimes', 'orphan');
    const row = await byPid(theAct(outcome, 'orphan')['child']);
    expect(row['cmdline']).toBe('tiny orphan');
    expect(String(row['ancestors'])).not.toBe('[]');
  });

  it('has every ancestor of a chain of programs, nearest first', async () => {
    const outcome = await runProgram('lifetimes', 'chain', 4);
    const last = outcome.acts.at(-1);
    const row = await byPid(last?.pid);
    const own = programPath('lifetimes');
    expect(JSON.parse(String(row['ancestors'])).slice(0, 4)).toEqual([own, own, own, process.execPath]);
    expect(row).toMatchObject({ parent: last?.['parent'], parent_path: own, grandparent_path: own });
  });

  it('never gives two processes one exec_id', async () => {
    await runProgram('exec_storm', 200, 0, 2);
    await runProgram('exec_variants', 'plain', folder);
    const [row] = await agent.current.query(
      'SELECT count(*) AS n FROM (SELECT exec_id FROM process_events GROUP BY exec_id HAVING count(DISTINCT pid) > 1)',
    );
    expect(row).toEqual({ n: 0 });
  });
});
