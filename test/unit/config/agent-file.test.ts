import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAgent, readAgentFile, removeAgentFile, startTicks, writeAgentFile } from '../../../src/config/agent-file.ts';
import { dataDirOf } from '../../../src/config/data-dir.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-agent-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const facts = { url: 'http://127.0.0.1:1', started: 1, version: '0' };

describe('the agent file', () => {
  it('leads to a running process', () => {
    writeAgentFile(folder, facts);
    expect(findAgent(folder)).toMatchObject({ ...facts, pid: process.pid });
    removeAgentFile(folder);
    expect(findAgent(folder)).toBeUndefined();
  });

  it('of a process that has ended leads nowhere', () => {
    const { pid } = spawnSync('true');
    writeFileSync(join(folder, 'agent.json'), JSON.stringify({ ...facts, pid, ticks: 1 }));
    expect(readAgentFile(folder)?.pid).toBe(pid);
    expect(findAgent(folder)).toBeUndefined();
  });

  it('of an earlier process with the same pid leads nowhere', () => {
    writeFileSync(join(folder, 'agent.json'), JSON.stringify({ ...facts, pid: process.pid, ticks: (startTicks('self') ?? 0) - 1 }));
    expect(findAgent(folder)).toBeUndefined();
  });

  it.each(['', '{', 'null', '[]', '{"pid":"1","url":"x"}'])('that holds %j is none', (text) => {
    writeFileSync(join(folder, 'agent.json'), text);
    expect(readAgentFile(folder)).toBeUndefined();
  });
});

describe('dataDirOf', () => {
  it.each([
    [{ flag: '/a', config: '/b', env: { SHRIKE_DATA_DIR: '/c' } }, '/a'],
    [{ config: '/b', env: { SHRIKE_DATA_DIR: '/c' } }, '/c'],
    [{ config: '/b', env: {} }, '/b'],
    [{ env: {}, uid: 0 }, '/var/lib/shrike'],
    [{ env: { HOME: '/home/a' }, uid: 1000 }, '/home/a/.local/share/shrike'],
    [{ env: { HOME: '/home/a', XDG_DATA_HOME: '/data' }, uid: 1000 }, '/data/shrike'],
  ])('for %j is %s', (sources, dir) => {
    expect(dataDirOf(sources)).toBe(dir);
  });
});
