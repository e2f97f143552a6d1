/** The scanner process: what it answers, and that nothing it is given takes more than one scan with it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RulesRefused, YaraClient } from '../../../src/scan/yara-client.ts';
import type { RuleSetOptions } from '../../../src/tables/lib/yara-wire.ts';

const rulesOf = (text: string, more: Partial<RuleSetOptions> = {}): RuleSetOptions => ({
  sources: [{ namespace: 'default', file: 'test.yar', text }],
  ...more,
});
const hello = rulesOf('rule hello : greeting { meta: n = 3 who = "wörld" strings: $a = "hello" condition: $a }');
/** Runs for minutes whatever it is given. */
const endless = 'rule endless { condition: for all i in (0..4000000000) : (i >= 0) }';
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let folder: string;
let client: YaraClient;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrike-yara-'));
  client = new YaraClient();
});
afterAll(() => {
  client.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

/** Waits for a set's scanners to be there and returns their process ids. */
async function scannersOf(set: number | undefined): Promise<readonly number[]> {
  for (let tries = 0; tries < 200; tries++) {
    const found = (await client.status()).sets.find((each) => each.set === set)?.scanners.filter((pid) => pid > 0) ?? [];
    if (found.length > 0) return found;
    await pause(10);
  }
  throw new Error('no scanner was started');
}

describe('compiling', () => {
  it('tells file, line and message of an error', async () => {
    const refused = client.compile(rulesOf('rule a { condition: true }\nrule b { condition: $x }'));
    await expect(refused).rejects.toThrow(RulesRefused);
    await expect(refused).rejects.toThrow('test.yar:2: undefined string "$x"');
  });

  it('tells the file that an include is wrong in, and follows includes beside the file', async () => {
    file('part.yar', 'rule part { strings: $a = "part" condition: $a }');
    const good = await client.compile({
      sources: [{ namespace: 'default', file: file('main.yar', 'include "part.yar"\nrule main { condition: part }') }],
    });
    expect(good.answer.rules?.map(({ rule }) => rule)).toEqual(['part', 'main']);
    expect(good.answer.included).toEqual([join(folder, 'part.yar')]);
    file('part2.yar', 'rule part {\n condition: nothing }');
    const bad = client.compile({ sources: [{ namespace: 'default', file: file('main2.yar', 'include "part2.yar"') }] });
    await expect(bad).rejects.toThrow('part2.yar:2: undefined identifier "nothing"');
  });

  it('sees that an included file changed', async () => {
    file('word.yar', 'rule word { strings: $a = "first" condition: $a }');
    const options = { sources: [{ namespace: 'default', file: file('words.yar', 'include "word.yar"') }] };
    const before = await client.compile(options);
    expect((await client.scan(before, { buffer: Buffer.from('first') })).matches).toHaveLength(1);
    file('word.yar', 'rule word { strings: $a = "second one" condition: $a }');
    const after = await client.compile(options);
    expect((await client.scan(after, { buffer: Buffer.from('second one') })).matches).toHaveLength(1);
  });

  it('knows external variables by their types', async () => {
    const options = rulesOf('rule v { condition: i == 7 and b and f > 1.4 and s contains "x" }', {
      externals: { i: 7, b: true, f: 1.5, s: 'axb' },
    });
    const set = await client.compile(options);
    expect((await client.scan(set, { buffer: Buffer.from('.') })).matches).toHaveLength(1);
    await expect(client.compile(rulesOf('rule v { condition: i == 7 }'))).rejects.toThrow('undefined identifier "i"');
  });

  it('lets modules be imported', async () => {
    const set = await client.compile(
      rulesOf(
        'import "elf" import "hash" import "math" rule m { condition: elf.type == elf.ET_EXEC or hash.md5(0, filesize) == "900150983cd24fb0d6963f7d28e17f72" }',
      ),
    );
    expect((await client.scan(set, { buffer: Buffer.from('abc') })).matches.map(({ rule }) => rule)).toEqual(['m']);
  });

  it('cannot read what is no regular file', async () => {
    await expect(client.compile({ sources: [{ namespace: 'default', file: '/dev/zero' }] })).rejects.toThrow(
      '/dev/zero: is not a regular file',
    );
    await expect(client.compile({ sources: [{ namespace: 'default', file: '/nope.yar' }] })).rejects.toThrow(
      '/nope.yar: cannot be opened: No such file',
    );
  });
});

describe('scanning', () => {
  it('gives rule, tags, meta and strings with their offsets', async () => {
    const set = await client.compile(hello);
    const { matches } = await client.scan(set, { path: file('a.txt', 'so hello, hello') }, { strings: 0 });
    expect(matches).toEqual([
      {
        rule: 'hello',
        namespace: 'default',
        tags: ['greeting'],
        meta: [
          ['n', 3],
          ['who', Buffer.from('wörld').toString('latin1')],
        ],
        strings: [
          ['$a', 3, 5, 'hello'],
          ['$a', 10, 5, 'hello'],
        ],
      },
    ]);
  });

  it('says why a target has no verdict', async () => {
    const set = await client.compile(hello);
    expect(await client.scan(set, { path: join(folder, 'missing') })).toMatchObject({
      failure: 'open',
      error: 'No such file or directory',
    });
    expect(await client.scan(set, { path: folder })).toMatchObject({ failure: 'kind', error: 'is not a regular file' });
    expect(await client.scan(set, { path: '/dev/zero' })).toMatchObject({ failure: 'kind' });
    expect(await client.scan(set, { path: file('big', 'x'.repeat(100)) }, { maxSize: 99 })).toMatchObject({ failure: 'large' });
    expect(await client.scan(set, { pid: 4_000_000 })).toMatchObject({ failure: 'open', error: 'there is no such process' });
  });

  it('scans an empty file', async () => {
    const set = await client.compile(rulesOf('rule empty { condition: filesize == 0 }'));
    expect((await client.scan(set, { path: file('empty', '') })).matches).toHaveLength(1);
  });

  it('keeps links of a root inside that root', async () => {
    const { symlinkSync, mkdirSync } = await import('node:fs');
    const root = join(folder, 'root');
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc', 'inner'), 'hello from inside');
    symlinkSync('/etc/inner', join(root, 'link'));
    symlinkSync('../../../../../../etc/passwd', join(root, 'escape'));
    const set = await client.compile(hello);
    expect((await client.scan(set, { root, path: '/link' })).matches).toHaveLength(1);
    expect(await client.scan(set, { root, path: '/escape' })).toMatchObject({ failure: 'open' });
  });

  it('remembers a file that did not change, and forgets one that did', async () => {
    const set = await client.compile(hello);
    const path = file('cached', 'hello');
    await pause(80);
    const first = await client.scan(set, { path });
    const second = await client.scan(set, { path });
    expect([first.cached, second.cached, second.matches.length]).toEqual([undefined, 1, 1]);
    file('cached', 'good-bye');
    const third = await client.scan(set, { path });
    expect([third.cached, third.matches.length]).toEqual([undefined, 0]);
    const other = await client.compile(rulesOf('rule bye { strings: $a = "bye" condition: $a }'));
    expect((await client.scan(other, { path })).matches).toHaveLength(1);
  });

  it('finds what is only in the memory of a process', async () => {
    const child = spawn(
      process.execPath,
      ['-e', "const b = Buffer.from(['needle','in','memory'].join('-')); console.log(b.length); setInterval(() => b, 1000)"],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const set = await client.compile(rulesOf('rule memory { strings: $a = "needle-in-memory" condition: $a }'));
      const answer = await client.scan(set, { pid: child.pid ?? 0 }, { strings: 5, timeoutMs: 20_000 });
      expect(answer.matches.map(({ rule }) => rule)).toEqual(['memory']);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('times each rule by itself when asked', async () => {
    const set = await client.compile(
      rulesOf('rule slow { condition: for all i in (0..300000) : (i >= 0) } rule quick { condition: true }'),
    );
    const { profile = [] } = await client.scan(set, { buffer: Buffer.from('x') }, { profile: true, timeoutMs: 20_000 });
    expect([...profile].sort((a, b) => b[2] - a[2])[0]?.[0]).toBe('slow');
  });
});

describe('what breaks the scanner', () => {
  it('ends a scan that runs too long and names the rule', async () => {
    const set = await client.compile(rulesOf(`${endless} rule innocent { condition: true }`));
    const answer = await client.scan(set, { buffer: Buffer.from('x') }, { timeoutMs: 300 });
    expect(answer).toMatchObject({ failure: 'timeout', error: 'scan timed out', culprit: 'endless' });
  });

  it('kills a scanner that does not even notice its time-out, and goes on', async () => {
    const set = await client.compile(rulesOf(`${endless} rule b { condition: false }`));
    const scan = client.scan(set, { path: file('hung', 'x') }, { timeoutMs: 500 });
    const [pid = 0] = await scannersOf(set.answer.set);
    process.kill(pid, 'SIGSTOP');
    expect(await scan).toMatchObject({ failure: 'hung' });
    expect((await client.scan(await client.compile(hello), { buffer: Buffer.from('hello') })).matches).toHaveLength(1);
  });

  // libyara catches SIGSEGV and SIGBUS itself: it takes them for a mapped file that was cut short.
  it.each(['SIGILL', 'SIGABRT', 'SIGKILL'] as const)(
    'says that the scanner died of %s while it scanned this file, and scans those behind it',
    async (signal) => {
      const set = await client.compile(
        rulesOf(`${endless.replace('condition:', 'condition: filesize == 13 and')} rule any_${signal} { condition: true }`),
      );
      const scan = client.scan(set, { path: file('thirteen', 'x'.repeat(13)) }, { timeoutMs: 60_000 });
      const behind = client.scan(set, { path: file('behind', 'x') });
      const [pid = 0] = await scannersOf(set.answer.set);
      await pause(100);
      process.kill(pid, signal);
      const answer = await scan;
      expect(answer.failure).toBe('crash');
      expect(answer.error).toContain('while it scanned this');
      expect((await behind).matches).toHaveLength(1);
    },
  );

  it('keeps to its memory limit', async () => {
    // Two million matches take some hundred megabytes.
    const greedy = rulesOf('rule greedy { strings: $a = { ?? 41 } $b = { 41 ?? } condition: #a + #b > 1000000000 }');
    const data = { buffer: Buffer.alloc(2 ** 20, 'A') };
    const small = await client.compile({ ...greedy, memoryBytes: 32 * 2 ** 20 });
    expect(await client.scan(small, data, { timeoutMs: 20_000 })).toMatchObject({ failure: 'scan', error: 'out of memory' });
    const large = await client.compile(greedy);
    const answer = await client.scan(large, data, { timeoutMs: 20_000 });
    expect(answer.failure).toBeUndefined();
    expect(answer.warnings?.[0]).toContain('too many matches for $');
  });

  it('starts again when the broker itself was killed', async () => {
    const set = await client.compile(hello);
    process.kill((await client.status()).broker, 'SIGKILL');
    expect((await client.scan(set, { buffer: Buffer.from('hello') })).matches).toHaveLength(1);
  });

  it('leaves the scanner nobody’s rights, no way to open files and a filter', async () => {
    const { readFileSync } = await import('node:fs');
    const set = await client.compile(hello);
    await client.scan(set, { buffer: Buffer.from('hello') });
    const [pid = 0] = await scannersOf(set.answer.set);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^CapEff:\s+0+$/m);
    if (process.geteuid?.() === 0) expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534/m);
  });
});
