/** The rules that come with Shrike, as a catalogue and against their samples. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/paths.ts';
import { type RuleSet, YaraClient } from '../../../src/scan/yara-client.ts';
import { ownRules } from '../../../src/tables/lib/yara-sources.ts';
import type { CompiledRule } from '../../../src/tables/lib/yara-wire.ts';
import { makeSamples } from '../../../yara/tests/make-samples.mjs';

interface Sample {
  readonly rule: string;
  readonly file: string;
  readonly positive: Buffer;
  readonly negative: Buffer;
}

const client = new YaraClient();
let set: RuleSet;
let rules: readonly CompiledRule[];
let samples: readonly Sample[];
// The list of ATT&CK ids beside the rules.
const techniques = new Set(
  (JSON.parse(readFileSync(join(packageRoot, 'yara', 'tests', 'attack-ids.json'), 'utf8')) as { ids: string[] }).ids,
);

beforeAll(async () => {
  set = await client.compile({ sources: ownRules(), threads: 2 });
  rules = set.answer.rules ?? [];
  samples = await makeSamples();
});
afterAll(() => client.close());

const meta = (rule: CompiledRule, name: string): string[] => rule.meta.filter(([key]) => key === name).map(([, value]) => String(value));

describe('the catalogue', () => {
  it('has at least 200 rules, with unique names and ids, and compiles without a warning', () => {
    expect(rules.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rules.map(({ rule }) => rule)).size).toBe(rules.length);
    expect(new Set(rules.flatMap((rule) => meta(rule, 'id'))).size).toBe(rules.length);
    expect(set.answer.warnings).toEqual([]);
  });

  it('says of each rule who wrote it, what it finds, how bad that is, which technique it is and where to read on', () => {
    const wrong = rules.filter(
      (rule) =>
        !/^[0-9a-f-]{36}$/.test(meta(rule, 'id').join()) ||
        meta(rule, 'author').join() !== 'Shrike' ||
        (meta(rule, 'description')[0] ?? '').length < 15 ||
        !['low', 'medium', 'high', 'critical'].includes(meta(rule, 'severity').join()) ||
        !techniques.has(meta(rule, 'attack').join()) ||
        !meta(rule, 'reference').every((url) => url.startsWith('https://')) ||
        meta(rule, 'reference').length === 0 ||
        rule.tags.join() !== rule.namespace,
    );
    expect(wrong.map(({ rule }) => rule)).toEqual([]);
  });

  it('has a sample for each rule and no sample without one', () => {
    expect(samples.map(({ rule, file }) => `${file}:${rule}`).sort()).toEqual(
      rules.map(({ rule, namespace }) => `${namespace}:${rule}`).sort(),
    );
  });
});

describe('the samples', () => {
  it('match where they should and not where a needed line is missing', async () => {
    const wrong = await Promise.all(
      samples.map(async ({ rule, positive, negative }) => {
        const [hit, miss] = await Promise.all([client.scan(set, { buffer: positive }), client.scan(set, { buffer: negative })]);
        const found = hit.matches.some((match) => match.rule === rule);
        const missed = !miss.matches.some((match) => match.rule === rule);
        return found && missed
          ? []
          : [`${rule}: positive ${found ? 'matches' : 'does not match'}, negative ${missed ? 'does not match' : 'matches'}`];
      }),
    );
    expect(wrong.flat()).toEqual([]);
  });

  it('match one rule or few: rules do not fire on each other’s samples', async () => {
    const many = await Promise.all(
      samples.map(async ({ rule, positive }) => {
        const { matches } = await client.scan(set, { buffer: positive });
        return matches.length > 3 ? [`${rule}: ${matches.map((match) => match.rule).join(', ')}`] : [];
      }),
    );
    expect(many.flat()).toEqual([]);
  });
});

describe('this machine', () => {
  it('has no match in node_modules and the programs that every Debian has', async () => {
    const { walk } = await import('../../../src/scan/yara-walk.ts');
    const problem = (): void => {};
    const scans: Promise<string[]>[] = [];
    for (const [folder, recursive] of [
      ['/usr/sbin', false],
      ['/usr/bin', false],
      [join(packageRoot, 'node_modules'), true],
    ] as const) {
      for await (const path of walk(folder, { recursive, noFollow: true, problem })) {
        scans.push(
          client
            .scan(set, { path }, { fast: true, maxSize: 30 * 2 ** 20 })
            .then(({ matches }) => matches.map(({ rule }) => `${path}: ${rule}`)),
        );
      }
    }
    expect((await Promise.all(scans)).flat()).toEqual([]);
  }, 120_000);
});
