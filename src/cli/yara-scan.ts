/** What `shrike yara scan` does: compile, walk, scan many at a time, print in the order the answers come. */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { ShrikeError } from '../errors.ts';
import { RulesRefused, type RuleSet, YaraClient } from '../scan/yara-client.ts';
import { walk } from '../scan/yara-walk.ts';
import { ownRules, ruleFiles } from '../tables/lib/yara-sources.ts';
import { type ExternalValue, type RuleSource, type ScanAnswer, type ScanOptions, type ScanTarget, utf8 } from '../tables/lib/yara-wire.ts';
import { exitCodes, note } from './report.ts';
import { showAnswer, showSlowest, showStats } from './yara-print.ts';

export interface ScanFlags {
  readonly recursive?: boolean;
  readonly followSymlinks: boolean;
  readonly printStrings?: boolean;
  readonly printStringLength?: boolean;
  readonly printMeta?: boolean;
  readonly printTags?: boolean;
  readonly printNamespace?: boolean;
  readonly count?: boolean;
  readonly negate?: boolean;
  readonly identifier?: string;
  readonly tag?: string;
  readonly maxRules?: number;
  readonly define?: readonly string[];
  readonly compiledRules?: boolean;
  readonly fastScan?: boolean;
  readonly threads: number;
  readonly timeout: number;
  readonly skipLarger?: number;
  readonly stackSize?: number;
  readonly maxStringsPerRule?: number;
  readonly memory?: number;
  readonly warnings: boolean;
  readonly failOnWarnings?: boolean;
  readonly printStats?: boolean;
  readonly stats?: boolean;
  readonly scanList?: boolean;
  readonly json?: boolean;
  readonly progress?: boolean;
}

/** Scans asked for before the first answers come. */
const window = 128;
const progressMs = 200;

/** `NAME=VALUE` as yara reads it: true and false, numbers with a point, whole numbers, and text. */
export function parseDefine(text: string): readonly [string, ExternalValue] {
  const equals = text.indexOf('=');
  if (equals < 1) throw new ShrikeError('E_USAGE', { reason: `-d wants VARIABLE=VALUE, not "${text}"` });
  const value = text.slice(equals + 1);
  const name = text.slice(0, equals);
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  if (/^-?\d+\.\d+$/.test(value)) return [name, Number(value)];
  if (/^-?(\d+|0x[0-9a-f]+)$/i.test(value)) return [name, value.startsWith('-') ? -BigInt(value.slice(1)) : BigInt(value)];
  return [name, value];
}

function sourcesOf(items: readonly string[], compiled: boolean): RuleSource[] {
  return items.flatMap((item): RuleSource[] => {
    if (item === 'shrike') return ownRules();
    const colon = item.indexOf(':');
    const exists = statSync(item, { throwIfNoEntry: false });
    const [namespace, file] = exists === undefined && colon > 0 ? [item.slice(0, colon), item.slice(colon + 1)] : ['', item];
    const info = exists ?? statSync(file, { throwIfNoEntry: false });
    if (info === undefined) throw new ShrikeError('E_YARA_RULES', { reason: `${file}: no such file or folder` });
    if (compiled) return [{ namespace: 'default', file, compiled: true }];
    if (!info.isDirectory()) return [{ namespace: namespace === '' ? 'default' : namespace, file }];
    // Files of a folder may use the same names, so each has a namespace of its own.
    return ruleFiles(file).map((each) => ({
      namespace: namespace === '' ? basename(each).replace(/\.[^.]*$/, '') : namespace,
      file: each,
    }));
  });
}

async function compile(client: YaraClient, rules: readonly string[], flags: ScanFlags): Promise<RuleSet> {
  const sources = sourcesOf(rules, flags.compiledRules ?? false);
  if (sources.length === 0) throw new ShrikeError('E_YARA_RULES', { reason: `${rules.join(', ')}: there are no rule files` });
  try {
    const set = await client.compile({
      sources,
      externals: Object.fromEntries((flags.define ?? []).map(parseDefine)),
      threads: flags.threads,
      stackSlots: flags.stackSize,
      stringsPerRule: flags.maxStringsPerRule,
      memoryBytes: flags.memory === undefined ? undefined : flags.memory * 2 ** 20,
    });
    const warnings = set.answer.warnings ?? [];
    if (flags.warnings)
      for (const { file, line, rule, message } of warnings) note(`warning: rule "${rule}" in ${utf8(file)}(${line}): ${utf8(message)}`);
    if (flags.failOnWarnings && warnings.length > 0) throw new ShrikeError('E_YARA_RULES', { reason: `${warnings.length} warnings` });
    return set;
  } catch (error) {
    if (error instanceof RulesRefused) throw new ShrikeError('E_YARA_RULES', { reason: error.message });
    throw error;
  }
}

interface Tally {
  scanned: number;
  bytes: number;
  matched: number;
  failed: number;
  /** Rules printed so far, for --max-rules. */
  rules: number;
  readonly slow: Map<string, number>;
}

