/**
 * Reading /proc and other small files fast: one reused buffer per thread, no exceptions for files that are not there.
 *
 * The buffer is valid until the next read on this thread, so a generator must have taken what it needs before it yields a row
 * (a join may run another generator in between).
 */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats, statSync } from 'node:fs';

let buffer = Buffer.allocUnsafeSlow(64 * 1024);
let failure = '';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO';

/** Error code (`ENOENT`, `EACCES`, …) of the last read on this thread that failed. */
export function lastFailure(): string {
  return failure;
}

/** Whether the last failure only means that the thing is not there (any more), which is normal in /proc. */
export function wasGone(): boolean {
  return failure === 'ENOENT' || failure === 'ESRCH' || failure === 'ENOTDIR';
}

/** Whether the last failure was a lack of permission. */
export function wasDenied(): boolean {
  return failure === 'EACCES' || failure === 'EPERM';
}

/** Reads a whole file into the shared buffer. Returns its length in bytes, or -1 (see `lastFailure`). */
export function readBytes(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    failure = codeOf(error);
    return -1;
  }
  try {
    let length = 0;
    for (;;) {
      const got = readSync(fd, buffer, length, buffer.length - length, null);
      if (got === 0) return length;
      length += got;
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    }
  } catch (error) {
    failure = codeOf(error);
    return -1;
  } finally {
    closeSync(fd);
  }
}

/** The shared buffer that `readBytes` filled. */
export function bytes(): Buffer {
  return buffer;
}

/** A whole file as UTF-8 text, or undefined (see `lastFailure`). */
export function readText(path: string): string | undefined {
  const length = readBytes(path);
  return length < 0 ? undefined : buffer.toString('utf8', 0, length);
}

/** A whole file with one character per byte: faster than UTF-8 where the text is ASCII. */
export function readLatin1(path: string): string | undefined {
  const length = readBytes(path);
  return length < 0 ? undefined : buffer.toString('latin1', 0, length);
}

/** First line of a small file, trimmed (most of /sys), or undefined. */
export function readLine(path: string): string | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const end = text.indexOf('\n');
  return (end < 0 ? text : text.slice(0, end)).trim();
}

/** Target of a symbolic link, or undefined. */
export function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    failure = codeOf(error);
    return undefined;
  }
}

/** Names in a folder, or undefined. */
export function listNames(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    failure = codeOf(error);
    return undefined;
  }
}

/** Facts about what a path leads to, or undefined. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    failure = codeOf(error);
    return undefined;
  }
}

/** Facts about a path itself, even if it is a symbolic link, or undefined. */
export function lstatOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    failure = codeOf(error);
    return undefined;
  }
}

/** Undoes the octal escapes (`\040` for a blank) of /proc/mounts, /proc/swaps and the like. */
export function unescapeOctal(text: string): string {
  if (!text.includes('\\')) return text;
  // Escapes are bytes of UTF-8, so they are put together as bytes first.
  const raw = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(raw.length);
  const digit = (index: number): number => {
    const value = (raw[index] ?? 0) - 48;
    return value >= 0 && value <= 7 ? value : -1;
  };
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] === 0x5c && digit(i + 1) >= 0 && digit(i + 1) <= 3 && digit(i + 2) >= 0 && digit(i + 3) >= 0) {
      out[length++] = digit(i + 1) * 64 + digit(i + 2) * 8 + digit(i + 3);
      i += 3;
    } else {
      out[length++] = raw[i] ?? 0;
    }
  }
  return out.toString('utf8', 0, length);
}
