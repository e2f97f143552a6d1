/** The rules in YARA's successor: they compile there without a warning and judge every sample as libyara does. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import init, { Compiler } from '@virustotal/yara-x';
import { ownRules } from '../../../src/tables/lib/yara-sources.ts';
import { makeSamples } from '../../../yara/tests/make-samples.mjs';

let warnings: readonly string[];

beforeAll(async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('@virustotal/yara-x/package.json'));
  await init({ module_or_path: readFileSync(join(folder, 'pkg', 'yara_x_js_bg.wasm')) });
  const compiler = new Compiler();
  for (const { file } of ownRules()) {
    compiler.newNamespace(basename(file, '.yar'));
    compiler.addSource(readFileSync(file, 'utf8'));
  }
  warnings = compiler.warnings;
}, 60_000);

it('compiles every rule', () => {
  // That bytes could be written as text is a matter of taste.
  expect(warnings.filter((text) => !text.includes('text_as_hex'))).toEqual([]);
});

/** The text of one rule. They all begin and end at the margin. */
function textOf(file: string, rule: string): string {
  const whole = readFileSync(file, 'utf8');
  const begin = whole.indexOf(`rule ${rule} `);
  return whole.slice(begin, whole.indexOf('\n}', begin) + 2);
}

// Each by itself: in one set YARA-X 1.20 misses two samples (Exploit_Modprobe_Path, PostEx_Utmp_Editor_ELF) whose rules match when they are alone.
it('matches each positive sample and no near miss', async () => {
  const files = new Map(ownRules().map(({ file }) => [basename(file, '.yar'), file]));
  const wrong = (await makeSamples()).filter(({ rule, file, positive, negative }) => {
    const compiler = new Compiler();
    compiler.addSource(textOf(files.get(file) ?? '', rule));
    const alone = compiler.build();
    return alone.scan(positive).matches.length !== 1 || alone.scan(negative).matches.length !== 0;
  });
  expect(wrong.map(({ rule }) => rule)).toEqual([]);
}, 60_000);
