import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareToken, Tokens } from '../../../src/server/tokens.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
let folder = '';
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), 'utf8').trim();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('prepareToken', () => {
  it('makes a token of 32 random bytes at the first start, readable by its owner only', () => {
    const prepared = prepareToken(folder);
    expect(prepared).toMatchObject({ created: true, differs: false });
    expect(read('token')).toMatch(/^[0-9a-f]{64}$/);
    expect(prepared.digest.sha256).toBe(sha256(read('token')));
    for (const name of ['token', 'token.sha256']) expect(statSync(path(name)).mode & 0o777).toBe(0o600);
  });

  it('keeps it at the next', () => {
    const first = prepareToken(folder);
    expect(prepareToken(folder)).toEqual({ ...first, created: false });
  });

  it('works on when the token was moved away', () => {
    const first = prepareToken(folder);
    rmSync(path('token'));
    expect(prepareToken(folder).digest).toEqual(first.digest);
  });

  it('derives the digest of a token that has none', () => {
    writeFileSync(path('token'), 'mine\n');
    expect(prepareToken(folder).digest.sha256).toBe(sha256('mine'));
    expect(read('token.sha256')).toBe(sha256('mine'));
  });

  it('says when the token is not the one that is accepted', () => {
    prepareToken(folder);
    writeFileSync(path('token'), 'other\n');
    expect(prepareToken(folder).differs).toBe(true);
  });
});

describe('Tokens', () => {
  const tokens = new Tokens([
    { name: 'a', sha256: sha256('one') },
    { name: 'b', sha256: sha256('two') },
  ]);

  it('knows whose token it is', () => {
    expect([tokens.nameOf('one'), tokens.nameOf('two'), tokens.nameOf('three'), tokens.nameOf('')]).toEqual([
      'a',
      'b',
      undefined,
      undefined,
    ]);
  });

  it('does not take the digest for the token', () => {
    expect(tokens.nameOf(sha256('one'))).toBeUndefined();
  });
});
