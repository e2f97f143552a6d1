import { expect, it } from 'vitest';
import { programPath, runProgram, theAct } from '../support/programs.ts';
import { describeSensor } from '../support/sensor.ts';

const answers = [
  ['A', 1, ['192.0.2.7']],
  ['AAAA', 28, ['2001:db8::7']],
  ['CNAME', 5, ['target.example.com', '192.0.2.8']],
  ['TXT', 16, ['v=shrike']],
] as const;

describeSensor('dns_lookup_events', (agent) => {
  const server = '127.0.0.153';
  /** Asks, and finds the query's and the response's row of the process that asked. */
  const lookup = async (protocol: 'udp' | 'tcp', type: string, how = 'ok') => {
    const outcome = await runProgram('dns', protocol, server, 53, 'WwW.eXample.com', type, how);
    const find = (action: string) =>
      agent.current.waitFor(
        'SELECT *, name_sent, records, response, type_id FROM dns_lookup_events WHERE pid = ? AND action = ? ORDER BY eid',
        [outcome.pid, action],
        { hint: 'SELECT pid, action, name, type, rcode, answers, error FROM dns_lookup_events ORDER BY eid DESC LIMIT 6' },
      );
    return { act: theAct(outcome, 'lookup'), pid: outcome.pid, find };
  };

  it.each(
    (['udp', 'tcp'] as const).flatMap((protocol) => answers.map(([type, number, texts]) => [protocol, type, number, texts] as const)),
  )('has question and answer: %s %s', async (protocol, type, number, texts) => {
    const { act, find } = await lookup(protocol, type);
    const both = {
      name: 'www.example.com',
      name_sent: 'WwW.eXample.com',
      type,
      type_id: number,
      class: 'IN',
      id: 0x5348,
      protocol,
      path: programPath('dns'),
      server_address: server,
      server_port: 53,
      local_port: act['local_port'],
      error: null,
    };
    const [query] = await find('query');
    expect(query).toMatchObject({ ...both, rcode: null, answers: null, status: null });
    const [response] = await find('response');
    expect(response).toMatchObject({ ...both, rcode: 'NOERROR', status: 0, response: texts.join(';') });
    expect(JSON.parse(String(response?.['answers']))).toEqual(texts);
    expect(Number(response?.['latency'])).toBeGreaterThan(0);
  });

  it('has every answer of a long response, with names and lifetimes', async () => {
    const { find } = await lookup('udp', 'A', 'many');
    const [response] = await find('response');
    expect(JSON.parse(String(response?.['answers']))).toEqual(['192.0.2.7', '192.0.2.8', '192.0.2.9', '192.0.2.10', '192.0.2.11']);
    expect(JSON.parse(String(response?.['records']))[0]).toMatchObject({ type: 'A', ttl: 300, data: '192.0.2.7' });
  });

  it.each([
    ['nxdomain', 'NXDOMAIN', 3],
    ['servfail', 'SERVFAIL', 2],
  ])('has an answer that says no: %s', async (how, rcode, status) => {
    const { find } = await lookup('udp', 'A', how);
    const [response] = await find('response');
    expect(response).toMatchObject({ rcode, status, answers: '[]' });
  });

  it('has a row for each of two questions in one message', async () => {
    const { find } = await lookup('udp', 'A', 'two-questions');
    expect((await find('query')).map((row) => row['type'])).toEqual(['A', 'AAAA']);
  });

  it('has a question that nobody answers', async () => {
    const { find, pid } = await lookup('udp', 'A', 'silent');
    expect(await find('query')).toHaveLength(1);
    expect(await agent.current.query("SELECT eid FROM dns_lookup_events WHERE pid = ? AND action = 'response'", [pid])).toEqual([]);
  });
});
