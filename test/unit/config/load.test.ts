import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../../src/config/load.ts';
import { bytesOf } from '../../../src/config/schema.ts';

describe('parseConfig', () => {
  it('fills in every default', () => {
    const config = parseConfig('', 'c.yaml');
    expect(config).toMatchObject({
      log: { level: 'info' },
      query: { timeout_ms: 10_000, workers: 2 },
      sensor: { enabled: true },
      tokens: [],
    });
    expect(config.sensor.watch.reads).toContain('/etc/shadow');
    expect(config.listen).toBeUndefined();
  });

  it('keeps what is given beside the defaults', () => {
    const config = parseConfig('query:\n  workers: 4\nstore:\n  memory: 1GiB\n', 'c.yaml');
    expect(config.query).toMatchObject({ workers: 4, timeout_ms: 10_000 });
    expect(bytesOf(config.store.memory)).toBe(1024 ** 3);
  });

  it('reads an empty mapping and a comment as the defaults', () => {
    expect(parseConfig('# nothing\n', 'c.yaml')).toEqual(parseConfig('{}', 'c.yaml'));
  });

  it.each([
    ['query:\n  workrs: 3\n', 'c.yaml:2:3: unknown setting "query.workrs"', 'Did you mean workers?'],
    ['zebra: 1\n', 'c.yaml:1:1: unknown setting "zebra"', 'Known here: data_dir'],
    ['query:\n  workers: many\n', 'c.yaml:2:12: query.workers must be of type integer, not "many"', 'Queries that run'],
    ['query:\n  workers: 65\n', 'c.yaml:2:12: query.workers must be at most 64, not 65', 'Queries that run'],
    [
      'store:\n  memory: 5GB\n',
      'c.yaml:2:11: store.memory must be a number of bytes, or a number with KiB, MiB or GiB, not "5GB"',
      'evicted',
    ],
    ['log: {level: loud}', 'c.yaml:1:14: log.level must be one of silent, fatal, error, warn, info, debug, trace, not "loud"', 'severity'],
    ['tls: {cert: x}', 'c.yaml:1:6: tls lacks "key"', 'HTTPS'],
    ['- 1', 'c.yaml:1:1: the configuration must be a mapping, not [1]', 'docs/configuration.md'],
    [
      'sensor:\n  watch:\n    reads:\n      - /ok\n      - relative\n',
      'c.yaml:5:9: sensor.watch.reads.1 must match ^/, not "relative"',
      '',
    ],
    ['a: [1', 'c.yaml:1:6:', 'YAML'],
    ['listen: a\nlisten: b\n', 'c.yaml:2:1: Map keys must be unique', 'YAML'],
  ])('refuses %j with its place, value and remedy', (text, message, hint) => {
    expect(() => parseConfig(text, 'c.yaml')).toThrow(
      expect.objectContaining({
        code: 'E_CONFIG_INVALID',
        exit: 2,
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it('says how many mistakes there are and shows the first', () => {
    expect(() => parseConfig('b: 1\na: 2\n', 'c.yaml')).toThrow('c.yaml:1:1: unknown setting "b" (and 1 more)');
  });

  it('never repeats what stands where a token digest belongs', () => {
    expect(() => parseConfig('tokens: [{name: a, sha256: my-secret-token}]', 'c.yaml')).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('my-secret') }),
    );
  });
});

describe('loadConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shrike-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads a file', () => {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, 'listen: 127.0.0.1:1\n');
    expect(loadConfig(file).listen).toBe('127.0.0.1:1');
  });

  it('names a file it cannot read', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'))).toThrow(
      expect.objectContaining({ code: 'E_CONFIG_READ', message: expect.stringContaining('none.yaml') }),
    );
  });
});
