import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shrike } from '../../unit/cli/commands.ts';
import { Agent, freePort } from '../support/agent.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is told to people: the log's lines are JSON. */
const told = (err: string) => err.replace(/^\{.*\n/gm, '');

const run = async (...args: string[]) => {
  const outcome = await shrike(['run', '--no-bpf', '--data-dir', folder, ...args]);
  return { ...outcome, err: told(outcome.err) };
};

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server));
  });
}

describe('an agent that cannot start says why in one sentence', () => {
  it('when its port is taken', async () => {
    const port = await freePort();
    const other = await listenOn(port);
    const { code, out, err } = await run('--listen', `127.0.0.1:${port}`);
    other.close();
    expect([code, out]).toEqual([3, '']);
    expect(err).toBe(
      `shrike: 127.0.0.1:${port} is in use by another program.\n  Stop it, or choose another address with --listen HOST:PORT (port 0 takes any free one).\n`,
    );
    expect(existsSync(join(folder, 'agent.json'))).toBe(false);
  });

  it('when its data folder is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, err } = await run('--data-dir', file);
    expect(code).toBe(3);
    expect(err).toBe(
      `shrike: cannot use the data folder ${file}: it is not a folder.\n  Choose a folder this user may write with --data-dir, or run as root.\n`,
    );
  });

  it.skipIf(process.getuid?.() !== 0)('when it may not read its data folder', async () => {
    const dir = join(folder, 'closed');
    mkdirSync(dir, { mode: 0o700 });
    chmodSync(folder, 0o755);
    const { code, err } = await shrike(['run', '--no-bpf', '--data-dir', dir], { uid: 65534 });
    expect(code).toBe(3);
    expect(err).toBe(
      `shrike: cannot use the data folder ${dir}: permission denied.\n  Choose a folder this user may write with --data-dir, or run as root.\n`,
    );
  });

  it('when another agent uses the folder, naming it', async () => {
    const agent = await Agent.start({ dataDir: folder, args: ['--no-bpf'] });
    const { code, err } = await run('--listen', '127.0.0.1:0');
    expect(code).toBe(3);
    expect(err).toBe(
      `shrike: another agent (pid ${agent.pid}) already uses the data folder ${folder}.\n  Stop it, or choose another folder with --data-dir.\n`,
    );
    expect(await agent.query('SELECT 1 AS a')).toEqual([{ a: 1 }]);
    await agent.stop();
  });

  it('when the configuration is wrong, naming the place', async () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, 'query:\n  workrs: 3\n');
    const { code, err } = await run('--config', file);
    expect(code).toBe(2);
    expect(err).toBe(`shrike: ${file}:2:3: unknown setting "query.workrs".\n  Did you mean workers?\n`);
  });

  it('when its TLS files are missing', async () => {
    const file = join(folder, 'c.yaml');
    writeFileSync(file, `tls: {cert: ${folder}/none.pem, key: ${folder}/none.pem}\n`);
    const { code, err } = await run('--listen', '127.0.0.1:0', '--config', file);
    expect(code).toBe(3);
    expect(err).toContain('shrike: cannot use the TLS files: ENOENT');
  });

  it('when the recording to replay is not there', async () => {
    const { code, err } = await run('--listen', '127.0.0.1:0', '--replay', join(folder, 'none'));
    expect(code).toBe(3);
    expect(err).toContain('none');
  });
});

describe('an agent', () => {
  it('takes over the folder of one that was killed', async () => {
    const first = await Agent.start({ dataDir: folder, args: ['--no-bpf'] });
    const { token } = first;
    await first.stop('SIGKILL');
    expect(existsSync(join(folder, 'agent.json'))).toBe(true);
    const second = await Agent.start({ dataDir: folder, args: ['--no-bpf'] });
    expect(second.token).toBe(token);
    expect(await second.stop()).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s with code 0, also in the middle of queries, and cleans up', async (signal) => {
    const agent = await Agent.start({ dataDir: folder, args: ['--no-bpf'] });
    const endless = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c';
    const queries = [1, 2, 3].map(() => agent.query(endless).catch((error: unknown) => error));
    const busy = async () =>
      (await (await fetch(`${agent.url}/metrics`, { headers: { authorization: `Bearer ${agent.token}` } })).text()).includes(
        '{state="busy"} 2',
      );
    while (!(await busy()));
    expect(await agent.stop(signal)).toBe(0);
    for (const query of queries) expect(await query).toBeInstanceOf(Error);
    expect(existsSync(join(folder, 'agent.json'))).toBe(false);
  });

  it('keeps its token and its folder to its owner, and never logs the token', async () => {
    const agent = await Agent.start({ dataDir: join(folder, 'new'), args: ['--no-bpf'] });
    expect(statSync(agent.dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(agent.dataDir, 'token')).mode & 0o777).toBe(0o600);
    await agent.query('SELECT 1');
    await agent.stop();
    expect(agent.log).toContain(`answers at ${agent.url}`);
    expect(agent.log).not.toContain(readFileSync(join(agent.dataDir, 'token'), 'utf8').trim());
  });
});
