/** The files of /proc/PID that several tables read, parsed. */
import { bytes, readBytes, readLatin1, readLine } from './procfs.ts';

/** Clock ticks per second in /proc: fixed by the kernel's interface to user space (USER_HZ), whatever HZ the kernel runs at. */
export const ticksPerSecond = 100;

/** `/proc/PID/stat`. Times are in ticks. */
export interface ProcessStat {
  readonly comm: string;
  readonly state: string;
  readonly parent: number;
  readonly pgroup: number;
  readonly session: number;
  readonly tty: number;
  readonly flags: number;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly nice: number;
  readonly threads: number;
  /** As printed: part of the exec_id. */
  readonly startTicks: string;
  /** A thread of the kernel: it has no executable, arguments or folders. */
  readonly kernelThread: boolean;
}

const PF_KTHREAD = 0x00200000;

/** Reads and parses `/proc/PID/stat`; undefined when the process is gone. */
export function readStat(folder: string): ProcessStat | undefined {
  const length = readBytes(`${folder}/stat`);
  if (length <= 0) return undefined;
  const data = bytes();
  // The name may hold blanks and parentheses, so its end is the last parenthesis.
  const open = data.indexOf(0x28);
  const close = data.lastIndexOf(0x29, length - 1);
  if (open < 0 || close < open) return undefined;
  const fields = data.toString('latin1', close + 2, length).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  const flags = number(6);
  return {
    comm: data.toString('utf8', open + 1, close),
    state: fields[0] ?? '',
    parent: number(1),
    pgroup: number(2),
    session: number(3),
    tty: number(4),
    flags,
    userTicks: number(11),
    systemTicks: number(12),
    nice: number(16),
    threads: number(17),
    startTicks: fields[19] ?? '0',
    kernelThread: Math.floor(flags / PF_KTHREAD) % 2 === 1,
  };
}

/** Values of `/proc/PID/status`, looked up by name. */
export class ProcessStatus {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The rest of a line after the name and tab, or undefined where the kernel (or the kind of process) has no such line. */
  value(name: string): string | undefined {
    const key = `\n${name}:\t`;
    const start = this.#text.indexOf(key);
    if (start < 0) return undefined;
    const end = this.#text.indexOf('\n', start + key.length);
    return this.#text.slice(start + key.length, end < 0 ? undefined : end);
  }

  /** A size given in kB, in bytes; 0 for threads of the kernel, which have no such lines. */
  bytes(name: string): number {
    const value = this.value(name);
    return value === undefined ? 0 : Number.parseInt(value, 10) * 1024;
  }
}

/** Reads `/proc/PID/status`; undefined when the process is gone. */
export function readStatus(folder: string): ProcessStatus | undefined {
  const text = readLatin1(`${folder}/status`);
  return text === undefined ? undefined : new ProcessStatus(text);
}

/** Arguments joined by blanks, as osquery and ps show them; empty for threads of the kernel. */
export function readCmdline(folder: string): string {
  let length = readBytes(`${folder}/cmdline`);
  if (length <= 0) return '';
  const data = bytes();
  while (length > 0 && data[length - 1] === 0) length--;
  for (let i = data.indexOf(0); i >= 0 && i < length; i = data.indexOf(0, i + 1)) data[i] = 0x20;
  return data.toString('utf8', 0, length);
}

/** First eight digits of the boot id: the first part of every exec_id. */
export function readBootPrefix(proc: string): string {
  return readLine(`${proc}/sys/kernel/random/boot_id`)?.slice(0, 8) ?? '';
}

/** When the machine started, in seconds since the epoch; 0 when unknown. */
export function readBootTime(proc: string): number {
  const text = readLatin1(`${proc}/stat`);
  const start = text?.indexOf('\nbtime ') ?? -1;
  return text === undefined || start < 0 ? 0 : Number.parseInt(text.slice(start + 7), 10);
}
