import { describe, expect, it } from 'vitest';
import { costWarnings } from '../../../src/query/cost-guard.ts';
import { boundsEvents, eventSources, withinWindow } from '../../../src/schedule/event-window.ts';

const window = { after: 7n, upTo: 9n, sinceTime: 100 };

describe('queries of events', () => {
  it('are told by the tables and views they name', () => {
    expect(eventSources('SELECT * FROM process_events p JOIN users USING (uid)')).toEqual(['process_events']);
    expect(eventSources('SELECT * FROM "Socket_Events", file_events')).toEqual(['socket_events', 'file_events']);
    expect(eventSources("SELECT 'process_events' FROM users -- process_events")).toEqual([]);
  });

  it.each([
    ['SELECT * FROM process_events WHERE time > 5', true],
    ["SELECT * FROM process_events p WHERE p.time > strftime('%s','now') - 60", true],
    ['SELECT * FROM process_events WHERE 5 < time', true],
    ['SELECT * FROM process_events WHERE eid BETWEEN 1 AND 2', true],
    ['SELECT time FROM process_events WHERE uid = 0', false],
    ['SELECT time, uptime FROM process_events ORDER BY time', false],
  ])('%s bounds them itself: %s', (sql, bounds) => {
    expect(boundsEvents(sql)).toBe(bounds);
  });

  it('see the window alone', () => {
    const sql = withinWindow('SELECT pid FROM process_events', ['process_events'], window);
    expect(sql).toMatch(
      /^WITH "process_events" AS \(SELECT "eid", .* FROM main\."process_events" WHERE eid > 7 AND eid <= 9\) SELECT pid FROM process_events$/,
    );
    expect(withinWindow('SELECT 1 FROM process_events', ['process_events'], { ...window, after: undefined })).toContain(
      'WHERE time >= 100 AND eid <= 9)',
    );
  });

  it('keep their own common table expressions', () => {
    expect(withinWindow('WITH a AS (SELECT 1) SELECT * FROM a, file_events', ['file_events'], window)).toBe(
      'WITH "file_events" AS (SELECT * FROM main."file_events" WHERE eid > 7 AND eid <= 9),  a AS (SELECT 1) SELECT * FROM a, file_events',
    );
    expect(withinWindow('with recursive a AS (SELECT 1) SELECT * FROM a', ['file_events'], window)).toMatch(
      /^with recursive "file_events" AS \(.*\), {2}a AS/,
    );
  });
});

describe('the cost guard', () => {
  it.each([
    ["SELECT * FROM file WHERE path LIKE '/%%'", ['file'], "file LIKE '/%%' looks at every file of the machine"],
    ['SELECT * FROM hash WHERE path LIKE "/usr/%%"', ['hash'], "hash LIKE '/usr/%%' reads every file below /usr"],
    ["SELECT * FROM file WHERE path LIKE '/home/%%/.ssh'", ['file'], 'every file below /home'],
    ["SELECT * FROM file WHERE path LIKE '/etc/%%'", ['file'], undefined],
    ["SELECT * FROM file WHERE path LIKE '/usr/bin/%'", ['file'], undefined],
    ["SELECT * FROM users WHERE '/%%' = ''", ['users'], undefined],
  ])('%s', (sql, tables, told) => {
    const [first] = costWarnings(sql, tables);
    if (told === undefined) expect(first).toBeUndefined();
    else expect(first).toContain(told);
  });
});
