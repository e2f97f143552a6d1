import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { notHere, shardOf } from '../../../src/schedule/applies.ts';
import { normalized } from '../../../src/schedule/normalize.ts';
import { ScheduleReader } from '../../../src/schedule/osquery-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'shrike-packs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, path = join(folder, 'osquery.conf')) {
  const reader = new ScheduleReader();
  reader.addText(text, path);
  return reader.schedule();
}

describe("osquery's configuration", () => {
  it('reads a schedule with its defaults, and numbers and booleans as strings', () => {
    const { queries, problems } = read(
      '{"schedule": {"a": {"query": "SELECT 1"}, "b": {"query": "SELECT 2", "interval": "60", "snapshot": "true", "removed": false, "shard": "5", "denylist": false}}}',
    );
    expect(problems).toEqual([]);
    expect(queries).toEqual([
      {
        name: 'a',
        pack: undefined,
        sql: 'SELECT 1',
        interval: 3600,
        snapshot: false,
        removed: true,
        platform: '',
        version: '',
        shard: 100,
        denylist: true,
        startupPriority: undefined,
      },
      {
        name: 'b',
        pack: undefined,
        sql: 'SELECT 2',
        interval: 60,
        snapshot: true,
        removed: false,
        platform: '',
        version: '',
        shard: 5,
        denylist: false,
        startupPriority: undefined,
      },
    ]);
  });

  it('reads packs inline, by path and by glob, and names their queries after them', () => {
    mkdirSync(join(folder, 'packs'));
    for (const name of ['one', 'two'])
      writeFileSync(
        join(folder, 'packs', `${name}.conf`),
        `{"queries": {"q": {"query": "SELECT '${name}'", "interval": 5}}, "discovery": ["SELECT 1"]}`,
      );
    const { queries, packs } = read(
      '{"packs": {"in": {"queries": {"q": {"query": "SELECT 0"}}, "platform": "linux"}, "by": "packs/one.conf", "*": "packs/*"}}',
    );
    expect(queries.map(({ name, sql }) => [name, sql])).toEqual([
      ['pack_in_q', 'SELECT 0'],
      ['pack_by_q', "SELECT 'one'"],
      ['pack_one_q', "SELECT 'one'"],
      ['pack_two_q', "SELECT 'two'"],
    ]);
    expect(packs.map(({ name, discovery }) => [name, discovery.length])).toEqual([
      ['in', 0],
      ['by', 1],
      ['one', 1],
      ['two', 1],
    ]);
  });

  it('takes a file with queries as a pack of the name of the file', () => {
    expect(read('{"queries": {"q": {"query": "SELECT 1"}}}', '/x/incident-response.conf').queries[0]?.name).toBe(
      'pack_incident-response_q',
    );
  });

  it('goes on after mistakes and names them', () => {
    const { queries, problems } = read(
      '{"schedule": {"a": {"query": ""}, "b": {"query": "SELECT 1", "interval": 0}, "c": {"query": "SELECT 1"}, "d": 5}, "packs": {"p": "none.conf", "q": 1}, "file_paths": {}, "tpyo": 1}',
    );
    expect(queries.map(({ name }) => name)).toEqual(['c']);
    expect(problems.map(({ where }) => where.replace(`${folder}/`, ''))).toEqual([
      'osquery.conf',
      'osquery.conf',
      'a',
      'b',
      'd',
      'none.conf',
      'pack q',
    ]);
    expect(read('{"schedule": {').problems).toEqual([
      { where: `${join(folder, 'osquery.conf')}:1:15`, reason: 'a key in double quotes, or }, is expected here' },
    ]);
  });

  it('reads decorators and views', () => {
    const { decorators, views, problems } = read(
      '{"decorators": {"load": ["SELECT 1"], "always": "SELECT 2", "interval": {"60": ["SELECT 3"], "61": []}}, "views": {"v": "SELECT 4"}}',
    );
    expect([decorators.load, decorators.always, [...decorators.interval], views]).toEqual([
      ['SELECT 1'],
      ['SELECT 2'],
      [[60, ['SELECT 3']]],
      { v: 'SELECT 4' },
    ]);
    expect(problems).toHaveLength(1);
  });

  it('means the same once it is written as strict JSON', () => {
    const first = read(
      '{"options": {"pack_delimiter": "/"}, "schedule": {"a": {"query": "SELECT 1", "removed": false}}, "packs": {"p": {"platform": "linux", "queries": {"q": {"query": "SELECT 2", "startup_priority": 1}}}}, "decorators": {"interval": {"120": ["SELECT 3"]}}}',
    );
    expect(first.queries[1]?.name).toBe('pack/p/q');
    expect(read(normalized(first))).toEqual({ ...first });
  });
});

describe('packs choose machines', () => {
  const machine = { hostname: 'web-1', distribution: 'debian' };
  const here = (platform: string, version = '', shard = 100) => notHere({ platform, version, shard }, machine);

  it.each(['', 'linux', 'posix', 'all', 'any', 'darwin,linux', 'debian', 'Linux'])('platform %j is this one', (platform) => {
    expect(here(platform)).toBeUndefined();
  });
  it.each(['darwin', 'windows', 'freebsd', 'ubuntu'])('platform %j is another', (platform) => {
    expect(here(platform)).toBe(`is for ${platform}`);
  });
  it('by the oldest version and by their share', () => {
    expect(here('', '1.4.0')).toBeUndefined();
    expect(here('', '99.0.0')).toContain('is for osquery 99.0.0');
    const share = shardOf('web-1');
    expect(here('', '', share)).toBeUndefined();
    expect(here('', '', share - 1)).toContain(`is for ${share - 1} % of machines`);
  });
});
