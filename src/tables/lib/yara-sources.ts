/** Which rule files a path means. */
import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { yaraRulesDir } from '../../paths.ts';
import type { CompileAnswer, RuleSource } from './yara-wire.ts';
import { utf8 } from './yara-wire.ts';

const isRuleFile = (name: string) => /\.(yar|yara)$/.test(name);

/** Every rule file in a folder and those below it, sorted; the path itself when it is a file. Files with an index of others are left out. */
export function ruleFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && isRuleFile(entry.name) && !/^index\.yara?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Sources for files and folders of rules, each file in a namespace of its own, so that two packs may use the same name.
 *
 * @throws the system's error when a path is not there
 */
export function ruleSources(paths: readonly string[]): RuleSource[] {
  return paths.flatMap(ruleFiles).map((file) => ({ file, namespace: basename(file).replace(/\.[^.]*$/, '') }));
}

/** Our own rules: the signature group `shrike`. */
export function ownRules(): RuleSource[] {
  return ruleSources([yaraRulesDir]);
}

/** What is wrong with rules, as file:line: message, or undefined when they compiled. */
export function complaint(answer: CompileAnswer): string | undefined {
  if (answer.ok) return undefined;
  const errors = (answer.errors ?? []).map(
    ({ file, line, message }) => `${utf8(file)}${line > 0 ? `:${line}` : ''}${file === '' ? '' : ': '}${utf8(message)}`,
  );
  return errors.length > 0 ? errors.join('; ') : utf8(answer.error ?? 'the rules could not be compiled');
}
