/** Login records: utmp(5) and wtmp(5), an array of one C structure. */
import { bytes, readBytes } from './procfs.ts';

export interface LoginRecord {
  readonly type: number;
  readonly pid: number;
  readonly line: string;
  readonly user: string;
  readonly host: string;
  /** Seconds since the epoch. */
  readonly time: number;
}

/** Where things are; glibc has two layouts. x86, 32-bit ARM and others keep 32-bit times for programs of either width. */
const layout =
  process.arch === 'arm64' || process.arch === 'riscv64' || process.arch === 'loong64'
    ? { size: 400, seconds: 344, wide: true }
    : { size: 384, seconds: 340, wide: false };

/** Types of records by number, in osquery's words. */
export const loginTypes = [
  'empty',
  'runlevel',
  'boot_time',
  'new_time',
  'old_time',
  'init',
  'login',
  'user',
  'dead',
  'accounting',
] as const;

/** Records of a file in its order, or undefined when it cannot be read. */
export function readLogins(path: string): LoginRecord[] | undefined {
  const length = readBytes(path);
  if (length < 0) return undefined;
  const data = bytes();
  const records: LoginRecord[] = [];
  const text = (start: number, size: number): string => {
    const end = data.indexOf(0, start);
    return data.toString('utf8', start, end < 0 || end > start + size ? start + size : end);
  };
  for (let at = 0; at + layout.size <= length; at += layout.size) {
    records.push({
      type: data.readInt16LE(at),
      pid: data.readInt32LE(at + 4),
      line: text(at + 8, 32),
      user: text(at + 44, 32),
      host: text(at + 76, 256),
      time: layout.wide ? Number(data.readBigInt64LE(at + layout.seconds)) : data.readInt32LE(at + layout.seconds),
    });
  }
  return records;
}
