/** A schedule as one strict JSON document that the agent reads: what `shrike packs import` stores. */
import type { PackQuery, Schedule } from './pack.ts';

function queryOf(query: PackQuery): Record<string, unknown> {
  const { sql, interval, snapshot, removed, platform, version, shard, denylist, startupPriority } = query;
  return {
    query: sql,
    interval,
    ...(snapshot ? { snapshot } : {}),
    ...(removed ? {} : { removed }),
    ...(platform === '' ? {} : { platform }),
    ...(version === '' ? {} : { version }),
    ...(shard === 100 ? {} : { shard }),
    ...(denylist ? {} : { denylist }),
    ...(startupPriority === undefined ? {} : { startup_priority: startupPriority }),
  };
}

/** The document, with packs inline. */
export function normalized(schedule: Schedule): string {
  const delimiter = typeof schedule.options['pack_delimiter'] === 'string' ? schedule.options['pack_delimiter'] : '_';
  const queriesOf = (pack: string | undefined) =>
    Object.fromEntries(
      schedule.queries
        .filter((query) => query.pack === pack)
        .map((query) => [pack === undefined ? query.name : query.name.slice(`pack${delimiter}${pack}${delimiter}`.length), queryOf(query)]),
    );
  const { load, always, interval } = schedule.decorators;
  const document = {
    options: schedule.options,
    schedule: queriesOf(undefined),
    packs: Object.fromEntries(
      schedule.packs.map(({ name, platform, version, shard, discovery }) => [
        name,
        { platform, version, shard, discovery, queries: queriesOf(name) },
      ]),
    ),
    decorators: { load, always, interval: Object.fromEntries(interval) },
    views: schedule.views,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
