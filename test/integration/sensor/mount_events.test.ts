import { expect, it } from 'vitest';
import { programPath, runProgram, temporaryFolder } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('mount_events', (agent) => {
  const folder = temporaryFolder();
  const run = async (mode: string, operation: string) => {
    const outcome = await runProgram('mounts', mode, folder);
    const row = await agent.current.waitForRow('SELECT * FROM mount_events WHERE pid = ? AND operation = ?', [outcome.pid, operation], {
      hint: `SELECT operation, source, target, fstype, flags, success FROM mount_events WHERE pid = ${outcome.pid}`,
    });
    expect(row['path']).toBe(programPath('mounts'));
    return row;
  };
  const [one, two] = [`${folder}/one`, `${folder}/two`];

  it('has a file system mounted and unmounted', async () => {
    expect(await run('tmpfs', 'mount')).toMatchObject({
      source: 'shrike-tmpfs',
      target: one,
      fstype: 'tmpfs',
      data: 'size=64k',
      flags: expect.stringMatching(/MS_NOSUID.*MS_NODEV|MS_NODEV.*MS_NOSUID/),
      success: 1,
      error: 0,
    });
    expect(await run('tmpfs', 'umount')).toMatchObject({ target: one, flags: expect.stringContaining('MNT_DETACH'), success: 1 });
  });

  it('has bind mounts, remounts and moves', async () => {
    expect(await run('bind', 'bind')).toMatchObject({ source: one, target: two, success: 1 });
    expect(await run('remount', 'remount')).toMatchObject({ target: one, flags: expect.stringContaining('MS_RDONLY'), success: 1 });
    expect(await run('move', 'move')).toMatchObject({ source: one, target: two, success: 1 });
  });

  it('has a mount that failed', async () => {
    expect(await run('fails', 'mount')).toMatchObject({ success: 0, error: 19, fstype: 'no-such-filesystem', target: one });
  });

  it('has mounts made by the newer system calls', async () => {
    expect(await run('new-api', 'move_mount')).toMatchObject({ target: two, success: 1 });
    expect(await run('new-api', 'fsmount')).toMatchObject({ success: 1 });
    expect(await run('open-tree', 'open_tree')).toMatchObject({ source: one, success: 1 });
  });

  it('has changes of the root', async () => {
    expect(await run('pivot-root', 'pivot_root')).toMatchObject({ target: one, success: 1 });
    expect(await run('chroot', 'chroot')).toMatchObject({ target: one, success: 1 });
  });
});
