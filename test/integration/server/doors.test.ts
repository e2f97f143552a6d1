import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, startAgent } from '../../../src/agent/agent.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { createLog } from '../../../src/log.ts';
import { packageRoot } from '../../../src/paths.ts';
import { shrike } from '../../unit/cli/commands.ts';

let folder = '';
let agent: Agent | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-doors-'));
});
afterEach(async () => {
  await agent?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(yaml: string): Promise<Agent> {
  const config = parseConfig(`sensor: {enabled: false}\n${yaml}`, 'test.yaml');
  agent = await startAgent({ config, dataDir: folder, log: createLog('silent') });
  return agent;
}

const query = (...args: string[]) => shrike(['query', ...args, '--data-dir', folder, '--format', 'csv']);

describe('an address beyond this machine', () => {
  it('works when it is asked for, with a warning when there is no TLS', async () => {
    expect((await start('listen: 0.0.0.0:0')).warnings).toContainEqual(
      expect.stringContaining('is reachable from other machines without TLS'),
    );
    expect(await query('SELECT 1 AS a')).toEqual({ code: 0, out: 'a\r\n1\r\n', err: '' });
  });

  it('needs no warning with TLS', async () => {
    const { warnings } = await start(
      `listen: 0.0.0.0:0\ntls: {cert: ${packageRoot}/test/fixtures/tls/cert.pem, key: ${packageRoot}/test/fixtures/tls/key.pem}`,
    );
    expect(warnings.join()).not.toContain('TLS');
  });
});

describe('the command finds the agent by its data folder', () => {
  it('over HTTP', async () => {
    await start('listen: 127.0.0.1:0');
    expect(await query('SELECT count(*) AS n FROM process_events')).toEqual({ code: 0, out: 'n\r\n0\r\n', err: '' });
    expect(await query('SELECT * FROM zebra')).toMatchObject({ code: 2, err: expect.stringContaining('no such table: zebra') });
    expect(await query('VALUES (1), (2)', '--limit', '1')).toMatchObject({ code: 4, out: 'column1\r\n1\r\n' });
  });

  it('over HTTPS, trusting the very certificate the agent has', async () => {
    const { url } = await start(
      `listen: 127.0.0.1:0\ntls: {cert: ${packageRoot}/test/fixtures/tls/cert.pem, key: ${packageRoot}/test/fixtures/tls/key.pem}`,
    );
    expect(url).toMatch(/^https:/);
    expect(await query('SELECT 1 AS a')).toEqual({ code: 0, out: 'a\r\n1\r\n', err: '' });
  });

  it('over a socket that only its owner may use', async () => {
    const path = join(folder, 'api.sock');
    await start(`listen: unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await query('SELECT 1 AS a')).toEqual({ code: 0, out: 'a\r\n1\r\n', err: '' });
  });

  it('and says when the token is not to be had', async () => {
    await start('listen: 127.0.0.1:0');
    rmSync(join(folder, 'token'));
    expect(await query('SELECT 1')).toMatchObject({ code: 3, err: expect.stringContaining('its token in') });
    const wrong = await shrike(['query', 'SELECT 1', '--data-dir', folder], { env: { SHRIKE_TOKEN: 'wrong' } });
    expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('this token is not known here') });
  });

  it('and doctor sees it', async () => {
    await start('listen: 127.0.0.1:0');
    const { out } = await shrike(['doctor', '--data-dir', folder, '--json']);
    // doctor prints a list of findings.
    const findings = JSON.parse(out) as { check: string; verdict: string }[];
    expect(findings).toContainEqual(expect.objectContaining({ check: 'agent', verdict: 'ok' }));
  });
});
