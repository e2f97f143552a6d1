import { expect, it } from 'vitest';
import { runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('privilege_events', (agent) => {
  const folder = temporaryFolder();
  const row = (pid: unknown, operation: string) =>
    agent.current.waitForRow('SELECT * FROM privilege_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: `SELECT pid, operation, old_uid, new_uid, success FROM privilege_events WHERE pid = ${Number(pid)}`,
    });

  it.each([
    ['setuid', 'setuid', { old_uid: 0, new_uid: 65534, old_euid: 0, new_euid: 65534, new_suid: 65534, arguments: '65534' }],
    ['setgid', 'setgid', { old_gid: 0, new_gid: 65534, new_egid: 65534 }],
    ['setresuid', 'setresuid', { old_euid: 0, new_euid: 65534, new_uid: 0, new_suid: 0 }],
    ['setreuid', 'setreuid', { new_uid: 65534, new_euid: 0 }],
    ['fsuid', 'setfsuid', { old_fsuid: 0, new_fsuid: 65534, new_uid: 0 }],
    ['setgroups', 'setgroups', { groups: '65534' }],
  ] as const)('has who a process was and is: %s', async (mode, operation, more) => {
    const outcome = await runProgram('privileges', mode);
    expect(await row(outcome.pid, operation)).toMatchObject({ ...more, success: 1, error: 0, escalated: 0 });
  });

  it('names the capabilities that go with the user', async () => {
    const outcome = await runProgram('privileges', 'setuid');
    const found = await row(outcome.pid, 'setuid');
    expect(String(found['caps_lost']).toUpperCase()).toContain('SYS_ADMIN');
    expect(found['cap_effective']).toBe('');
  });

  it('has capabilities given up', async () => {
    const outcome = await runProgram('privileges', 'capset');
    const found = await row(outcome.pid, 'capset');
    expect(String(found['cap_effective']).toUpperCase().replaceAll('CAP_', '').split(',').sort()).toEqual(['CHOWN', 'NET_RAW']);
  });

  it('has an attempt that failed, with its error', async () => {
    const outcome = await runProgram('privileges', 'fails');
    const found = await agent.current.waitForRow("SELECT * FROM privilege_events WHERE pid = ? AND operation = 'setuid' AND success = 0", [
      outcome.pid,
    ]);
    expect(found).toMatchObject({ error: 1, arguments: '0', old_uid: 65534, new_uid: 65534 });
  });

  it('has a set-user-id program that makes an ordinary user root', async () => {
    const outcome = await runProgram('privileges', 'suid', folder);
    const child = theAct(outcome, 'suid')['child'];
    expect(await row(child, 'exec_setuid')).toMatchObject({ old_euid: 65534, new_euid: 0, escalated: 1, success: 1 });
  });

  it('has the prctl that keeps capabilities over a change of user', async () => {
    const outcome = await runProgram('privileges', 'keepcaps');
    expect(await row(outcome.pid, 'set_keepcaps')).toMatchObject({ success: 1, securebits: expect.stringMatching(/keep_?caps/i) });
  });
});
