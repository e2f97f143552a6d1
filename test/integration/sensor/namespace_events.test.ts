import { expect, it } from 'vitest';
import { programPath, runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

const kinds = [
  ['mnt', 'CLONE_NEWNS'],
  ['uts', 'CLONE_NEWUTS'],
  ['ipc', 'CLONE_NEWIPC'],
  ['net', 'CLONE_NEWNET'],
  ['pid', 'CLONE_NEWPID'],
  ['user', 'CLONE_NEWUSER'],
  ['cgroup', 'CLONE_NEWCGROUP'],
] as const;

describeSensor('namespace_events', (agent) => {
  const row = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM namespace_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: 'SELECT pid, operation, types FROM namespace_events ORDER BY eid DESC LIMIT 5',
    });

  it.each(kinds)('has %s namespaces made by unshare', async (kind, flag) => {
    const outcome = await runProgram('namespaces', 'unshare', kind);
    const act = theAct(outcome, 'unshare');
    const found = await row(outcome.pid, 'unshare');
    expect(found).toMatchObject({ types: kind, flags: flag, success: 1, error: 0, path: programPath('namespaces') });
    // A pid namespace is for the children to come: the process itself does not change.
    if (kind !== 'pid') expect(found[`${kind}_namespace`]).toBe(act['namespace']);
    expect(found[`${kind}_namespace`]).not.toBe(found[`old_${kind}_namespace`]);
  });

  it.each(kinds)('has %s namespaces made by clone', async (kind, flag) => {
    const outcome = await runProgram('namespaces', 'clone', kind);
    expect(await row(outcome.pid, 'clone')).toMatchObject({
      types: kind,
      flags: flag,
      target_pid: theAct(outcome, 'clone')['child'],
      success: 1,
    });
  });

  it.each(['setns', 'setns-pidfd'])('has namespaces entered: %s', async (mode) => {
    const outcome = await runProgram('namespaces', mode, 'uts');
    const found = await row(outcome.pid, 'setns');
    expect(found).toMatchObject({ types: 'uts', success: 1 });
    expect(found['uts_namespace']).not.toBe(found['old_uts_namespace']);
    if (mode === 'setns') expect(found['namespace']).toBe(found['uts_namespace']);
    else expect(found['target_pid']).toBe(theAct(outcome, 'setns')['target']);
  });

  it('has an unshare that the kernel refuses', async () => {
    const outcome = await runProgram('namespaces', 'unshare-fails');
    expect(await row(outcome.pid, 'unshare')).toMatchObject({ success: 0, error: 22 });
  });
});
