/** Packs and schedules as osquery's configuration has them, checked and complete. */

export interface PackQuery {
  /** As results name it: `pack_<pack>_<name>` for those of packs. */
  readonly name: string;
  /** Name of its pack; undefined for the schedule's own. */
  readonly pack: string | undefined;
  readonly sql: string;
  /** Seconds. */
  readonly interval: number;
  /** Report all rows each time, rather than what changed. */
  readonly snapshot: boolean;
  /** Report rows that went. */
  readonly removed: boolean;
  readonly platform: string;
  /** Oldest osquery it is for. */
  readonly version: string;
  /** Share of machines, in percent. */
  readonly shard: number;
  /** Whether it may be kept from running for its cost. */
  readonly denylist: boolean;
  /** Runs at start, in ascending order; undefined: after its first interval. */
  readonly startupPriority: number | undefined;
}

export interface Pack {
  readonly name: string;
  readonly platform: string;
  readonly version: string;
  readonly shard: number;
  /** Each must give a row for the pack to be active. */
  readonly discovery: readonly string[];
}

export interface Decorators {
  readonly load: readonly string[];
  readonly always: readonly string[];
  /** By seconds. */
  readonly interval: ReadonlyMap<number, readonly string[]>;
}

/** Something that was passed over, and why. */
export interface Problem {
  /** File, or name of a query. */
  readonly where: string;
  readonly reason: string;
}

/** What files of packs say, all of them together. */
export interface Schedule {
  readonly queries: readonly PackQuery[];
  readonly packs: readonly Pack[];
  readonly decorators: Decorators;
  readonly views: Readonly<Record<string, string>>;
  /** osquery's options, by name. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/** Longest interval osquery takes: a week. */
export const maxInterval = 604_800;
