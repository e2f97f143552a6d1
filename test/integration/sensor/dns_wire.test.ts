/** What no resolver library does: DNS messages that are wrong, or come in pieces. The test itself is the process that asks. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { describeSensor } from '../support/sensor.ts';

const server = '127.0.0.154';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const query = (id: number, name: string): Buffer => {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, 1, 0, 1])]);
};
const prefixed = (message: Buffer): Buffer => Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message]);

describeSensor('dns_lookup_events of odd packets', (agent) => {
  const rows = (more: string, params: readonly unknown[], count = 1) =>
    agent.current.waitFor(
      `SELECT * FROM dns_lookup_events WHERE pid = ? AND server_address = ? ${more} ORDER BY eid`,
      [process.pid, server, ...params],
      { count },
    );
  const send = async (message: Buffer): Promise<number> => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => socket.send(message, 53, server, (error) => (error ? reject(error) : resolve())));
    const { port } = socket.address();
    socket.close();
    return port;
  };
  /** Sends each part in a segment of its own to somebody who reads and says nothing. */
  const stream = async (...parts: readonly Buffer[]): Promise<number> => {
    const listener = createServer((peer) => peer.resume());
    listener.listen(53, server);
    await once(listener, 'listening');
    const socket = connect(53, server);
    await once(socket, 'connect');
    socket.setNoDelay(true);
    for (const part of parts) {
      socket.write(part);
      await pause(20);
    }
    const port = socket.localPort ?? 0;
    socket.destroy();
    listener.close();
    return port;
  };

  it('has a row for what is no DNS message at all', async () => {
    const port = await send(Buffer.from('hello'));
    expect(await rows('AND local_port = ?', [port])).toMatchObject([{ name: null, error: 'malformed', protocol: 'udp' }]);
  });

  it('has a row for a message that contradicts itself, with what could be read', async () => {
    const message = query(1, 'loop.example.com');
    message[5] = 2;
    const port = await send(Buffer.concat([message, Buffer.from([0xc0, message.length, 0, 1, 0, 1])]));
    expect(await rows('AND local_port = ?', [port])).toMatchObject([{ name: 'loop.example.com', error: 'malformed' }]);
  });

  it('reads a message over TCP whose length comes in a segment of its own, and one cut in the middle', async () => {
    const first = prefixed(query(11, 'first.example.com'));
    const second = prefixed(query(12, 'second.example.com'));
    const port = await stream(first.subarray(0, 2), first.subarray(2), second.subarray(0, 9), second.subarray(9));
    expect(await rows('AND local_port = ?', [port], 2)).toMatchObject([
      { name: 'first.example.com', id: 11, protocol: 'tcp', error: null },
      { name: 'second.example.com', id: 12, protocol: 'tcp', error: null },
    ]);
  });

  it('reads several messages in one segment', async () => {
    const port = await stream(Buffer.concat([1, 2, 3].map((id) => prefixed(query(id, `name${id}.example.com`)))));
    expect((await rows('AND local_port = ?', [port], 3)).map((row) => row['name'])).toEqual([1, 2, 3].map((id) => `name${id}.example.com`));
  });

  it('gives up a stream whose lengths cannot be, says so, and counts it', async () => {
    const before = (await agent.current.counters('dns_lookup_events'))['lost_decode'] ?? 0;
    const port = await stream(Buffer.from([0, 3, 1, 2, 3]));
    expect(await rows('AND local_port = ?', [port])).toMatchObject([{ name: null, error: 'malformed', protocol: 'tcp' }]);
    expect((await agent.current.counters('dns_lookup_events'))['lost_decode']).toBe(before + 1);
  });

  it('captures a long message up to its limit and says that it is incomplete', async () => {
    const long = Buffer.concat([query(21, 'long.example.com'), Buffer.alloc(6000)]);
    long.writeUInt16BE(0x8180, 2);
    long.writeUInt16BE(500, 6);
    const port = await stream(prefixed(long), prefixed(query(22, 'after.example.com')));
    const found = await rows('AND local_port = ?', [port], 2);
    expect(found[0]).toMatchObject({ name: 'long.example.com', id: 21 });
    expect(found[0]?.['error']).toMatch(/incomplete|malformed/);
    expect(found[1]).toMatchObject({ name: 'after.example.com', id: 22, error: null });
  });
});
