/** YARA in the agent: the rules in force, scans on request, and the scan of what is executed. */
import { readFileSync, statSync } from 'node:fs';
import type { YaraConfig } from '../config/yara.ts';
import { bytesOf } from '../config/schema.ts';
import type { Logger } from '../log.ts';
import type { QueryPool } from '../query/pool.ts';
import { ownRules, ruleSources } from '../tables/lib/yara-sources.ts';
import { recordScan } from '../tables/lib/yara-scans.ts';
import type { RuleSource, ScanAnswer, ScanOptions, ScanTarget } from '../tables/lib/yara-wire.ts';
import { type RuleSet, YaraClient } from './yara-client.ts';
import { ScanOnExec } from './yara-on-exec.ts';

/** How often the rule files are looked at for changes. */
const reloadMs = 10_000;

export interface YaraServiceOptions {
  readonly config: YaraConfig;
  readonly pool: QueryPool;
  readonly log: Logger;
  /** Whether process_events is recorded. */
  readonly events: boolean;
}

const stamp = (sources: readonly RuleSource[]): string =>
  sources
    .map(({ file }) => {
      const info = statSync(file, { throwIfNoEntry: false });
      return `${file}:${info?.ino}:${info?.size}:${info?.mtimeMs}`;
    })
    .join('\n');

export class YaraService {
  readonly client = new YaraClient();
  readonly #options: YaraServiceOptions;
  #rules: RuleSet | undefined;
  #stamp = '';
  #onExec: ScanOnExec | undefined;
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;

  constructor(options: YaraServiceOptions) {
    this.#options = options;
  }

  /** Compiles the rules and begins. Returns what is wrong, a sentence each; without good rules nothing is scanned until they are mended. */
  async start(): Promise<string[]> {
    await this.reload();
    this.#timer = setInterval(() => void this.#reloadIfChanged(), reloadMs);
    this.#timer.unref();
    return this.#problem === undefined ? [] : [`YARA rules are not in force: ${this.#problem}.`];
  }

  /** The rules in force; undefined while none ever compiled. */
  get rules(): RuleSet | undefined {
    return this.#rules;
  }

  /** Files of executed programs that wait. */
  get pending(): number {
    return this.#onExec?.pending ?? 0;
  }

  /** Why the newest rule files are not in force, with file, line and message; the last good ones stay. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads the rule files again. Returns why they were refused, or undefined when they are in force. */
  async reload(): Promise<string | undefined> {
    const { config, log } = this.#options;
    try {
      const sources = this.#sources();
      this.#stamp = stamp(sources);
      // Texts, not paths: the last good set can be compiled again even after its files went bad.
      const texts = sources.map((source) => ({ ...source, text: readFileSync(source.file, 'utf8') }));
      this.#rules = await this.client.compile({ sources: texts, threads: config.threads });
      this.#problem = undefined;
      log.info({ rules: this.#rules.answer.rules?.length }, 'YARA rules are in force');
      this.#apply(this.#rules);
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
      log.error(
        { reason: this.#problem },
        this.#rules === undefined ? 'YARA rules are refused' : 'YARA rules are refused; the last good ones stay in force',
      );
    }
    return this.#problem;
  }

  /** Scans one target with the rules in force, or others. */
  async scan(target: ScanTarget, options: ScanOptions = {}, rules = this.#rules): Promise<ScanAnswer> {
    if (rules === undefined) return { matches: [], failure: 'set', error: this.#problem ?? 'there are no rules' };
    const { timeout_ms: timeoutMs, max_file_size: maxSize } = this.#options.config;
    const answer = await this.client.scan(rules, target, { timeoutMs, maxSize: bytesOf(maxSize), ...options });
    if ('path' in target) recordScan(answer, target.path, 'api', rules.key);
    return answer;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#onExec?.stop();
    this.client.close();
  }

  #sources(): RuleSource[] {
    const { rules } = this.#options.config;
    return rules.length === 0 ? ownRules() : ruleSources(rules);
  }

  async #reloadIfChanged(): Promise<void> {
    let now = '';
    try {
      now = stamp(this.#sources());
    } catch {
      // A folder that is gone: reload says so.
    }
    if (now !== this.#stamp) await this.reload();
  }

  #apply(rules: RuleSet): void {
    const { config, pool, log, events } = this.#options;
    if (!config.scan_on_exec || !events) return;
    if (this.#onExec !== undefined) {
      this.#onExec.replaceRules(rules);
      return;
    }
    const { timeout_ms: timeoutMs, threads, queue, max_file_size: maxSize } = config;
    this.#onExec = new ScanOnExec({ client: this.client, rules, pool, log, timeoutMs, maxSize: bytesOf(maxSize), threads, queue });
    this.#onExec.start();
  }
}
