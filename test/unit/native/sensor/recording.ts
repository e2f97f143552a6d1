/** Recordings made up byte by byte, to show the sensor what no test can make a kernel do. Layouts are those of bpf/include/event.h. */
import { writeFileSync } from 'node:fs';

export const types = { exec: 1, fork: 3, task: 5, cred: 7, signal: 37 } as const;

export interface Header {
  readonly pid: number;
  readonly tid?: number;
  readonly ppid?: number;
  readonly uid?: number;
  readonly euid?: number;
  /** Nanoseconds since boot. */
  readonly ktime: bigint;
}

/** When every process of these recordings began, in nanoseconds since boot. */
const start = (pid: number): bigint => BigInt(pid) * 1_000_000_000n;

/** struct sk_event, at the beginning of a record of `size` bytes. */
function record(type: number, size: number, from: Header): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(size, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeBigUInt64LE(from.ktime, 8);
  bytes.writeBigUInt64LE(start(from.pid), 16);
  [from.pid, from.tid ?? from.pid, from.ppid ?? 1, from.uid ?? 0, 0, from.euid ?? from.uid ?? 0, 0, 0xffffffff].forEach((value, i) => {
    bytes.writeUInt32LE(value, 32 + i * 4);
  });
  return bytes;
}

/** struct sk_exec with a path of one name below the root. */
export function exec(type: number, name: string, from: Header & { readonly mode?: number; readonly caps?: bigint }): Buffer {
  const walk = Buffer.from(`${name}\0`);
  const bytes = record(type, 256 + walk.length, from);
  for (const at of [96, 104]) bytes.writeBigUInt64LE(from.caps ?? ((from.euid ?? from.uid ?? 0) === 0 ? 0x1ffffffffffn : 0n), at);
  bytes.writeUInt32LE(from.mode ?? 0o100755, 148);
  for (const at of [160, 168]) bytes.writeUInt32LE(from.euid ?? from.uid ?? 0, at);
  bytes.writeUInt16LE(walk.length, 210);
  walk.copy(bytes, 256);
  return bytes;
}

/** struct sk_signal: the least that one process can do. */
export const signal = (from: Header): Buffer => record(types.signal, 128, from);

/** struct sk_cred of a setuid(). */
export function setuid(from: Header): Buffer {
  const bytes = record(types.cred, 320, from);
  for (const at of [112, 120]) bytes.writeBigUInt64LE(from.uid === 0 ? 0x1ffffffffffn : 0n, at);
  for (const at of [152, 160]) bytes.writeUInt32LE(from.uid ?? 0, at);
  bytes.writeUInt16LE(105, 312);
  return bytes;
}

/** Writes them to a file, as zstd that does not compress. */
export function writeRecording(path: string, records: readonly Buffer[]): void {
  const stream = Buffer.concat(records);
  const frame = Buffer.alloc(4 + 1 + 4 + 3);
  frame.writeUInt32LE(0xfd2fb528, 0);
  frame.writeUInt8(0b1010_0000, 4); // one segment, its size in four bytes, no checksum
  frame.writeUInt32LE(stream.length, 5);
  frame.writeUIntLE((stream.length << 3) | 1, 9, 3); // last block, raw
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('SHRIKE RECORDING 1\n{"boot":"01234567","clock_offset":0,"kernel":"made up"}\n'), frame, stream]),
  );
}
