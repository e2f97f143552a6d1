import { expect, it } from 'vitest';
import { runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('privilege_events', (agent) => {
  const folder = temporaryFolder();
  const rowOf = (pid: unknown, operation: string) =>
    agent.current.waitForRow('SELECT * FROM privilege_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: 'SELECT pid, operation, arguments, error FROM privilege_events ORDER BY eid DESC LIMIT 10',
    });
  const one = async (mode: string, act = mode) => {
    const done = theAct(await runProgram('privileges', mode), act);
    return rowOf(done.pid, act);
  };

  it('has setuid with the ids before and afterwards and the capabilities lost', async () => {
    const row = await one('setuid');
    expect(row).toMatchObject({
      arguments: '65534',
      old_uid: 0,
      new_uid: 65534,
      old_euid: 0,
      new_euid: 65534,
      new_suid: 65534,
      new_fsuid: 65534,
      success: 1,
      escalated: 0,
    });
    expect(row['caps_lost']).toContain('CAP_SYS_ADMIN');
    expect(row['caps_gained']).toBe('');
  });

  it('has setgid, setfsuid and setgroups', async () => {
    expect(await one('setgid')).toMatchObject({ old_gid: 0, new_gid: 65534, new_euid: 0 });
    expect(await one('fsuid', 'setfsuid')).toMatchObject({ old_fsuid: 0, new_fsuid: 65534, new_euid: 0 });
    expect(await one('setgroups')).toMatchObject({ groups: '65534', arguments: '1' });
  });

  it('has setresuid and setreuid with what was asked for', async () => {
    expect(await one('setresuid')).toMatchObject({ arguments: '-1,65534,0', new_uid: 0, new_euid: 65534, new_suid: 0 });
    expect(await one('setreuid')).toMatchObject({ arguments: '65534,0', new_uid: 65534, new_euid: 0 });
  });

  it('has capset with the names of what is left and what went', async () => {
    const row = await one('capset');
    expect(row).toMatchObject({ cap_effective: 'CAP_CHOWN,CAP_NET_RAW', cap_permitted: 'CAP_CHOWN,CAP_NET_RAW', escalated: 0 });
    expect(row['caps_lost']).toContain('CAP_SYS_ADMIN');
  });

  it('has capabilities kept over setuid', async () => {
    const outcome = await runProgram('privileges', 'keepcaps');
    expect(await rowOf(outcome.pid, 'set_keepcaps')).toMatchObject({ syscall: 'prctl', arguments: '1', securebits: 'SECBIT_KEEP_CAPS' });
    expect(await rowOf(outcome.pid, 'capset')).toMatchObject({ caps_gained: '', cap_effective: '' });
  });

  it('has an exec that makes a process root', async () => {
    const act = theAct(await runProgram('privileges', 'suid', folder), 'suid');
    const row = await rowOf(act['child'], 'exec_setuid');
    expect(row).toMatchObject({ old_euid: 65534, new_euid: 0, new_uid: 65534, escalated: 1, path: act['path'] });
    expect(row['caps_gained']).toContain('CAP_SYS_ADMIN');
  });

  it('has an attempt that failed, with its error', async () => {
    const outcome = await runProgram('privileges', 'fails');
    const row = await agent.current.waitForRow('SELECT * FROM privilege_events WHERE pid = ? AND error <> 0', [outcome.pid]);
    expect(row).toMatchObject({ operation: 'setuid', arguments: '0', success: 0, error: 1, old_uid: 65534, new_uid: 65534 });
  });

  it('has nothing unexplained after all of this', async () => {
    expect(await agent.current.query("SELECT * FROM privilege_events WHERE operation = 'unexplained'")).toEqual([]);
  });
});
