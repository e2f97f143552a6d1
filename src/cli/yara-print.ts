/** Answers as the yara command prints them. */
import { type CompileAnswer, type MetaValue, type ScanAnswer, type StringMatch, utf8 } from '../tables/lib/yara-wire.ts';
import type { ScanFlags } from './yara-scan.ts';

/** yara shows so many bytes of a hex string, and an ellipsis for those longer than half of that. */
const hexBytes = 64;
const hexEllipsis = 32;

function showData(data: string, hex: boolean): string {
  const bytes = Buffer.from(data, 'latin1');
  if (hex) {
    const shown = [...bytes.subarray(0, hexBytes)].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
    return `${shown}${bytes.length > hexEllipsis ? ' ...' : ''}`;
  }
  let text = '';
  for (const byte of bytes)
    text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return text;
}

function showString([id, offset, length, data, hex]: StringMatch, flags: ScanFlags): string {
  const at = `0x${offset.toString(16)}:${flags.printStringLength ? `${length}:` : ''}${id}`;
  return flags.printStrings ? `${at}: ${showData(data, hex === 1)}\n` : `${at}\n`;
}

function showMeta(value: MetaValue): string {
  if (typeof value !== 'string') return String(value);
  return `"${utf8(value)
    .replace(/["'\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')}"`;
}

function asJson(target: string, answer: ScanAnswer): string {
  const matches = answer.matches.map(({ rule, namespace, tags, meta, strings }) => ({
    rule,
    namespace: utf8(namespace),
    tags: tags.map(utf8),
    meta: Object.fromEntries(meta.map(([key, value]) => [key, typeof value === 'string' ? utf8(value) : value])),
    strings: strings.map(([id, offset, length, data]) => ({ id, offset, length, data: Buffer.from(data, 'latin1').toString('base64') })),
  }));
  const error = answer.failure === undefined ? {} : { error: utf8(answer.error ?? answer.failure), failure: answer.failure };
  return `${JSON.stringify({ target, matches, size: answer.size, ...error })}\n`;
}

/** What is printed for one target; `single` when it is the only one. */
export function showAnswer(target: string, answer: ScanAnswer, flags: ScanFlags, single: boolean): string {
  if (flags.json) return asJson(target, answer);
  if (flags.count) return single ? `${answer.matches.length}\n` : `${target}: ${answer.matches.length}\n`;
  let text = '';
  for (const line of answer.console ?? []) text += `${utf8(line)}\n`;
  for (const { rule, namespace, tags, meta, strings } of answer.matches) {
    if (flags.printNamespace) text += `${utf8(namespace)}:`;
    text += `${rule} `;
    if (flags.printTags) text += `[${tags.map(utf8).join(',')}] `;
    if (flags.printMeta) text += `[${meta.map(([key, value]) => `${key}=${showMeta(value)}`).join(',')}] `;
    text += `${target}\n`;
    if (flags.printStrings || flags.printStringLength) for (const string of strings) text += showString(string, flags);
  }
  return text;
}

/** Statistics of compiled rules. */
export function showStats({ stats = {} }: CompileAnswer): string {
  const average = (stats['ac_average_match_list_length_x1000'] ?? 0) / 1000;
  return [
    `size of AC transition table        : ${stats['ac_tables_size'] ?? 0}`,
    `average length of AC matches lists : ${average.toFixed(6)}`,
    `number of rules                    : ${stats['rules'] ?? 0}`,
    `number of strings                  : ${stats['strings'] ?? 0}`,
    `number of AC matches               : ${stats['ac_matches'] ?? 0}`,
    `number of AC matches in root node  : ${stats['ac_root_match_list_length'] ?? 0}`,
    '',
  ].join('\n');
}

/** The rules that took longest by themselves, over all targets. */
export function showSlowest(slow: ReadonlyMap<string, number>): string {
  const sorted = [...slow].sort((a, b) => b[1] - a[1]).slice(0, 10);
  if (sorted.length === 0) return '';
  const lines = sorted.map(([rule, us]) => `${(us / 1000).toFixed(3).padStart(12)} ms  ${rule}`);
  return `slowest rules, each timed by itself:\n${lines.join('\n')}\n`;
}
