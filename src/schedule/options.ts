/** osquery's own options, where a configuration of osquery sets them: they go before the settings of ours. */
import type { ScheduleConfig } from '../config/schedule.ts';

const booleanOf = (value: unknown, standard: boolean) =>
  value === undefined ? standard : value === true || value === 'true' || value === 1 || value === '1';

function wholeOf(value: unknown, standard: number, most: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most ? number : standard;
}

/** The settings with osquery's options over them; values that are not valid there are passed over. */
export function withOptions(config: ScheduleConfig, options: Readonly<Record<string, unknown>>): ScheduleConfig {
  const { log } = config;
  const identifier = options['host_identifier'];
  return {
    ...config,
    splay_percent: wholeOf(options['schedule_splay_percent'], config.splay_percent, 100),
    epoch: wholeOf(options['schedule_epoch'], config.epoch, Number.MAX_SAFE_INTEGER),
    pack_refresh: Math.max(1, wholeOf(options['pack_refresh_interval'], config.pack_refresh, 2 ** 31)),
    host_identifier: identifier === 'uuid' || identifier === 'hostname' ? identifier : config.host_identifier,
    log: {
      ...log,
      events: booleanOf(options['logger_event_type'], log.events),
      snapshot_events: booleanOf(options['logger_snapshot_event_type'], log.snapshot_events),
      numerics: booleanOf(options['logger_numerics'], log.numerics),
      decorations_top_level: booleanOf(options['decorations_top_level'], log.decorations_top_level),
    },
  };
}
