import { expect, it } from 'vitest';
import { runProgram, theAct } from '../support/programs.ts';
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

/** Kernels may refuse user namespaces: to whoever is in a chroot, as in the kernel matrix, or altogether. Of no other kind may that be. */
function refused(kind: string, errno: number): boolean {
  if (kind !== 'user') expect(errno).toBe(0);
  return errno !== 0;
}

describeSensor('namespace_events', (agent) => {
  const rowOf = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM namespace_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: 'SELECT pid, operation, flags, target_pid, error FROM namespace_events ORDER BY eid DESC LIMIT 10',
    });

  it.each(kinds)('has unshare of the %s namespace with the new number', async (kind, flags) => {
    const act = theAct(await runProgram('namespaces', 'unshare', kind), 'unshare');
    const row = await rowOf(act.pid, 'unshare');
    expect(row).toMatchObject({ flags, types: kind, success: act.errno === 0 ? 1 : 0, error: act.errno });
    if (refused(kind, act.errno)) return;
    // What /proc shows of the pid namespace is the process's own, which unshare does not change.
    if (kind !== 'pid') expect(row[`${kind}_namespace`]).toBe(act['namespace']);
    if (['mnt', 'net', 'user', 'pid'].includes(kind)) {
      expect(row[`old_${kind}_namespace`]).toBeGreaterThan(0);
      expect(row[`old_${kind}_namespace`]).not.toBe(row[`${kind}_namespace`]);
    }
  });

  it.each(kinds)('has clone with a new %s namespace and the child', async (kind, flags) => {
    const act = theAct(await runProgram('namespaces', 'clone', kind), 'clone');
    const row = await rowOf(act.pid, 'clone');
    expect(row).toMatchObject({ flags, types: kind, success: act.errno === 0 ? 1 : 0, error: act.errno });
    if (refused(kind, act.errno)) return;
    expect(row).toMatchObject({ target_pid: act['child'] });
    expect(row['target_path']).toMatch(/\/namespaces$/);
    expect(row[`old_${kind}_namespace`]).not.toBe(row[`${kind}_namespace`]);
    for (const [other] of kinds) if (other !== kind) expect(row[`old_${other}_namespace`]).toBe(row[`${other}_namespace`]);
  });

  it('has setns with the namespace that was entered', async () => {
    const act = theAct(await runProgram('namespaces', 'setns', 'net'), 'setns');
    const row = await rowOf(act.pid, 'setns');
    expect(row).toMatchObject({ types: 'net', success: 1 });
    expect(row['namespace']).toBe(row['net_namespace']);
    expect(row['old_net_namespace']).not.toBe(row['net_namespace']);
  });

  it('has setns by pidfd with whose namespaces they were', async () => {
    const act = theAct(await runProgram('namespaces', 'setns-pidfd', 'uts'), 'setns');
    const row = await rowOf(act.pid, 'setns');
    expect(row).toMatchObject({ types: 'uts', target_pid: act['target'], error: act.errno });
    expect(row['target_path']).toMatch(/\/namespaces$/);
  });

  it('has what the kernel refused, with its error', async () => {
    const act = theAct(await runProgram('namespaces', 'unshare-fails'), 'unshare');
    expect(await rowOf(act.pid, 'unshare')).toMatchObject({ success: 0, error: act.errno, types: 'net' });
  });
});
