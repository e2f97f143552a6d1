/** osquery's tables about itself, answered with facts about us, so that packs which look at them run. */
import { createHash } from 'node:crypto';
import { native } from '../../native.ts';
import { columns } from '../lib/columns.ts';
import { readHostUuid } from '../lib/host-uuid.ts';
import { readTextWithin } from '../lib/mount-view.ts';
import { parseAssignments } from '../lib/os-release.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** osquery's number for Linux: POSIX and Linux. */
const linuxMask = 9;

/** The program that answers. */
export const osquery_info: GeneratedTableSpec = {
  name: 'osquery_info',
  kind: 'engine',
  description: 'The program that answers, in the columns that osquery has for itself; shrike_info says more.',
  source: 'The agent itself',
  estimatedRows: 1,
  columns: columns(
    ['pid', 'INTEGER', 'Process id'],
    ['uuid', 'TEXT', 'Id of the machine'],
    ['instance_id', 'TEXT', 'Id of this run of the agent'],
    ['version', 'TEXT', 'Version of Shrike'],
    ['config_hash', 'TEXT', 'Digest of the facts the agent was configured with'],
    ['config_valid', 'INTEGER', 'Whether the configuration is valid: 1, as the agent does not start otherwise'],
    ['extensions', 'TEXT', 'Always inactive: there are no extensions'],
    ['build_platform', 'TEXT', 'Operating system'],
    ['build_distro', 'TEXT', 'Distribution'],
    ['start_time', 'INTEGER', 'When the agent started, in seconds since the epoch'],
    ['watcher', 'INTEGER', 'Always -1: there is no watcher process'],
    ['platform_mask', 'INTEGER', 'Always 9: POSIX and Linux'],
  ),
  examples: [
    'SELECT version, start_time FROM osquery_info',
    'SELECT i.pid, p.resident_size FROM osquery_info i JOIN processes p USING (pid)',
  ],
  *rows(context) {
    const { engine } = context;
    const digest = (text: string): string => createHash('sha1').update(text).digest('hex');
    const release = parseAssignments(readTextWithin(context.system.root, '/etc/os-release') ?? '');
    yield {
      pid: process.pid,
      uuid: readHostUuid(context.system),
      instance_id: digest(`${process.pid}:${engine.startTime}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
      version: engine.version,
      config_hash: digest(JSON.stringify([engine.dataDir, engine.sources, engine.networkTables ?? []])),
      config_valid: 1,
      extensions: 'inactive',
      build_platform: 'linux',
      build_distro: release.get('ID') ?? '',
      start_time: Math.floor(engine.startTime / 1000),
      watcher: -1,
      platform_mask: linuxMask,
    };
  },
};

/** Settings. */
export const osquery_flags: GeneratedTableSpec = {
  name: 'osquery_flags',
  kind: 'engine',
  description: "Those of osquery's settings that mean something here, with what is so here.",
  source: 'The agent itself',
  estimatedRows: 10,
  columns: columns(
    ['name', 'TEXT', 'Name of the setting'],
    ['type', 'TEXT', 'Kind of value: bool, string, uint64'],
    ['description', 'TEXT', 'What it is'],
    ['default_value', 'TEXT', 'Value without a configuration'],
    ['value', 'TEXT', 'Value now'],
    ['shell_only', 'INTEGER', 'Whether only the shell knows it: always 0'],
  ),
  examples: ['SELECT name, value FROM osquery_flags', "SELECT value FROM osquery_flags WHERE name = 'disable_events'"],
  *rows(context) {
    const { engine } = context;
    const live = engine.startTime > 0;
    const bpf = Object.values(engine.sources).some((source) => source !== 'none');
    const list: readonly (readonly [name: string, type: string, description: string, standard: string, value: string])[] = [
      ['database_path', 'string', 'Folder of the data', '/var/lib/shrike', engine.dataDir],
      ['disable_audit', 'bool', 'Whether the audit subsystem is left alone', 'true', 'true'],
      ['disable_events', 'bool', 'Whether there are no events', 'false', String(!live)],
      ['enable_bpf_events', 'bool', 'Whether events come from BPF', 'true', String(bpf)],
      ['host_identifier', 'string', 'What identifies the machine', 'uuid', 'uuid'],
      ['disable_extensions', 'bool', 'Whether there are no extensions', 'true', 'true'],
      ['disable_carver', 'bool', 'Whether files cannot be carved', 'true', 'true'],
      ['utc', 'bool', 'Whether times are UTC', 'true', 'true'],
    ];
    for (const [name, type, description, standard, value] of list)
      yield { name, type, description, default_value: standard, value, shell_only: 0 };
  },
};

/** Tables. */
export const osquery_registry: GeneratedTableSpec = {
  name: 'osquery_registry',
  kind: 'engine',
  description: 'Tables, as entries of a registry; shrike_tables says more.',
  source: 'The table specifications',
  estimatedRows: 200,
  columns: columns(
    ['registry', 'TEXT', 'Kind of entry: table'],
    ['name', 'TEXT', 'Name of the table'],
    ['owner_uuid', 'INTEGER', 'Always 0: there are no extensions'],
    ['internal', 'INTEGER', 'Always 0'],
    ['active', 'INTEGER', 'Whether it can be used: always 1'],
  ),
  examples: [
    "SELECT name FROM osquery_registry WHERE registry = 'table'",
    "SELECT 1 FROM osquery_registry WHERE name = 'processes' AND active = 1",
  ],
  *rows(context) {
    for (const { name } of context.engine.tables) yield { registry: 'table', name, owner_uuid: 0, internal: 0, active: 1 };
  },
};

/** Sources of events. */
export const osquery_events: GeneratedTableSpec = {
  name: 'osquery_events',
  kind: 'engine',
  description: 'Event tables and how many events each has had; shrike_counters says more.',
  source: 'The event store',
  estimatedRows: 15,
  columns: columns(
    ['name', 'TEXT', 'Name of the table'],
    ['publisher', 'TEXT', 'Where its events come from: bpf'],
    ['type', 'TEXT', 'Kind of entry: subscriber'],
    ['subscriptions', 'INTEGER', 'Always 1'],
    ['events', 'INTEGER', 'Events it has had since the agent started'],
    ['refreshes', 'INTEGER', 'Always 0'],
    ['active', 'INTEGER', 'Whether an agent collects events: 1 yes'],
  ),
  examples: ['SELECT name, events FROM osquery_events', 'SELECT name FROM osquery_events WHERE events = 0'],
  *rows(context) {
    const active = context.engine.startTime > 0 ? 1 : 0;
    const stored = new Map<string, number>();
    if (active === 1)
      for (const { table, stage, value } of native().counters())
        if (stage === 'stored') stored.set(table, (stored.get(table) ?? 0) + value);
    for (const table of context.engine.tables) {
      if (table.kind === 'event')
        yield {
          name: table.name,
          publisher: 'bpf',
          type: 'subscriber',
          subscriptions: 1,
          events: stored.get(table.name) ?? 0,
          refreshes: 0,
          active,
        };
    }
  },
};

/** Extensions. */
export const osquery_extensions: GeneratedTableSpec = {
  name: 'osquery_extensions',
  kind: 'engine',
  description: 'The core, which is the only part there is.',
  source: 'The agent itself',
  estimatedRows: 1,
  columns: columns(
    ['uuid', 'BIGINT', 'Number of the extension: 0 for the core'],
    ['name', 'TEXT', 'Name of the extension'],
    ['version', 'TEXT', 'Version'],
    ['sdk_version', 'TEXT', 'Always 0.0.0'],
    ['path', 'TEXT', 'Socket of the extension; empty for the core'],
    ['type', 'TEXT', 'core'],
  ),
  examples: ['SELECT name, version FROM osquery_extensions', "SELECT 1 FROM osquery_extensions WHERE type <> 'core'"],
  *rows(context) {
    yield { uuid: 0, name: 'core', version: context.engine.version, sdk_version: '0.0.0', path: '', type: 'core' };
  },
};

/** Queries that run by themselves. */
export const osquery_schedule: GeneratedTableSpec = {
  name: 'osquery_schedule',
  kind: 'engine',
  description: 'Queries that run on a schedule, and what they cost.',
  source: 'The runner of schedules',
  estimatedRows: 50,
  columns: columns(
    ['name', 'TEXT', 'Name of the query'],
    ['query', 'TEXT', 'The query'],
    ['interval', 'INTEGER', 'How often it runs, in seconds'],
    ['executions', 'BIGINT', 'How often it has run'],
    ['last_executed', 'BIGINT', 'When it ran last, in seconds since the epoch'],
    ['denylisted', 'INTEGER', 'Whether it is kept from running for its cost: 1 yes'],
    ['output_size', 'BIGINT', 'Size of its results so far, in bytes'],
    ['wall_time', 'BIGINT', 'Time it took so far, in seconds'],
    ['wall_time_ms', 'BIGINT', 'Time it took so far, in milliseconds'],
    ['last_wall_time_ms', 'BIGINT', 'Time it took last, in milliseconds'],
    ['user_time', 'BIGINT', 'CPU time outside the kernel so far, in milliseconds'],
    ['last_user_time', 'BIGINT', 'CPU time outside the kernel of the last run, in milliseconds'],
    ['system_time', 'BIGINT', 'CPU time inside the kernel so far, in milliseconds'],
    ['last_system_time', 'BIGINT', 'CPU time inside the kernel of the last run, in milliseconds'],
    ['average_memory', 'BIGINT', 'Memory a run takes on average, in bytes'],
    ['last_memory', 'BIGINT', 'Memory the last run took, in bytes'],
  ),
  examples: [
    'SELECT name, interval, executions, wall_time_ms FROM osquery_schedule',
    'SELECT name FROM osquery_schedule WHERE denylisted = 1',
  ],
  *rows(context) {
    if (context.engine.schedule === undefined) context.warn('no schedule is loaded');
    yield* context.engine.schedule ?? [];
  },
};

/** Packs of queries. */
export const osquery_packs: GeneratedTableSpec = {
  name: 'osquery_packs',
  kind: 'engine',
  description: 'Packs of queries that the schedule was loaded from.',
  source: 'The runner of schedules',
  estimatedRows: 5,
  columns: columns(
    ['name', 'TEXT', 'Name of the pack'],
    ['platform', 'TEXT', 'Operating systems it is for'],
    ['version', 'TEXT', 'Oldest version of osquery it is for'],
    ['shard', 'INTEGER', 'Share of machines it is for, in percent'],
    ['discovery_cache_hits', 'INTEGER', 'How often the answer of its discovery queries was known'],
    ['discovery_executions', 'INTEGER', 'How often its discovery queries ran'],
    ['active', 'INTEGER', 'Whether its queries run: 1 yes'],
  ),
  examples: ['SELECT name, active FROM osquery_packs', 'SELECT name FROM osquery_packs WHERE active = 0'],
  *rows(context) {
    if (context.engine.packs === undefined) context.warn('no packs are loaded');
    yield* context.engine.packs ?? [];
  },
};
