import { appendFileSync, closeSync, cpSync, ftruncateSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everything, files, folder, inProcess, table } from './process.ts';

describe('damage', () => {
  it('of any byte of a segment gives an error or the right answer', { timeout: 120_000 }, () => {
    const directory = folder();
    const names = Array.from({ length: 40 }, (_, i) => `t${i}`);
    const tables = names.map(table);
    const queries = (name: string) => [
      { sql: everything.replace('FROM t ', `FROM ${name} `) },
      { sql: `SELECT count(*) AS c FROM ${name} WHERE path LIKE '%9%'` },
    ];
    const [, ...right] = inProcess({
      directory,
      tables: tables.slice(0, 1),
      steps: [{ table: 't0', synthetic: { rows: 300, texts: 40, contexts: 20 } }, ...queries('t0')],
    });
    const intact = join(directory, 't0');
    // Segments know their table: each is made by the same rows in a table of its own.
    inProcess({
      directory,
      tables,
      steps: names.slice(1).map((name) => ({ table: name, synthetic: { rows: 300, texts: 40, contexts: 20 } })),
    });
    inProcess({ directory, tables, steps: [] });
    const pristine = folder();
    cpSync(directory, pristine, { recursive: true });
    expect(readdirSync(intact)).toHaveLength(1);
    let flips = 0;
    for (let round = 0; round < 4; round++) {
      const damaged = folder();
      cpSync(pristine, damaged, { recursive: true });
      names.forEach((name, i) => {
        const path = join(damaged, name, files(damaged, '.segment', name)[0] ?? '');
        const size = statSync(path).size;
        // The first bytes one by one, the rest in steps.
        const at = round === 0 ? i : Math.floor(((round - 1) * names.length + i) * (size / (3 * names.length)));
        const file = openSync(path, 'r+');
        const byte = Buffer.alloc(1);
        readSync(file, byte, 0, 1, at);
        writeSync(file, Buffer.from([(byte[0] ?? 0) ^ (1 << (i & 7))]), 0, 1, at);
        closeSync(file);
        flips++;
      });
      const results = inProcess({ directory: damaged, tables, steps: [...names.flatMap(queries), { status: true }] });
      let asides = 0;
      names.forEach((_, i) => {
        const [rows, like] = results.slice(2 * i, 2 * i + 2);
        const values = (list: readonly object[]) => list.map((one) => Object.entries(one).filter(([key]) => key !== 'eid'));
        if (!Array.isArray(rows) || rows.length === 0) {
          asides++;
          return;
        }
        expect(values(rows)).toEqual(values(right[0]));
        if (Array.isArray(like) && like[0].c !== 0) expect(like).toEqual(right[1]);
      });
      // What was not answered was set aside, and said so.
      expect(results.at(-1).setAside).toBeGreaterThanOrEqual(asides);
    }
    expect(flips).toBe(160);
  });

  it('of a journal costs what is behind it, and the agent starts', () => {
    const directory = folder();
    inProcess({
      directory,
      steps: [
        { table: 't', synthetic: { rows: 100 } },
        { flush: true },
        { table: 't', synthetic: { rows: 100 } },
        { flush: true },
        { kill: true },
      ],
    });
    const [journal] = files(directory, '.journal');
    const path = join(directory, 't', journal ?? '');
    const file = openSync(path, 'r+');
    ftruncateSync(file, statSync(path).size - 10);
    closeSync(file);
    const [count, counters] = inProcess({ directory, steps: [{ sql: 'SELECT count(*) AS c FROM t' }, { counters: true }] });
    expect(count).toEqual([{ c: 100 }]);
    expect(counters['t.torn_journals']).toBe(1);
  });

  it('of a whole file sets it aside and keeps the others', () => {
    const directory = folder();
    inProcess({ directory, chunkRows: 100, steps: [{ table: 't', synthetic: { rows: 1000 } }] });
    inProcess({ directory, chunkRows: 100, steps: [] });
    const [first, second] = files(directory, '.segment');
    appendFileSync(join(directory, 't', first ?? ''), 'tail');
    const file = openSync(join(directory, 't', second ?? ''), 'r+');
    ftruncateSync(file, 40);
    closeSync(file);
    const before = files(directory, '.segment').length;
    const [status, count] = inProcess({ directory, chunkRows: 100, steps: [{ status: true }, { sql: 'SELECT count(*) AS c FROM t' }] });
    expect(status).toMatchObject({ setAside: 2, error: '' });
    expect(count[0].c).toBeGreaterThan(0);
    expect(files(directory, '.segment')).toHaveLength(before - 2);
    expect(readdirSync(join(directory, 'set-aside'))).toHaveLength(2);
  });
});
