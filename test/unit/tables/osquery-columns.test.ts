/** Queries written for osquery run unchanged: the same columns, in the same order, of the same types, hidden where osquery hides them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { views } from '../../../src/query/views.ts';
import { tables } from '../../../src/tables/index.ts';

interface Published {
  evented: boolean;
  aliases: string[];
  columns: [name: string, type: string][];
  hidden: string[];
  required: string[];
  index: string[];
  additional: string[];
  other_platforms_hidden: [name: string, type: string][];
}

const published = (
  JSON.parse(readFileSync(new URL('../../fixtures/osquery-columns.json', import.meta.url), 'utf8')) as { tables: Record<string, Published> }
).tables;
const ours = tables.filter((table) => table.kind !== 'event' && published[table.name] !== undefined);

describe("osquery's tables", () => {
  it('are here', () => {
    expect(ours.length).toBeGreaterThanOrEqual(25);
  });

  it.each(ours.map((table) => [table.name, table] as const))('%s has the published columns, then ours', (name, table) => {
    const theirs = published[name];
    if (theirs === undefined) throw new Error('unreachable');
    const expected = [
      ...theirs.columns.map(([column, type]) => ({ name: column, type, hidden: theirs.hidden.includes(column) })),
      ...theirs.other_platforms_hidden.map(([column, type]) => ({ name: column, type, hidden: true })),
    ];
    const actual = table.columns
      .slice(0, expected.length)
      .map((column) => ({ name: column.name, type: column.type as string, hidden: column.hidden ?? false }));
    expect(actual).toEqual(expected);
  });

  it.each(ours.map((table) => [table.name, table] as const))('%s requires, indexes and hands on the same columns', (name, table) => {
    const theirs = published[name];
    if (theirs === undefined) throw new Error('unreachable');
    const names = (pick: (column: (typeof table.columns)[number]) => boolean | undefined): string[] =>
      table.columns
        .filter((column) => pick(column) === true && theirs.columns.some(([other]) => other === column.name))
        .map((column) => column.name);
    expect(names((column) => column.required)).toEqual(theirs.required);
    // We may push down more than osquery does, never less.
    expect(names((column) => column.index)).toEqual(expect.arrayContaining(theirs.index));
    expect(names((column) => column.index || column.additional)).toEqual(expect.arrayContaining(theirs.additional));
  });
});

describe('every generated table', () => {
  const generated = tables.filter((table) => table.kind !== 'event');
  it.each(generated.map((table) => [table.name, table] as const))(
    '%s is described: each column in a sentence, a source, two examples',
    (_, table) => {
      for (const column of table.columns) {
        expect(column.description, column.name).toMatch(/^\S.{2,}[^.\s]$/);
        expect(column.description.length, column.name).toBeLessThan(160);
      }
      expect(table.description.length).toBeGreaterThan(10);
      expect(table.source).not.toBe('');
      expect(table.examples.length).toBeGreaterThanOrEqual(2);
      expect(new Set(table.columns.map((column) => column.name)).size).toBe(table.columns.length);
      // SQLite tells the columns a query reads in a mask of 64 bits.
      expect(table.columns.length).toBeLessThan(64);
    },
  );
});

describe("osquery's other names", () => {
  it('are views of ours, or tables', () => {
    const names = new Set([...tables.map((table) => table.name), ...views.map((view) => view.name)]);
    const aliases = Object.values(published).flatMap((table) => table.aliases);
    expect(aliases.filter((alias) => !names.has(alias))).toEqual([]);
  });
  it('cover every table', () => {
    const names = new Set([...tables.map((table) => table.name), ...views.map((view) => view.name)]);
    const missing = Object.keys(published).filter(
      (name) => !names.has(name) && !published[name]?.aliases.some((alias) => names.has(alias)),
    );
    expect(missing).toEqual([]);
  });
});
