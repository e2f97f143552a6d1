import { expect, it } from 'vitest';
import { runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

describeSensor('bpf_events', (agent) => {
  const rowOf = (pid: number, operation: string) =>
    agent.current.waitForRow('SELECT * FROM bpf_events WHERE pid = ? AND operation = ?', [pid, operation], {
      hint: 'SELECT pid, operation, name, object_type, error FROM bpf_events ORDER BY eid DESC LIMIT 10',
    });

  it('has a program that is loaded, as the kernel knows it', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-prog');
    const row = await rowOf(outcome.pid, 'prog_load');
    expect(row).toMatchObject({
      object: 'prog',
      name: 'shrike_tester',
      object_type: 'socket_filter',
      instructions: 2,
      success: 1,
      error: 0,
    });
    expect(row['object_id']).toBeGreaterThan(0);
    expect(row['tag']).toMatch(/^[0-9a-f]{16}$/);
  });

  it('has a map that is made', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-map');
    expect(await rowOf(outcome.pid, 'map_create')).toMatchObject({
      object: 'map',
      name: 'shrike_map',
      object_type: 'hash',
      max_entries: 16,
      success: 1,
    });
  });

  it('has a program that is put on a socket', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-attach');
    const attach = await rowOf(outcome.pid, 'socket_attach_bpf');
    expect(attach).toMatchObject({ syscall: 'setsockopt', name: 'shrike_tester', object_type: 'socket_filter', success: 1 });
    expect(attach['object_id']).toBe((await rowOf(outcome.pid, 'prog_load'))['object_id']);
  });

  it('has a pin with its path, and the way back from it', async () => {
    const outcome = await runProgram('instruments', 'pin');
    const pin = theAct(outcome, 'pin');
    expect(await rowOf(outcome.pid, 'obj_pin')).toMatchObject({
      object: 'map',
      name: 'shrike_pinned',
      object_path: pin['path'],
      error: pin.errno,
    });
    if (pin.ret === 0)
      expect(await rowOf(outcome.pid, 'obj_get')).toMatchObject({ object: 'map', name: 'shrike_pinned', object_path: pin['path'] });
  });

  it('has a load that the verifier refused, with what the caller said it was', async () => {
    const outcome = await runProgram('instruments', 'bad-prog');
    const act = theAct(outcome, 'bad_prog');
    expect(await rowOf(outcome.pid, 'prog_load')).toMatchObject({
      name: 'shrike_bad',
      object_type: 'kprobe',
      object_id: null,
      success: 0,
      error: act.errno,
    });
  });

  it('has a command that does not exist', async () => {
    const outcome = await runProgram('kernel_calls', 'bpf-bad');
    expect(await rowOf(outcome.pid, '9999')).toMatchObject({ success: 0, error: 22 });
  });

  it('has perf_event_open with type and target', async () => {
    const outcome = await runProgram('instruments', 'perf');
    const act = theAct(outcome, 'perf');
    expect(await rowOf(outcome.pid, 'perf_event_open')).toMatchObject({
      object: 'perf_event',
      object_type: 'software',
      perf_config: 0,
      target_pid: act['target'],
      cpu: -1,
      error: act.errno,
    });
  });

  it('has a probe on a function of a program', async () => {
    const outcome = await runProgram('instruments', 'uprobe');
    const act = theAct(outcome, 'uprobe');
    expect(await rowOf(outcome.pid, 'perf_event_open')).toMatchObject({
      object_type: act['type'],
      object_path: act['path'],
      perf_offset: 64,
      error: act.errno,
    });
  });

  it('leaves out what the agent itself does', async () => {
    expect(await agent.current.query('SELECT * FROM bpf_events WHERE pid = ?', [agent.current.pid])).toEqual([]);
  });
});
