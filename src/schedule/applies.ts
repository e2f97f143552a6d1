/** Whether a pack or query is for this machine: platform, version, share. */
import { createHash } from 'node:crypto';

export interface Machine {
  readonly hostname: string;
  /** `ID` of os-release, for example `debian`. */
  readonly distribution: string;
}

/** osquery's release whose tables and functions are here. */
export const osqueryVersion = '5.21.0';

const here = new Set(['', 'any', 'all', 'linux', 'posix']);

function isPlatform(platform: string, { distribution }: Machine): boolean {
  return platform
    .toLowerCase()
    .split(/[\s,]+/)
    .some((each) => here.has(each) || each === distribution);
}

/** Negative, zero or positive, as `a` is older than `b`, the same or newer, by their numbers. */
function compare(a: string, b: string): number {
  const numbers = (version: string) => (version.match(/\d+/g) ?? []).map(Number);
  const [first, second] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(first.length, second.length); i++)
    if ((first[i] ?? 0) !== (second[i] ?? 0)) return (first[i] ?? 0) - (second[i] ?? 0);
  return 0;
}

/** The machine's place among all, from 0 to 100, as osquery takes it from the host name. */
export function shardOf(hostname: string): number {
  return Math.floor(((createHash('sha1').update(hostname).digest()[0] ?? 0) * 100) / 255);
}

/** Why it is not for this machine; undefined when it is. */
export function notHere(
  what: { readonly platform: string; readonly version: string; readonly shard: number },
  machine: Machine,
): string | undefined {
  if (!isPlatform(what.platform, machine)) return `is for ${what.platform}`;
  if (what.version !== '' && compare(osqueryVersion, what.version) < 0)
    return `is for osquery ${what.version} and later; ${osqueryVersion} is what is here`;
  if (what.shard < 100 && shardOf(machine.hostname) > what.shard) return `is for ${what.shard} % of machines, and this is not one of them`;
  return undefined;
}
