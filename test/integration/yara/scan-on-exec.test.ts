/** What is executed is scanned once, in the background, and a match leads to its process. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../../src/paths.ts';
import { pause } from '../support/agent-client.ts';
import { describeWith } from '../support/requirements.ts';
import { useAgent } from '../support/use-agent.ts';

const storm = 2000;
const word = ['harmless', 'test', 'marker'].join('-');
const tiny = join(packageRoot, 'build', 'test-programs', 'tiny');

describeWith(['root', 'bpf', 'programs'], 'scan on execution', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shrike-exec-'));
  const rules = join(folder, 'rules');
  const good = `rule marked : test { meta: severity = "high" attack = "T1204" strings: $a = "${word}" condition: $a }`;
  mkdirSync(rules);
  writeFileSync(join(rules, 'marked.yar'), good);
  const agent = useAgent({ config: `yara:\n  rules: [${rules}]\n  signatures: { own: [${rules}] }\n` });
  const run = (path: string): void => void spawnSync(path, [], { stdio: 'ignore' });

  const program = (name: string, tail: string): string => {
    const path = join(folder, name);
    copyFileSync(tiny, path);
    writeFileSync(path, tail, { flag: 'a' });
    chmodSync(path, 0o755);
    return path;
  };

  beforeAll(() => pause(200));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a row for each execution of a program that matches, with its exec_id', async () => {
    const path = program('bad', word);
    run(path);
    await agent.current.waitFor('SELECT * FROM yara_events WHERE target_path = ?', [path]);
    run(path);
    const rows = await agent.current.waitFor(
      'SELECT y.matches, y.severity, y.attack, y.category, p.path, p.exec_id = y.exec_id AS same FROM yara_events y JOIN process_events p ON p.eid = y.exec_eid WHERE y.target_path = ?',
      [path],
      { count: 2 },
    );
    for (const row of rows) expect(row).toEqual({ matches: 'marked', severity: 'high', attack: 'T1204', category: 'exec', path, same: 1 });
    const scans = await agent.current.query("SELECT count(*) AS n FROM yara_scans WHERE target_path = ? AND reason = 'exec'", [path]);
    expect(scans).toEqual([{ n: 1 }]);
  });

  it('finds a script, not its interpreter', async () => {
    const path = join(folder, 'script');
    writeFileSync(path, `#!/bin/sh\n# ${word}\n`, { mode: 0o755 });
    run(path);
    const row = await agent.current.waitForRow('SELECT * FROM yara_events WHERE target_path = ?', [path]);
    expect(row['matches']).toBe('marked');
  });

  it('finds a program that was deleted as soon as it ran', async () => {
    const path = program('gone', word);
    const sleeper = join(folder, 'sleeper');
    copyFileSync('/bin/sleep', sleeper);
    writeFileSync(sleeper, word, { flag: 'a' });
    chmodSync(sleeper, 0o755);
    spawnSync('sh', ['-c', `${sleeper} 3 & rm -f ${sleeper} ${path}`], { stdio: 'ignore' });
    const row = await agent.current.waitForRow('SELECT * FROM yara_events WHERE target_path = ?', [sleeper]);
    expect(row['matches']).toBe('marked');
  });

  it('reads a program in its own mount namespace', async () => {
    const hidden = join(folder, 'hidden');
    mkdirSync(hidden);
    const path = program('inside', word);
    const script = `mount -t tmpfs none ${hidden} && cp ${path} ${hidden}/inside && ${hidden}/inside; cp /bin/sleep ${hidden}/s && printf ${word} >> ${hidden}/s && ${hidden}/s 2`;
    const { status } = spawnSync('unshare', ['-m', 'sh', '-c', script], { stdio: 'ignore' });
    expect(status).toBe(0);
    const row = await agent.current.waitForRow('SELECT * FROM yara_events WHERE target_path = ?', [`${hidden}/s`]);
    expect(row['matches']).toBe('marked');
  });

  it('refuses rules with an error, says where it is, and keeps the last good ones', async () => {
    const broken = join(rules, 'broken.yar');
    writeFileSync(broken, 'rule broken {\n  condition: $nothing }');
    const reload = (): Promise<Response> =>
      fetch(`${agent.current.url}/api/v1/yara/reload`, { method: 'POST', headers: { authorization: `Bearer ${agent.current.token}` } });
    const refused = await reload();
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      code: 'E_YARA_RULES',
      error: expect.stringContaining(`${broken}:2: undefined string "$nothing"`),
    });
    const path = program('still', word);
    run(path);
    await agent.current.waitFor('SELECT * FROM yara_events WHERE target_path = ?', [path]);
    rmSync(broken);
    expect((await reload()).status).toBe(200);
  });

  it('answers a query over the table with a signature group', async () => {
    const path = program('asked', word);
    const rows = await agent.current.query('SELECT matches, count, tags FROM yara WHERE path = ? AND sig_group = ?', [path, 'own']);
    expect(rows).toEqual([{ matches: 'marked', count: 1, tags: 'test' }]);
  });

  it(`scans each of ${storm} new programs once and counts what it cannot`, { timeout: 240_000 }, async () => {
    const many = join(folder, 'storm');
    mkdirSync(many);
    const content = readFileSync(tiny);
    for (let n = 0; n < storm; n++) {
      const path = join(many, `p${n}`);
      writeFileSync(`${path}.new`, Buffer.concat([content, Buffer.from(`\n${n} ${n % 100 === 0 ? word : ''}`)]), { mode: 0o755 });
      renameSync(`${path}.new`, path);
    }
    const before = await agent.current.counters('yara_events');
    const list = join(many, 'run.sh');
    writeFileSync(list, Array.from({ length: storm }, (_, n) => `${many}/p${n}`).join('\n'));
    const start = performance.now();
    spawnSync('sh', [list], { stdio: 'ignore' });
    const took = performance.now() - start;
    const seen = await agent.current.waitFor('SELECT target_path FROM yara_events WHERE target_path LIKE ?', [`${many}/p%`], {
      count: storm / 100,
      ms: 60_000,
    });
    expect(seen).toHaveLength(storm / 100);
    let scans: number;
    let lost: number;
    const deadline = Date.now() + 60_000;
    do {
      await pause(200);
      const [row] = await agent.current.query(
        "SELECT count(*) AS n, count(DISTINCT target_path) AS files FROM yara_scans WHERE target_path LIKE ? AND reason = 'exec'",
        [`${many}/p%`],
      );
      scans = Number(row?.['n']);
      expect(row?.['n']).toBe(row?.['files']);
      const after = await agent.current.counters('yara_events');
      lost = ['lost_queue', 'unreachable', 'scan_failed'].reduce((sum, stage) => sum + (after[stage] ?? 0) - (before[stage] ?? 0), 0);
    } while (scans + lost < storm && Date.now() < deadline);
    console.log(
      `${storm} programs started in ${took.toFixed(0)} ms, ${scans} scanned, ${lost} counted as lost, done after ${(performance.now() - start).toFixed(0)} ms`,
    );
    expect(scans + lost).toBeGreaterThanOrEqual(storm);
    expect(lost).toBe(0);
  });
});
