import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { endless, errorOf, fillEvents, useTestAgent } from './support.ts';

const agent = useTestAgent();
beforeAll(() => fillEvents(50_000));

/** Nothing that was refused may leave a trace. */
async function expectWorking(): Promise<void> {
  expect(await (await agent.query({ sql: 'SELECT count(*) AS n FROM process_events' })).json()).toMatchObject({ rows: [{ n: 50_000 }] });
}

const post = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  agent.ask('/api/v1/query', { method: 'POST', body, headers: type === '' ? {} : { 'content-type': type } });

describe('statements that are refused or stopped', () => {
  it.each([
    ['a recursion without end', `SELECT count(*) FROM (${endless})`, 408, 'E_QUERY_TIMEOUT'],
    [
      'a cross join of three big tables',
      'SELECT count(*) FROM process_events a, process_events b, process_events c WHERE a.pid + b.pid + c.pid < 0',
      408,
      'E_QUERY_TIMEOUT',
    ],
    [
      'a sort of a cross join',
      'SELECT a.eid FROM process_events a, process_events b ORDER BY a.pid * b.pid, a.path',
      408,
      'E_QUERY_TIMEOUT',
    ],
    ['ATTACH', "ATTACH '/etc/passwd' AS x", 403, 'E_QUERY_FORBIDDEN'],
    ['PRAGMA', 'PRAGMA hard_heap_limit = 1', 403, 'E_QUERY_FORBIDDEN'],
    ['INSERT', 'INSERT INTO process_events (pid) VALUES (1)', 403, 'E_QUERY_FORBIDDEN'],
    ['load_extension', "SELECT load_extension('/tmp/evil.so')", 403, 'E_QUERY_FORBIDDEN'],
    ['two statements', 'SELECT 1; DROP TABLE users', 400, 'E_QUERY_MULTIPLE'],
    ['nothing', '  ', 400, 'E_QUERY_EMPTY'],
  ])('%s', async (_, sql, status, code) => {
    const error = await errorOf(await agent.query({ sql, timeout_ms: 400 }));
    expect(error).toMatchObject({ status, code });
    expect(error.hint).not.toBe('');
    await expectWorking();
  });

  it('limits that callers may not raise', async () => {
    expect(await errorOf(await agent.query({ sql: 'SELECT 1', timeout_ms: 1e9 }))).toMatchObject({ status: 400, code: 'E_QUERY_LIMIT' });
    expect(await errorOf(await agent.query({ sql: 'SELECT 1', limit: 1e9 }))).toMatchObject({ status: 400, code: 'E_QUERY_LIMIT' });
  });

  it('parameters that do not fit', async () => {
    expect(await errorOf(await agent.query({ sql: 'SELECT ?', params: [] }))).toMatchObject({ status: 400, code: 'E_QUERY_PARAMS' });
  });
});

describe('bodies that are refused', () => {
  it('10 MB of SQL', async () => {
    const response = await post(JSON.stringify({ sql: `SELECT '${'a'.repeat(10_000_000)}'` }));
    expect(await errorOf(response)).toMatchObject({ status: 413, code: 'E_HTTP_BODY_TOO_LARGE' });
    await expectWorking();
  });

  it('SQL that is longer than SQL may be', async () => {
    expect(await errorOf(await agent.query({ sql: `SELECT '${'a'.repeat(300_000)}'` }))).toMatchObject({
      status: 413,
      code: 'E_QUERY_TOO_LONG',
    });
  });

  it.each([
    ['a binary one', new Uint8Array([0x7b, 0xff, 0xfe, 0x00]), 'application/json', 400, 'E_HTTP_BAD_UTF8'],
    ['a binary one of no type', new Uint8Array([0xff, 0xfe]), 'application/octet-stream', 415, 'E_HTTP_MEDIA_TYPE'],
    ['one that is not JSON', '{"sql": ', 'application/json', 400, 'E_HTTP_BAD_JSON'],
    ['one that is not an object', '[1]', 'application/json', 400, 'E_HTTP_BAD_REQUEST'],
    ['one without SQL', '{}', 'application/json', 400, 'E_HTTP_BAD_REQUEST'],
    ['SQL of a wrong type', '{"sql": 1}', 'application/json', 400, 'E_HTTP_BAD_REQUEST'],
    ['an unknown key', '{"sql": "SELECT 1", "limt": 1}', 'application/json', 400, 'E_HTTP_BAD_REQUEST'],
    ['an unknown format', '{"sql": "SELECT 1", "format": "xml"}', 'application/json', 400, 'E_HTTP_BAD_REQUEST'],
    ['a NUL in the SQL', '{"sql": "SELECT 1\\u0000"}', 'application/json', 400, 'E_QUERY_SYNTAX'],
    ['another type', '<sql/>', 'text/xml', 415, 'E_HTTP_MEDIA_TYPE'],
  ])('%s', async (_, body, type, status, code) => {
    expect(await errorOf(await post(body, type))).toMatchObject({ status, code });
    await expectWorking();
  });
});

