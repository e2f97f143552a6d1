import { expect, it } from 'vitest';
import { runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

/** Errors of kernels that do not know the operation: EINVAL, EOPNOTSUPP. */
const unknown = [22, 95];

describeSensor('socket_events of io_uring', (agent) => {
  const folder = temporaryFolder();
  const run = async (operation: string, ...more: string[]) => {
    const outcome = await runProgram('io_uring', operation, folder, ...more);
    const act = theAct(outcome, operation);
    const row = (action: string) =>
      agent.current.waitForRow(
        `SELECT *, protocol, socket, success FROM socket_events WHERE pid = ? AND action = ? AND io_uring = 1`,
        [outcome.pid, action],
        {
          hint: `SELECT pid, action, io_uring, local_port, remote_port, status FROM socket_events WHERE pid = ${outcome.pid}`,
        },
      );
    return { act, row, pid: outcome.pid };
  };
  // Without a worker, with one, and taken from the queue by a kernel thread.
  const ways = [
    ['by the program itself', []],
    ['by a worker', ['async']],
    ['taken from the queue', ['sqpoll']],
  ] as const;

  it.each(ways)('has a TCP connect: %s', async (_, way) => {
    const { act, row } = await run('connect', ...way);
    // Before 5.11 the kernel thread takes only files that were registered.
    if (act.ret < 0) return;
    expect(await row('connect')).toMatchObject({
      remote_address: '127.0.0.1',
      remote_port: act['remote_port'],
      status: 'succeeded',
      protocol: 6,
    });
    expect(await row('close')).toMatchObject({ remote_port: act['remote_port'], direction: 'outgoing' });
  });

  it('has a connect that fails before the first packet', async (context) => {
    const { act, row } = await run('connect-unreachable');
    // Kernels before 5.19 do not tell the request.
    const [kernel] = await agent.current.query('SELECT version FROM kernel_info');
    if (/^5\.(?!19)/.test(String(kernel?.['version']))) context.skip('this kernel does not tell the request');
    expect(await row('connect')).toMatchObject({
      remote_address: '255.255.255.255',
      remote_port: 4242,
      status: 'failed',
      error: act.errno,
    });
  });

  it.each([
    ['accept', []],
    ['accept', ['async']],
    ['accept-multishot', []],
  ])('has an accept: %s %s', async (operation, way) => {
    const { act, row } = await run(operation, ...way);
    const [kernel] = await agent.current.query('SELECT version FROM kernel_info');
    if (unknown.includes(act.errno) || /^5\.(?!19)/.test(String(kernel?.['version']))) return;
    const ends = { local_port: act['port'], remote_port: act['remote_port'], direction: 'incoming' };
    expect(await row('accept')).toMatchObject({ ...ends, fd: act.ret, status: 'succeeded' });
    expect(await row('close')).toMatchObject(ends);
  });

  it.each([
    ['bind', 'bind'],
    ['listen', 'listen'],
    ['socket-raw', 'socket'],
  ])('has %s where the kernel has it', async (operation, action) => {
    const { act, row } = await run(operation);
    if (unknown.includes(act.errno)) return;
    const more = operation === 'listen' ? { local_port: act['port'] } : {};
    expect(await row(action)).toMatchObject({ family: 2, status: 'succeeded', ...more });
  });

  it('has a connect to an AF_UNIX socket', async () => {
    const { act, row } = await run('connect-unix');
    const [kernel] = await agent.current.query('SELECT version FROM kernel_info');
    if (/^5\.(?!19)/.test(String(kernel?.['version']))) return;
    expect(await row('connect')).toMatchObject({ family: 1, socket: act['path'], status: 'succeeded' });
  });

  it('has where datagrams go', async () => {
    const { act, pid } = await run('sendto');
    const row = await agent.current.waitForRow("SELECT * FROM socket_events WHERE pid = ? AND action = 'connect'", [pid]);
    expect(row).toMatchObject({ type: 'dgram', remote_address: '127.0.0.1', remote_port: act['remote_port'] });
  });
});
