/** Moments on the command line. */
import { ShrikeError } from '../errors.ts';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Seconds since the epoch: as such, as how long ago, or as a date.
 *
 * @example timeFlag('since', '90m', 1_700_005_400) // 1700000000
 */
export function timeFlag(flag: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return Math.floor(now - Number(count) * (units[unit] ?? 0));
  const date = Date.parse(text);
  if (Number.isNaN(date))
    throw new ShrikeError('E_USAGE', {
      reason: `--${flag} takes 2026-01-31T12:00:00Z, seconds since the epoch, or how long ago (90m, 7d), not "${text}"`,
    });
  return Math.floor(date / 1000);
}
