import { describe, expect, it } from 'vitest';
import { shrike } from './commands.ts';

const local = 'shrike: no agent runs on /nonexistent/shrike; answering from this process, without event tables.\n';
const sql = "SELECT 1 AS n, 'a,b' AS t, NULL AS z, x'00ff' AS b UNION ALL SELECT 2, 'c', 'd', NULL";

describe('shrike query without an agent', () => {
  it.each(['table', 'json', 'ndjson', 'csv', 'line'])('prints %s on standard output and nothing else', async (format) => {
    const { code, out, err } = await shrike(['query', sql, '--format', format]);
    expect({ code, err }).toEqual({ code: 0, err: local });
    expect(out).toMatchSnapshot();
  });

  it('takes parameters, and SQL from standard input', async () => {
    const { code, out } = await shrike(['query', '-', '-f', 'csv', '-p', 'a=5', '--param', 'b=x'], {
      input: 'SELECT :a + 1 AS a, :b AS b',
    });
    expect([code, out]).toEqual([0, 'a,b\r\n6,x\r\n']);
  });

  it('says when rows are missing, with exit code 4', async () => {
    const { code, out, err } = await shrike(['query', 'VALUES (1), (2), (3)', '-f', 'csv', '--limit', '2']);
    expect([code, out]).toEqual([4, 'column1\r\n1\r\n2\r\n']);
    expect(err).toBe(`${local}shrike: only the first 2 rows are given: the limit of 2 rows was reached.\n`);
  });

  it('keeps what was printed when time runs out half way, with exit code 4', async () => {
    const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c';
    const { code, out, err } = await shrike(['query', endless, '-f', 'ndjson', '--timeout', '1000']);
    expect(code).toBe(4);
    expect(out.startsWith('{"x":1}\n{"x":2}\n')).toBe(true);
    expect(err).toMatch(/the answer stops after \d+ rows: the query ran longer than 1000 ms/);
  });

  it.each([
    ['selct 1', 2, 'shrike: near "selct": syntax error (at character 1).\n  Check the SQL at the position given.\n'],
    ['SELECT * FROM proceses', 2, 'shrike: no such table: proceses (at character 15).\n  Did you mean processes?\n'],
    [
      'SELECT * FROM process_events',
      3,
      'shrike: table process_events is recorded by the agent, and no agent runs on /nonexistent/shrike (at character 15).\n  Start one with `shrike run`, or name its folder with --data-dir.\n',
    ],
    [
      'DROP TABLE users',
      2,
      'shrike: DROP is not allowed: queries only read (at character 1).\n  Queries only read: use SELECT, WITH, VALUES or EXPLAIN QUERY PLAN.\n',
    ],
  ])('%s ends with a sentence and exit code %i', async (text, exit, message) => {
    expect(await shrike(['query', text])).toEqual({ code: exit, out: '', err: local + message });
  });
});

describe('shrike with wrong flags', () => {
  it.each([
    [['bogus'], "shrike: unknown command 'bogus'"],
    [['query'], "shrike: missing required argument 'sql'"],
    [['query', 'SELECT 1', '--bogus'], "shrike: unknown option '--bogus'"],
    [['query', 'SELECT 1', '--formt', 'csv'], "shrike: unknown option '--formt'\n(Did you mean --format?)"],
    [['query', 'SELECT 1', '--format', 'xml'], 'shrike: there is no format "xml"'],
    [['query', 'SELECT 1', '--limit', '-1'], 'shrike: --limit takes a whole number, not "-1"'],
    [['query', 'SELECT :a', '-p', '1'], 'shrike: --param 1: the SQL has named parameters'],
    [['run', '--listen'], "shrike: option '--listen <address>' argument missing"],
    [['run', '--listen', 'nowhere'], 'shrike: cannot listen on "nowhere": it is not an address'],
    [['run', '--config', '/nonexistent.yaml'], 'shrike: cannot read the configuration /nonexistent.yaml'],
    [['run', '--speed', 'fast'], 'shrike: --speed takes a number, not "fast"'],
    [['record', '/tmp/x', '--seconds', 'x'], 'shrike: --seconds takes a whole number, not "x"'],
    [['tables', 'proceses'], 'shrike: no such table: proceses.\n  Did you mean processes?'],
  ])('%j ends with a sentence and exit code 2', async (args, message) => {
    const { code, out, err } = await shrike(args);
    expect([code, out]).toEqual([2, '']);
    expect(err.slice(0, message.length)).toBe(message);
    expect(err.split('\n').length).toBeLessThanOrEqual(4);
  });
});

describe('shrike without an agent and without root', () => {
  it('shows help and its version', async () => {
    expect(await shrike(['version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
    expect(await shrike(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
    const { code, out, err } = await shrike(['help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatchSnapshot();
    expect((await shrike(['help', 'query'])).out).toContain('--format <format>');
  });

  it('lists and describes tables', async () => {
    const list = await shrike(['tables', '--format', 'json']);
    expect(JSON.parse(list.out)).toContainEqual(expect.objectContaining({ name: 'processes', kind: 'state' }));
    const one = await shrike(['tables', 'users']);
    expect([one.code, one.err]).toEqual([0, '']);
    expect(one.out).toContain('Columns:\n  uid');
  });
});
