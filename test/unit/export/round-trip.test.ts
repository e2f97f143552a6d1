import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { shrike } from '../cli/commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'shrike-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (data: string, ...args: string[]) => shrike(args, { env: { SHRIKE_DATA_DIR: at(data) } });

/** What a table would find hard to keep: big integers, the empty string beside NULL, quotes, line ends, other alphabets. */
const hard = [
  { time: 1_700_000_000, ntime: 5, pid: 7, path: '/bin/a', cmdline: 'a "b", c\r\nd', exec_id: 'x' },
  { time: 1_700_000_001, ntime: '9007199254740993', pid: 8, path: '', cmdline: ' é 日本 ', cwd: 'NULL' },
  { time: 1_700_000_002, ntime: 7, pid: 4294967295 },
];

async function exported(data: string, format: string, ...more: string[]): Promise<string> {
  const file = at(`${data}-${format}-${more.length}.${format}`);
  const { code, err } = await run(data, 'export', '--table', 'process_events', '--output', file, ...more);
  expect(err).toMatch(/has \d+ rows of process_events/);
  expect(code).toBe(0);
  return file;
}

describe('shrike export and import', { timeout: 120_000 }, () => {
  const first = at('process_events.ndjson');
  writeFileSync(first, hard.map((row) => `${JSON.stringify(row).replace('"9007199254740993"', '9007199254740993')}\n`).join(''));

  it('keep every value through NDJSON, CSV and Parquet', async () => {
    expect(await run('first', 'import', first)).toMatchObject({ code: 0, out: '', err: `3 rows of ${first} are in process_events.\n` });
    const wanted = readFileSync(await exported('first', 'ndjson'), 'utf8');
    expect(wanted).toContain('"ntime":9007199254740993');
    expect(wanted).toContain('"path":""');
    for (const format of ['csv', 'parquet', 'ndjson']) {
      const file = await exported('first', format);
      const { code, err } = await run(format, 'import', file, '--table', 'process_events');
      expect({ code, err }).toEqual({ code: 0, err: `3 rows of ${file} are in process_events.\n` });
      expect(readFileSync(await exported(format, 'ndjson'), 'utf8'), format).toBe(wanted);
    }
  });

  it('keep to the times given, ends included, and write where nobody else may read', async () => {
    const file = await exported('first', 'ndjson', '--since', '1700000001', '--until', '2023-11-14T22:13:21Z');
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { out } = await run('first', 'export', '--table', 'process_events', '--format', 'csv', '--since', '1d');
    expect(out.split('\r\n')).toHaveLength(2); // the line of names and nothing
  });

  it('let Parquet files say which table they are of', async () => {
    const file = await exported('first', 'parquet');
    expect((await run('named', 'import', file)).err).toContain('are in process_events');
  });

  it.each([
    [['export', '--table', 'proces_events', '-f', 'csv'], 2, 'proces_events is no event table', 'Did you mean process_events?'],
    [['export', '--table', 'processes', '-f', 'csv'], 2, 'processes is no event table', 'It has no history'],
    [['export', '--table', 'process_events'], 2, 'give --format parquet, ndjson or csv', ''],
    [['export', '--table', 'process_events', '-f', 'xml'], 2, 'there is no format "xml"', ''],
    [['export', '--table', 'process_events', '-f', 'csv', '--since', 'soon'], 2, '--since takes', ''],
    [['export', '--table', 'process_events', '-o', '/nonexistent/x.csv'], 3, '/nonexistent/x.csv cannot be written', ''],
    [['import', '/nonexistent/process_events.csv'], 3, 'cannot import /nonexistent/process_events.csv', ''],
    [['import', '/dev/null', '-f', 'csv'], 2, 'give --table', ''],
  ])('%j ends with a sentence', async (args, code, message, hint) => {
    const answer = await run('first', ...args);
    expect(answer.err).toContain(message);
    expect(answer.err).toContain(hint);
    expect(answer).toMatchObject({ code, out: '' });
  });

  it.each([
    ['no.parquet', 'not a parquet file at all', 'cannot import'],
    ['open.csv', 'time,path\n1,"a', 'the quoted field that begins in line 2 is not closed'],
    ['short.csv', 'time,path\n1\n', 'record 2 has 1 fields, and the first line has 2'],
    ['column.csv', 'time,colour\n1,red\n', 'process_events has no column colour'],
    ['value.ndjson', '{"time":1,"pid":"many"}\n', 'row 1: "many" is no value for pid'],
    ['time.ndjson', '{"pid":1}\n', 'row 1 has no time'],
    ['line.ndjson', '{"time":1}\n{"time":\n', 'line 2: '],
  ])('%s is refused with the place where it is wrong', async (name, text, message) => {
    writeFileSync(at(name), text);
    const { code, err } = await run('broken', 'import', at(name), '--table', 'process_events');
    expect(err).toContain(message);
    expect(code).toBe(3);
  });
});