class Progress {
  readonly #shown: boolean;
  readonly #start = performance.now();
  #last = 0;

  constructor(shown: boolean) {
    this.#shown = shown;
  }

  show({ scanned, bytes, matched }: Tally, path: string): void {
    const now = performance.now();
    if (!this.#shown || now - this.#last < progressMs) return;
    this.#last = now;
    const seconds = (now - this.#start) / 1000;
    const rate = bytes / 2 ** 20 / seconds;
    process.stderr.write(
      `\r\x1b[K${scanned} files, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${rate.toFixed(0)} MiB/s, ${matched} with matches: ${path.replace(/[\x00-\x1f\x7f]/g, '?').slice(-60)}`,
    );
  }

  clear(): void {
    if (this.#shown && this.#last > 0) process.stderr.write('\r\x1b[K');
  }
}

/** The matches that -i and -t let through, at most as many as -l still allows. */
function filtered(answer: ScanAnswer, flags: ScanFlags, tally: Tally): ScanAnswer {
  const { identifier, tag, maxRules } = flags;
  let matches = answer.matches.filter(
    ({ rule, tags }) => (identifier === undefined || rule === identifier) && (tag === undefined || tags.includes(tag)),
  );
  if (maxRules !== undefined) matches = matches.slice(0, Math.max(0, maxRules - tally.rules));
  tally.rules += matches.length;
  return { ...answer, matches };
}

async function* targetsOf(
  target: string,
  flags: ScanFlags,
  problem: (path: string, reason: string) => void,
): AsyncGenerator<readonly [string, ScanTarget]> {
  const options = { recursive: flags.recursive ?? false, noFollow: !flags.followSymlinks, problem };
  const list = flags.scanList
    ? readFileSync(target, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [target];
  for (const each of list) {
    const isPid = /^[1-9]\d*$/.test(each) && statSync(each, { throwIfNoEntry: false }) === undefined;
    if (isPid) yield [each, { pid: Number(each) }];
    else for await (const file of walk(each, options)) yield [file, { path: file }];
  }
}

/** Scans and prints. Returns 0 without matches, 1 with some, 3 when a target could not be scanned and nothing matched. */
export async function yaraScan(items: readonly string[], flags: ScanFlags): Promise<number> {
  if (items.length < 2) throw new ShrikeError('E_USAGE', { reason: 'yara scan wants RULES and then a TARGET' });
  const target = items[items.length - 1] ?? '';
  const client = new YaraClient();
  const progress = new Progress((flags.progress ?? false) || (process.stderr.isTTY === true && !process.stdout.isTTY));
  const tally: Tally = { scanned: 0, bytes: 0, matched: 0, failed: 0, rules: 0, slow: new Map() };
  const stats = (flags.printStats ?? false) || (flags.stats ?? false);
  const options: ScanOptions = {
    fast: flags.fastScan,
    negate: flags.negate,
    strings: flags.printStrings || flags.printStringLength || flags.json ? 0 : undefined,
    timeoutMs: flags.timeout * 1000,
    maxSize: flags.skipLarger,
    noFollow: !flags.followSymlinks,
    noCache: true,
    profile: stats,
  };
  const problem = (path: string, reason: string): void => {
    tally.failed++;
    progress.clear();
    note(`error: ${path}: ${reason}`);
  };
  try {
    const rules = await compile(client, items.slice(0, -1), flags);
    if (stats) process.stdout.write(showStats(rules.answer));
    const running = new Set<Promise<void>>();
    const done = (name: string, whole: ScanAnswer): void => {
      const answer = filtered(whole, flags, tally);
      tally.scanned++;
      tally.bytes += answer.size ?? 0;
      for (const [rule, namespace, us] of answer.profile ?? [])
        tally.slow.set(`${namespace}:${rule}`, (tally.slow.get(`${namespace}:${rule}`) ?? 0) + us);
      if (answer.matches.length > 0) tally.matched++;
      if (answer.failure !== undefined && answer.failure !== 'large')
        problem(name, `${utf8(answer.error ?? answer.failure)}${answer.culprit === undefined ? '' : ` (rule ${answer.culprit})`}`);
      for (const warning of flags.warnings ? (answer.warnings ?? []) : []) note(`warning: ${name}: ${warning}`);
      const text = showAnswer(name, answer, flags, name === target);
      if (text !== '') {
        progress.clear();
        process.stdout.write(text);
      }
      progress.show(tally, name);
    };
    for await (const [name, what] of targetsOf(target, flags, problem)) {
      if (flags.maxRules !== undefined && tally.rules >= flags.maxRules) break;
      const scan: Promise<void> = client.scan(rules, what, options).then((answer) => {
        running.delete(scan);
        done(name, answer);
      });
      running.add(scan);
      if (running.size >= window) await Promise.race(running);
    }
    await Promise.all(running);
    progress.clear();
    if (stats) process.stdout.write(showSlowest(tally.slow));
  } finally {
    client.close();
  }
  if (tally.matched > 0) return exitCodes.findings;
  return tally.failed > 0 ? exitCodes.failure : exitCodes.fine;
}
