import { expect, it } from 'vitest';
import { type Act, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('mount_events', (agent) => {
  const folder = temporaryFolder();
  const run = (mode: string) => runProgram('mounts', mode, folder);
  const rowOf = (act: Act, operation: string) =>
    agent.current.waitForRow('SELECT * FROM mount_events WHERE pid = ? AND operation = ? ORDER BY eid DESC', [act.pid, operation], {
      hint: 'SELECT pid, operation, source, target, error FROM mount_events ORDER BY eid DESC LIMIT 10',
    });

  it('has a mount with everything it was given, and its end', async () => {
    const outcome = await run('tmpfs');
    const mount = theAct(outcome, 'mount');
    const row = await rowOf(mount, 'mount');
    expect(row).toMatchObject({
      source: 'shrike-tmpfs',
      target: mount['path'],
      fstype: 'tmpfs',
      flags: 'MS_NOSUID|MS_NODEV',
      data: 'size=64k',
      success: 1,
      error: 0,
    });
    expect(row['path']).toMatch(/\/mounts$/);
    expect(await rowOf(mount, 'umount')).toMatchObject({ target: mount['path'], flags: 'MNT_DETACH', success: 1 });
    expect(await rowOf(mount, 'propagation')).toMatchObject({ target: '/', flags: 'MS_REC|MS_PRIVATE' });
  });

  it.each(['bind', 'move'])('has %s with both paths', async (mode) => {
    const act = theAct(await run(mode), mode);
    expect(await rowOf(act, mode)).toMatchObject({ source: act['source'], target: act['path'], success: 1 });
  });

  it('has a remount', async () => {
    const act = theAct(await run('remount'), 'remount');
    expect(await rowOf(act, 'remount')).toMatchObject({ target: act['path'], flags: 'MS_RDONLY|MS_REMOUNT' });
  });

  it('has a mount that failed, with its error', async () => {
    const act = theAct(await run('fails'), 'mount');
    expect(await rowOf(act, 'mount')).toMatchObject({ source: 'nothing', fstype: 'no-such-filesystem', success: 0, error: act.errno });
  });

  it('has the steps of a mount built by descriptors, and where it went as the kernel knows it', async () => {
    const act = theAct(await run('new-api'), 'move_mount');
    expect(await rowOf(act, 'fsopen')).toMatchObject({ fstype: 'tmpfs' });
    expect(await rowOf(act, 'fsconfig')).toMatchObject({ fstype: 'tmpfs', data: 'create' });
    expect(await rowOf(act, 'fsmount')).toMatchObject({ fstype: 'tmpfs', success: 1 });
    expect(await rowOf(act, 'move_mount')).toMatchObject({
      fstype: 'tmpfs',
      target: act['path'],
      flags: 'MOVE_MOUNT_F_EMPTY_PATH',
      success: 1,
    });
  });

  it('has a tree that is copied and attached elsewhere', async () => {
    const outcome = await run('open-tree');
    const open = theAct(outcome, 'open_tree');
    expect(await rowOf(open, 'open_tree')).toMatchObject({
      source: open['source'],
      target: null,
      flags: 'OPEN_TREE_CLONE',
      fstype: 'tmpfs',
    });
    expect(await rowOf(open, 'move_mount')).toMatchObject({ target: theAct(outcome, 'move_mount')['path'], fstype: 'tmpfs' });
  });

  it('has pivot_root', async () => {
    const outcome = await run('pivot-root');
    const act = theAct(outcome, 'pivot_root');
    expect(await rowOf(act, 'pivot_root')).toMatchObject({ target: act['path'], source: act['source'], error: act.errno });
  });

  it('has chroot, as the kernel knows where it led', async () => {
    const act = theAct(await run('chroot'), 'chroot');
    expect(await rowOf(act, 'chroot')).toMatchObject({ target: act['path'], success: 1 });
  });
});
