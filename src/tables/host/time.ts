import { columns, foreign } from '../lib/columns.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The current time. */
export const time: GeneratedTableSpec = {
  name: 'time',
  kind: 'state',
  description: 'The current time, in UTC.',
  source: 'gettimeofday(2)',
  estimatedRows: 1,
  columns: [
    ...columns(
      ['weekday', 'TEXT', 'Day of the week, in English'],
      ['year', 'INTEGER', 'Year'],
      ['month', 'INTEGER', 'Month, from 1'],
      ['day', 'INTEGER', 'Day of the month'],
      ['hour', 'INTEGER', 'Hour'],
      ['minutes', 'INTEGER', 'Minute'],
      ['seconds', 'INTEGER', 'Second'],
      ['timezone', 'TEXT', 'Time zone of the columns before it: UTC'],
      ['local_timezone', 'TEXT', 'Time zone of the machine'],
      ['unix_time', 'INTEGER', 'Seconds since the epoch'],
      ['timestamp', 'TEXT', 'As asctime(3) writes it, and the zone'],
      ['datetime', 'TEXT', 'As ISO 8601 writes it'],
      ['iso_8601', 'TEXT', 'The same as datetime'],
    ),
    ...foreign('Windows', ['win_timestamp', 'BIGINT']),
  ],
  examples: ['SELECT unix_time, iso_8601 FROM time', 'SELECT count(*) AS recent FROM processes, time WHERE start_time > unix_time - 600'],
  *rows(context) {
    const now = new Date(Math.floor(context.system.now() / 1000) * 1000);
    const two = (value: number): string => String(value).padStart(2, '0');
    const iso = `${now.toISOString().slice(0, 19)}Z`;
    const weekday = weekdays[now.getUTCDay()] ?? '';
    const clock = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
    yield {
      weekday,
      year: now.getUTCFullYear(),
      month: now.getUTCMonth() + 1,
      day: now.getUTCDate(),
      hour: now.getUTCHours(),
      minutes: now.getUTCMinutes(),
      seconds: now.getUTCSeconds(),
      timezone: 'UTC',
      local_timezone: localZone(now),
      unix_time: now.getTime() / 1000,
      timestamp: `${weekday.slice(0, 3)} ${months[now.getUTCMonth()]} ${String(now.getUTCDate()).padStart(2)} ${clock} ${now.getUTCFullYear()} UTC`,
      datetime: iso,
      iso_8601: iso,
    };
  },
};

/** Making one takes some ten milliseconds. */
let zoneFormat: Intl.DateTimeFormat | undefined;

function localZone(now: Date): string {
  zoneFormat ??= new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' });
  return zoneFormat.formatToParts(now).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
}
