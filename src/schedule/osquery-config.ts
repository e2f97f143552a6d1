/** Reads osquery.conf and pack files. A mistake in one query, pack or file is a problem told by name; the rest is read all the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { maxInterval, type Pack, type PackQuery, type Problem, type Schedule } from './pack.ts';
import { parseRelaxedJson, RelaxedJsonError } from './relaxed-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** Parts of osquery.conf that mean something to osquery and nothing to the schedule. */
const elsewhere: Readonly<Record<string, string>> = {
  file_paths: 'file changes are always recorded: query process_file_events or file_events by path',
  exclude_paths: 'file changes are always recorded: query process_file_events or file_events by path',
  file_paths_query: 'file changes are always recorded: query process_file_events or file_events by path',
  file_accesses: 'name files whose reading is recorded in sensor.watch.reads of the configuration',
  yara: 'name rules in yara.signatures of the configuration',
  auto_table_construction: 'tables over other SQLite files are not there',
  prometheus_targets: 'metrics of other programs are not fetched',
  events: 'every event table is on',
};
const known = new Set([
  'options',
  'schedule',
  'packs',
  'decorators',
  'views',
  'queries',
  'platform',
  'version',
  'shard',
  'discovery',
  ...Object.keys(elsewhere),
]);

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Packs write numbers as strings too. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.floor(number) : undefined;
}

