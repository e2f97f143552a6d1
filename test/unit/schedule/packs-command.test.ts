import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { shrike } from '../cli/commands.ts';

const folder = mkdtempSync(join(tmpdir(), 'shrike-packs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const packs = (...args: string[]) => shrike(['packs', ...args, '--data-dir', folder]);

const mixed = file(
  'mixed.conf',
  `{ "queries": {
  // runs
  "good": {"query": "SELECT pid FROM processes WHERE name = \\"init\\";", "interval": "60"},
  "events": {"query": "SELECT pid, path FROM process_events", "interval": 60},
  "view": {"query": "SELECT * FROM bpf_process_events", "interval": 60},
  "functions": {"query": "SELECT regex_match(path, '[^/]+$', 0), split(cmdline, ' ', 0) FROM processes", "interval": 60},
  "typo": {"query": "SELECT piid FROM processes", "interval": 60},
  "mac": {"query": "SELECT * FROM launchd", "interval": 60, "platform": "darwin"},
  "disk": {"query": "SELECT path FROM hash WHERE path LIKE '/%%'", "interval": 60},
  "lost": {"query": "SELECT * FROM nothing", "interval": 60}, } }`,
);

describe('shrike packs', () => {
  it('lint says of each query what cannot run and why', async () => {
    const { code, out, err } = await packs('lint', mixed, '--all', '--format', 'ndjson');
    const found = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; status: string; reason: string });
    expect(found.map(({ name, status }) => [name, status])).toEqual([
      ['pack_mixed_mac', 'skipped'],
      ['pack_mixed_good', 'ok'],
      ['pack_mixed_events', 'ok'],
      ['pack_mixed_view', 'ok'],
      ['pack_mixed_functions', 'ok'],
      ['pack_mixed_typo', 'unsupported'],
      ['pack_mixed_disk', 'costly'],
      ['pack_mixed_lost', 'unsupported'],
    ]);
    expect(found.find(({ name }) => name === 'pack_mixed_typo')?.reason).toBe('no such column: piid (Did you mean pid?)');
    expect(found.find(({ name }) => name === 'pack_mixed_disk')?.reason).toContain('reads every file of the machine');
    expect(err).toContain('shrike: 5 run here (1 costly), 2 cannot, 1 are not for this machine, 0 problems in files.');
    expect(code).toBe(1);
  });

  it('import keeps the pack as strict JSON for the agent', async () => {
    const { code } = await packs('import', mixed);
    expect(code).toBe(4);
    const kept = JSON.parse(readFileSync(join(folder, 'packs', 'mixed.json'), 'utf8')) as {
      packs: { mixed: { queries: Record<string, unknown> } };
    };
    expect(Object.keys(kept.packs.mixed.queries)).toEqual(['good', 'events', 'view', 'functions', 'typo', 'mac', 'disk', 'lost']);
    expect(kept.packs.mixed.queries['good']).toEqual({ query: 'SELECT pid FROM processes WHERE name = "init";', interval: 60 });
  });

  it('names the place of a mistake and keeps nothing of such a file', async () => {
    const bad = file('bad.conf', '{"queries": {"q": {"query": "SELECT 1" "interval": 5}}}');
    const { code, out } = await packs('import', bad, '--format', 'ndjson');
    expect(code).toBe(4);
    expect(out).toContain(`${bad}:1:40`);
    expect(() => readFileSync(join(folder, 'packs', 'bad.json'))).toThrow('ENOENT');
  });

  it('is content with a pack that runs whole', async () => {
    expect(await packs('lint', file('fine.conf', '{"queries": {"q": {"query": "SELECT 1"}}}'))).toMatchObject({ code: 0, out: '' });
  });
});
