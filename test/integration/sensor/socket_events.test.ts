import { expect, it } from 'vitest';
import { programPath, runProgram, temporaryFolder, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

const families = [
  ['4', '127.0.0.1', 2],
  ['6', '::1', 10],
  ['mapped', '127.0.0.1', 2],
] as const;

describeSensor('socket_events', (agent) => {
  const folder = temporaryFolder();
  const row = (pid: unknown, action: string, more = '', ...params: readonly unknown[]) =>
    agent.current.waitForRow(
      `SELECT *, protocol, socket, success FROM socket_events WHERE pid = ? AND action = ? ${more}`,
      [pid, action, ...params],
      {
        hint: `SELECT pid, action, family, local_address, local_port, remote_address, remote_port, status, error, bytes_sent, bytes_received FROM socket_events WHERE pid = ${pid}`,
      },
    );

  it.each(families)('has both ends of a TCP connection with what went over it: %s', async (family, address, number) => {
    const outcome = await runProgram('tcp', 'talk', family, 5000, 3000);
    const close = theAct(outcome, 'client_close');
    const connected = { family: number, protocol: 6, type: 'stream', local_address: address, remote_address: address };
    const own = { ...connected, local_port: close['port'], remote_port: close['remote_port'], direction: 'outgoing' };
    const theirs = { ...connected, local_port: close['remote_port'], remote_port: close['port'], direction: 'incoming' };

    expect(await row(outcome.pid, 'connect')).toMatchObject({
      ...own,
      status: 'succeeded',
      success: 1,
      error: 0,
      path: programPath('tcp'),
      io_uring: 0,
    });
    expect(await row(close['server'], 'accept')).toMatchObject({ ...theirs, status: 'succeeded', success: 1 });
    const client = await row(outcome.pid, 'close', 'AND remote_port = ?', close['remote_port']);
    expect(client).toMatchObject({ ...own, bytes_sent: 5000, bytes_received: 3000 });
    const server = await row(close['server'], 'close', 'AND remote_port = ?', close['port']);
    expect(server).toMatchObject({ ...theirs, bytes_sent: 3000, bytes_received: 5000 });
    for (const end of [client, server]) {
      expect(Number(end['duration'])).toBeGreaterThan(0);
      expect(Number(end['duration'])).toBeLessThan(10e9);
    }
  });

  it.each(families)('has bind and listen: %s', async (family, address, number) => {
    const outcome = await runProgram('tcp', 'listen', family);
    const port = theAct(outcome, 'listen')['port'];
    expect(await row(outcome.pid, 'bind')).toMatchObject({ family: number, local_address: address, status: 'succeeded' });
    expect(await row(outcome.pid, 'listen')).toMatchObject({ family: number, local_address: address, local_port: port, remote_port: null });
  });

  it.each(families)('has a refused connect: %s', async (family, address) => {
    const outcome = await runProgram('tcp', 'refused', family);
    const { remote_port } = theAct(outcome, 'connect');
    expect(await row(outcome.pid, 'connect')).toMatchObject({
      remote_address: address,
      remote_port,
      status: 'failed',
      success: 0,
      error: 111,
    });
  });

  it('has a connect that does not block twice: as it begins and as it ends', async () => {
    const outcome = await runProgram('tcp', 'nonblocking', '4', 100, 0);
    const { port, remote_port } = theAct(outcome, 'connected');
    expect(await row(outcome.pid, 'connect', "AND status = 'in_progress'")).toMatchObject({ remote_port, local_port: port });
    expect(await row(outcome.pid, 'connect', "AND status = 'succeeded'")).toMatchObject({ remote_port, local_port: port });
  });

  it('has the end of a connect that does not block and is refused', async () => {
    const outcome = await runProgram('tcp', 'refused-nonblocking', '4');
    const { remote_port } = theAct(outcome, 'connect');
    expect(await row(outcome.pid, 'connect', "AND status = 'failed'")).toMatchObject({ remote_port, error: 111 });
  });

  it.each(families)('has a connection that sendto makes with MSG_FASTOPEN: %s', async (family, address) => {
    const outcome = await runProgram('tcp', 'fastopen', family, 700, 0);
    const close = theAct(outcome, 'client_close');
    expect(await row(outcome.pid, 'connect')).toMatchObject({ remote_address: address, remote_port: close['remote_port'] });
    expect(await row(outcome.pid, 'close', 'AND remote_port = ?', close['remote_port'])).toMatchObject({ bytes_sent: 700 });
  });

  it.each(['sendto', 'connected', 'sendmsg'].flatMap((mode) => families.map(([family, address]) => [mode, family, address] as const)))(
    'has where datagrams go: %s over %s',
    async (mode, family, address) => {
      const outcome = await runProgram('udp', mode, family);
      const close = theAct(outcome, 'close');
      const { port } = theAct(outcome, 'bind');
      expect(await row(outcome.pid, 'connect')).toMatchObject({ protocol: 17, type: 'dgram', remote_address: address, remote_port: port });
      expect(await row(outcome.pid, 'close', 'AND local_port = ?', close['port'])).toMatchObject({ bytes_sent: 100 });
    },
  );

  it.each(['sendmmsg', 'many'])('has every place that one socket sends to: %s', async (mode) => {
    const outcome = await runProgram('udp', mode, '4');
    const ports = outcome.acts.filter((act) => act.act === 'bind').map((act) => act['port']);
    const rows = await agent.current.waitFor("SELECT remote_port FROM socket_events WHERE pid = ? AND action = 'connect'", [outcome.pid], {
      count: 3,
    });
    expect(rows.map((each) => each['remote_port']).sort()).toEqual(ports.sort());
  });

  it('has a connect to an AF_UNIX socket by path and by abstract name', async () => {
    const byPath = await runProgram('sockets', 'unix-path', folder);
    expect(await row(byPath.pid, 'connect')).toMatchObject({ family: 1, socket: `${folder}/socket`, status: 'succeeded' });
    const abstract = await runProgram('sockets', 'unix-abstract', 'shrike-abstract');
    expect(await row(abstract.pid, 'connect')).toMatchObject({ family: 1, socket: '@shrike-abstract' });
    const missing = await runProgram('sockets', 'unix-missing', folder);
    expect(await row(missing.pid, 'connect')).toMatchObject({ family: 1, socket: `${folder}/socket`, status: 'failed', error: 2 });
  });

  it.each([
    ['raw', 'raw'],
    ['raw6', 'raw'],
    ['packet', 'raw'],
  ])('has a socket that sees or makes packets: %s', async (mode, type) => {
    const outcome = await runProgram('sockets', mode);
    const act = theAct(outcome, 'socket');
    expect(await row(outcome.pid, 'socket')).toMatchObject({
      family: act['family'],
      protocol: act['protocol'],
      type,
      status: 'succeeded',
      fd: act.ret,
    });
  });

  it('is not fooled by an address that changes in memory between the call and its use', async () => {
    const outcome = await runProgram('path_race', 'connect', '-', 300);
    const race = theAct(outcome, 'race_connect');
    await agent.current.waitForRow('SELECT eid FROM process_exit_events WHERE pid = ?', [outcome.pid]);
    const rows = await agent.current.query(
      "SELECT remote_port, count(*) AS n FROM socket_events WHERE pid = ? AND action = 'connect' AND status = 'succeeded' GROUP BY remote_port",
      [outcome.pid],
    );
    const counts = new Map(rows.map((each) => [each['remote_port'], each['n']]));
    // Both were drawn by the program; the kernel's own account of where each connection went is the one that counts.
    expect((race['ports'] as number[]).map((port) => counts.get(port))).toEqual(race['connects']);
  });
});