function booleanOf(value: unknown, standard: boolean): boolean {
  if (typeof value === 'string') return /^(true|1|yes|y|t)$/i.test(value.trim()) || (!/^(false|0|no|n|f)$/i.test(value.trim()) && standard);
  return typeof value === 'number' ? value !== 0 : typeof value === 'boolean' ? value : standard;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : typeof value === 'string' ? [value] : [];

/** Collects the parts of many files. */
export class ScheduleReader {
  readonly #queries = new Map<string, PackQuery>();
  readonly #packs = new Map<string, Pack>();
  readonly #load: string[] = [];
  readonly #always: string[] = [];
  readonly #interval = new Map<number, string[]>();
  readonly #views: Record<string, string> = {};
  readonly #options: Record<string, unknown> = {};
  readonly #problems: Problem[] = [];

  /** Reads one file: osquery's configuration, or a pack, whose name is the file's without its ending. */
  addFile(path: string): void {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      this.#problem(path, `cannot be read: ${messageOf(error)}`);
      return;
    }
    this.addText(text, path);
  }

  addText(text: string, path: string): void {
    let value: unknown;
    try {
      value = parseRelaxedJson(text);
    } catch (error) {
      if (!(error instanceof RelaxedJsonError)) throw error;
      this.#problem(`${path}:${error.line}:${error.column}`, error.message);
      return;
    }
    if (!isObject(value)) this.#problem(path, 'is not a JSON object');
    else if (isObject(value['queries'])) this.#pack(basename(path).replace(/\.(json|conf)$/, ''), value, path);
    else this.#config(value, path);
  }

  schedule(): Schedule {
    return {
      queries: [...this.#queries.values()],
      packs: [...this.#packs.values()],
      decorators: { load: this.#load, always: this.#always, interval: this.#interval },
      views: this.#views,
      options: this.#options,
      problems: this.#problems,
    };
  }

  #problem(where: string, reason: string): void {
    this.#problems.push({ where, reason });
  }

  #config(config: Json, path: string): void {
    // Options first: they say how queries of packs are named.
    if (isObject(config['options'])) Object.assign(this.#options, config['options']);
    for (const key of Object.keys(config)) {
      const hint = elsewhere[key];
      if (hint !== undefined) this.#problem(path, `"${key}" is left out: ${hint}`);
      else if (!known.has(key)) this.#problem(path, `"${key}" is not known and left out`);
    }
    if (isObject(config['schedule'])) for (const [name, query] of Object.entries(config['schedule'])) this.#query(name, undefined, query);
    if (isObject(config['packs'])) for (const [name, pack] of Object.entries(config['packs'])) this.#packOrPath(name, pack, path);
    if (isObject(config['decorators'])) this.#decorators(config['decorators'], path);
    if (isObject(config['views'])) for (const [name, sql] of Object.entries(config['views'])) this.#views[name] = textOf(sql);
    if (!['schedule', 'packs', 'decorators', 'views', 'options'].some((key) => config[key] !== undefined))
      this.#problem(path, 'has neither "queries", as a pack, nor "schedule" or "packs", as a configuration');
  }

  #packOrPath(name: string, pack: unknown, from: string): void {
    if (isObject(pack)) {
      this.#pack(name, pack, from);
      return;
    }
    if (typeof pack !== 'string') {
      this.#problem(`pack ${name}`, 'is neither an object nor a path');
      return;
    }
    const path = resolve(dirname(from), pack);
    for (const file of this.#files(name, path)) {
      try {
        const value = parseRelaxedJson(readFileSync(file, 'utf8'));
        if (isObject(value)) this.#pack(name === '*' ? basename(file).replace(/\.(json|conf)$/, '') : name, value, file);
        else this.#problem(file, 'is not a JSON object');
      } catch (error) {
        const place = error instanceof RelaxedJsonError ? `:${error.line}:${error.column}` : '';
        this.#problem(`${file}${place}`, `pack ${name} cannot be read: ${messageOf(error)}`);
      }
    }
  }

  /** A path, or all that its last part, a glob, names. */
  #files(name: string, path: string): string[] {
    const last = basename(path);
    if (!last.includes('*')) return [path];
    const pattern = new RegExp(`^${last.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
    try {
      return readdirSync(dirname(path))
        .filter((file) => pattern.test(file))
        .sort()
        .map((file) => join(dirname(path), file));
    } catch (error) {
      this.#problem(`pack ${name}`, messageOf(error));
      return [];
    }
  }

  #pack(name: string, pack: Json, path: string): void {
    if (!isObject(pack['queries'])) {
      this.#problem(path, `pack ${name} has no queries`);
      return;
    }
    this.#packs.set(name, {
      name,
      platform: textOf(pack['platform']),
      version: textOf(pack['version']),
      shard: numberOf(pack['shard']) ?? 100,
      discovery: listOf(pack['discovery']),
    });
    const delimiter = textOf(this.#options['pack_delimiter']) || '_';
    for (const [query, spec] of Object.entries(pack['queries'])) this.#query(`pack${delimiter}${name}${delimiter}${query}`, name, spec);
  }

  #query(name: string, pack: string | undefined, spec: unknown): void {
    if (!isObject(spec) || textOf(spec['query']).trim() === '') {
      this.#problem(name, 'has no query');
      return;
    }
    const given =
      spec['interval'] === undefined ? (numberOf(this.#options['schedule_default_interval']) ?? 3600) : numberOf(spec['interval']);
    if (given === undefined || given < 1 || given > maxInterval) {
      this.#problem(name, `its interval must be from 1 to ${maxInterval} seconds, not ${JSON.stringify(spec['interval'])}`);
      return;
    }
    if (this.#queries.has(name)) this.#problem(name, 'is there twice: the last one is taken');
    this.#queries.set(name, {
      name,
      pack,
      sql: textOf(spec['query']),
      interval: given,
      snapshot: booleanOf(spec['snapshot'], false),
      removed: booleanOf(spec['removed'], true),
      platform: textOf(spec['platform']),
      version: textOf(spec['version']),
      shard: numberOf(spec['shard']) ?? 100,
      denylist: booleanOf(spec['denylist'] ?? spec['blacklist'], true),
      startupPriority: numberOf(spec['startup_priority']),
    });
  }

  #decorators(decorators: Json, path: string): void {
    this.#load.push(...listOf(decorators['load']));
    this.#always.push(...listOf(decorators['always']));
    if (!isObject(decorators['interval'])) return;
    for (const [seconds, queries] of Object.entries(decorators['interval'])) {
      const every = numberOf(seconds);
      if (every === undefined || every < 60 || every % 60 !== 0)
        this.#problem(path, `decorators every ${seconds} seconds: osquery takes multiples of 60`);
      else this.#interval.set(every, [...(this.#interval.get(every) ?? []), ...listOf(queries)]);
    }
  }
}
