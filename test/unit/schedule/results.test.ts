import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { difference } from '../../../src/schedule/differential.ts';
import { ResultLog } from '../../../src/schedule/result-log.ts';
import { calendarTime, differenceLines, type LineSettings, rowTexts, snapshotLines } from '../../../src/schedule/result-lines.ts';
import { ScheduleState } from '../../../src/schedule/state.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-results-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a difference', () => {
  it('is that of two multisets: what is left and what is added make the new one', () => {
    const rows = fc.array(fc.constantFrom<string>('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const { added, removed } = difference(before, after);
        const rest = [...before];
        for (const row of removed) rest.splice(rest.indexOf(row), 1);
        expect([...rest, ...added].sort()).toEqual([...after].sort());
        expect(added.filter((row) => removed.includes(row))).toEqual([]);
      }),
    );
  });
});

describe('lines of results', () => {
  const settings: LineSettings = { events: true, snapshotEvents: false, numerics: false, decorationsTopLevel: false };
  const head = { name: 'q', hostIdentifier: 'h', time: 1_412_098_650_123, epoch: 0, counter: 3, decorations: { site: 'x' } };
  const common = {
    name: 'q',
    hostIdentifier: 'h',
    calendarTime: 'Tue Sep 30 17:37:30 2014 UTC',
    unixTime: 1_412_098_650,
    epoch: 0,
    counter: 3,
    numerics: false,
  };
  const parsed = (lines: readonly string[]) => {
    for (const line of lines) expect(line.endsWith('}\n')).toBe(true);
    return lines.map((line) => JSON.parse(line) as unknown);
  };

  it('tell the time as asctime does', () => {
    expect([calendarTime(0), calendarTime(1_412_098_650_999)]).toEqual(['Thu Jan  1 00:00:00 1970 UTC', 'Tue Sep 30 17:37:30 2014 UTC']);
  });

  it('are one for each row, with every value a string', () => {
    const columns = [
      { name: 'i', type: 'INTEGER' },
      { name: 'd', type: 'DOUBLE' },
      { name: 't', type: 'TEXT' },
      { name: 'n', type: 'NULL' },
    ];
    const rows = rowTexts(columns, [[1, 2, 'x"\n', null]], settings);
    expect(rows).toEqual(['{"i":"1","d":"2.0","t":"x\\"\\n","n":""}']);
    expect(rowTexts(columns, [[2n ** 60n, 0.5, 'x', null]], { ...settings, numerics: true })).toEqual([
      '{"i":1152921504606846976,"d":0.5,"t":"x","n":""}',
    ]);
    expect(parsed(differenceLines(head, { added: ['{"a":"1"}'], removed: ['{"a":"2"}'] }, settings))).toEqual([
      { ...common, decorations: { site: 'x' }, columns: { a: '2' }, action: 'removed' },
      { ...common, decorations: { site: 'x' }, columns: { a: '1' }, action: 'added' },
    ]);
    expect(differenceLines(head, { added: [], removed: [] }, settings)).toEqual([]);
  });

  it('are one for the whole difference, or one for a snapshot, where so set', () => {
    const batch = { ...settings, events: false, decorationsTopLevel: true };
    expect(parsed(differenceLines(head, { added: ['{"a":"1"}'], removed: [] }, batch))).toEqual([
      { ...common, site: 'x', diffResults: { removed: [], added: [{ a: '1' }] } },
    ]);
    const plain = { ...head, decorations: {} };
    expect(parsed(snapshotLines(plain, ['{"a":"1"}', '{"a":"2"}'], settings))).toEqual([
      { ...common, snapshot: [{ a: '1' }, { a: '2' }], action: 'snapshot' },
    ]);
    expect(parsed(snapshotLines(plain, ['{"a":"1"}'], { ...settings, snapshotEvents: true }))).toEqual([
      { ...common, columns: { a: '1' }, action: 'snapshot' },
    ]);
  });

  it('have the last of columns with the same name', () => {
    const columns = ['a', 'b', 'a:1'].map((name) => ({ name, type: 'TEXT' }));
    expect(rowTexts(columns, [['1', '2', '3']], settings)).toEqual(['{"a":"3","b":"2"}']);
  });
});

describe('the log of results', () => {
  const openLog = (maxBytes: number, files: number) => new ResultLog({ path: join(folder, 'results.log'), maxBytes, files });

  it('puts files aside before they grow too large and keeps the newest', async () => {
    const log = openLog(20, 2);
    for (let i = 0; i < 10; i++) await log.append([`line ${i} ..\n`]);
    await log.close();
    expect(readdirSync(folder).sort()).toEqual(['results.log', 'results.log.1', 'results.log.2']);
    expect(['results.log.2', 'results.log.1', 'results.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join('')).toBe(
      [4, 5, 6, 7, 8, 9].map((i) => `line ${i} ..\n`).join(''),
    );
  });

  it('begins a new line after one that a crash cut short', async () => {
    writeFileSync(join(folder, 'results.log'), 'whole\nhal');
    const log = openLog(1000, 1);
    await log.append(['next\n']);
    await log.close();
    expect(readFileSync(join(folder, 'results.log'), 'utf8')).toBe('whole\nhal\nnext\n');
  });

  it('fails where it cannot write, and goes on when it can again', async () => {
    const log = new ResultLog({ path: join(folder, 'later', 'results.log'), maxBytes: 100, files: 1 });
    await expect(log.append(['x\n'])).rejects.toThrow('ENOENT');
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'later'));
    await log.append(['y\n']);
    await log.close();
    expect(readFileSync(join(folder, 'later', 'results.log'), 'utf8')).toBe('y\n');
  });
});

describe('the state of the schedule', () => {
  it('gives back what was set, and nothing of a file that is not whole', async () => {
    const state = new ScheduleState(folder);
    expect(await state.result('a/b')).toBeUndefined();
    await state.setResult('a/b', { digest: 'd', epoch: 1, counter: 2, rows: ['{"x":"1"}', '{"x":"1"}'] });
    expect(await state.result('a/b')).toMatchObject({ digest: 'd', epoch: 1, counter: 2, rows: ['{"x":"1"}', '{"x":"1"}'] });
    const file = join(folder, readdirSync(folder).find((name) => name.endsWith('.rows')) ?? '');
    truncateSync(file, readFileSync(file).length - 5);
    expect(await state.result('a/b')).toBeUndefined();
  });
});
