/** Digests of files, read once for all algorithms and remembered while a file does not change. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export type Algorithm = 'md5' | 'sha1' | 'sha256';
export type Digests = Partial<Record<Algorithm, string>>;

const chunk = Buffer.allocUnsafeSlow(1024 * 1024);
/** osquery keeps 500; an entry is about 300 bytes. */
const cacheEntries = 4096;
const cache = new Map<string, Digests>();

/**
 * Digests of a regular file's content, as lower-case hexadecimal.
 *
 * @param checkInterrupt called for each megabyte; what it throws ends the reading
 * @returns undefined for what is no regular file
 * @throws the system's error when it cannot be read
 */
export function digestFile(path: string, algorithms: readonly Algorithm[], checkInterrupt: () => void): Digests | undefined {
  const fd = openSync(path, 'r');
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) return undefined;
    const key = `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    const known = cache.get(key) ?? {};
    const missing = algorithms.filter((algorithm) => known[algorithm] === undefined);
    if (missing.length === 0) return known;
    const hashes = new Map<Algorithm, Hash>(missing.map((algorithm) => [algorithm, createHash(algorithm)]));
    for (;;) {
      checkInterrupt();
      const length = readSync(fd, chunk, 0, chunk.length, null);
      if (length === 0) break;
      for (const hash of hashes.values()) hash.update(chunk.subarray(0, length));
    }
    const digests: Digests = { ...known };
    for (const [algorithm, hash] of hashes) digests[algorithm] = hash.digest('hex');
    const after = fstatSync(fd, { bigint: true });
    // Files of /proc and /sys claim size 0 and never change by these signs; one written to meanwhile has no digest to keep.
    if (stat.size > 0n && after.mtimeNs === stat.mtimeNs && after.size === stat.size) {
      cache.delete(key);
      if (cache.size >= cacheEntries) cache.delete(cache.keys().next().value ?? '');
      cache.set(key, digests);
    }
    return digests;
  } finally {
    closeSync(fd);
  }
}