describe('requests that are refused', () => {
  it('without a token', async () => {
    const response = await fetch(`${agent.url}/api/v1/tables`);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await errorOf(response)).toMatchObject({ status: 401, code: 'E_AUTH_MISSING' });
  });

  it.each(['/api/v1/query?sql=SELECT+1', '/metrics', '/openapi.json', '/nothing'])('with a wrong token, at %s', async (path) => {
    for (const authorization of ['Bearer wrong', 'Basic d3Jvbmc=', 'Bearer', `Bearer ${agent.token}x`]) {
      expect(await errorOf(await fetch(agent.url + path, { headers: { authorization } }))).toMatchObject({
        status: 401,
        code: 'E_AUTH_WRONG',
      });
    }
  });

  it('to a place that is not there', async () => {
    expect(await errorOf(await agent.ask('/api/v2'))).toMatchObject({ status: 404, code: 'E_HTTP_NOT_FOUND' });
    expect(await errorOf(await agent.ask('/api/v1/tables/proceses'))).toMatchObject({
      status: 404,
      code: 'E_HTTP_UNKNOWN_TABLE',
      hint: 'Did you mean processes?',
    });
  });

  it.each([
    ['/%zz', 400, 'E_HTTP_BAD_REQUEST'],
    [`/api/v1/tables/${'a'.repeat(300)}`, 400, 'E_HTTP_BAD_REQUEST'],
    ['/api/v1/query', 400, 'E_HTTP_BAD_REQUEST'],
    ['/api/v1/query?sql=a&sql=b', 400, 'E_HTTP_BAD_REQUEST'],
    ['/api/v1/query?sql=SELECT+1&limit=many', 400, 'E_HTTP_BAD_REQUEST'],
    ['/api/v1/query?sql=SELECT+1&params=x', 400, 'E_QUERY_PARAMS'],
  ])('with an address that makes no sense: %s', async (path, status, code) => {
    expect(await errorOf(await agent.ask(path))).toMatchObject({ status, code });
  });

  it('with a method that does not fit', async () => {
    const response = await agent.ask('/api/v1/query', { method: 'DELETE' });
    expect(response.headers.get('allow')).toBe('POST, GET');
    expect(await errorOf(response)).toMatchObject({ status: 405, code: 'E_HTTP_METHOD' });
    expect(await errorOf(await agent.ask('/api/v1/tables/users', { method: 'PUT' }))).toMatchObject({ status: 405, hint: 'Use GET.' });
  });

  it.each([
    ['GET / HTTP/9\r\n\r\n', 400, 'E_HTTP_BAD_REQUEST'],
    ['\x16\x03\x01\x02\x00', 400, 'E_HTTP_BAD_REQUEST'],
    [`GET /?${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431, 'E_HTTP_HEADERS'],
  ])('that are no HTTP: %j', async (bytes, status, code) => {
    const text = await new Promise<string>((resolve, reject) => {
      let answer = '';
      const { hostname, port } = new URL(agent.url);
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('data', (part) => {
        answer += part.toString();
      });
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n')))).toMatchObject({ ok: false, code });
    await expectWorking();
  });
});
