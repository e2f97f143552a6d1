/** Rows of `yara_scans`, written by whoever scans. */
import { native } from '../../native.ts';
import { type ScanAnswer, utf8 } from './yara-wire.ts';

let present: boolean | undefined;

/** Whether this process records events: without an agent there is no store. */
function hasStore(): boolean {
  present ??= native()
    .storeStats()
    .some(({ name }) => name === 'yara_scans');
  return present;
}

/** Seconds since the epoch, and nothing for the kernel clock: a scan is no kernel event. */
export function recordScan(answer: ScanAnswer, path: string, reason: 'exec' | 'query' | 'api', ruleSet: string | null = null): void {
  if (answer.cached || !hasStore()) return;
  native().storeAppend('yara_scans', [
    [
      Math.floor(Date.now() / 1000),
      null,
      path,
      reason,
      answer.size ?? null,
      answer.inode ?? null,
      answer.us ?? null,
      answer.matches.length,
      answer.matches.map(({ rule }) => rule).join(','),
      ruleSet?.slice(0, 16) ?? null,
      answer.failure === undefined ? null : utf8(answer.error ?? answer.failure),
    ],
  ]);
}
