/**
 * The database of RPM: a table `Packages` of SQLite with a header for each package (RPM 4.16 and later), and for older forms (Berkeley DB,
 * ndb) whatever `rpm` itself answers.
 *
 * HOW IT WORKS: a header is two numbers (entries, bytes of data), the entries (tag, type, offset, count, four bytes each) and the data;
 * all numbers are big-endian.
 */
import Database from 'better-sqlite3';
import type { TableContext } from '../spec.ts';
import { isThere } from './config-files.ts';
import { pathWithin } from './mount-view.ts';
import { findProgram, runProgram } from './programs.ts';

export const rpmTag = {
  sha1: 269,
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  installTime: 1008,
  size: 1009,
  vendor: 1011,
  group: 1016,
  arch: 1022,
  fileSizes: 1028,
  fileModes: 1030,
  fileDigests: 1035,
  fileUsers: 1039,
  fileGroups: 1040,
  source: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  longFileSizes: 5008,
  longSize: 5009,
} as const;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** One package. */
export class RpmHeader {
  readonly #entries = new Map<number, Entry>();
  readonly #data: Buffer;

  constructor(blob: Buffer) {
    const entries = blob.length >= 8 ? blob.readUInt32BE(0) : 0;
    const start = 8 + entries * 16;
    this.#data = blob.subarray(start);
    for (let i = 0; i < entries && 8 + (i + 1) * 16 <= blob.length; i++) {
      const at = 8 + i * 16;
      this.#entries.set(blob.readUInt32BE(at), {
        type: blob.readUInt32BE(at + 4),
        offset: blob.readUInt32BE(at + 8),
        count: blob.readUInt32BE(at + 12),
      });
    }
  }

  text(tag: number): string {
    return this.texts(tag)[0] ?? '';
  }

  texts(tag: number): string[] {
    const entry = this.#entries.get(tag);
    if (entry === undefined || entry.type < 6 || entry.type === 7) return [];
    const found: string[] = [];
    let at = entry.offset;
    for (let i = 0; i < entry.count && at < this.#data.length; i++) {
      const end = this.#data.indexOf(0, at);
      found.push(this.#data.toString('utf8', at, end < 0 ? undefined : end));
      if (end < 0) break;
      at = end + 1;
    }
    return found;
  }

  number(tag: number): number | undefined {
    return this.numbers(tag)[0];
  }

  numbers(tag: number): number[] {
    const entry = this.#entries.get(tag);
    const width = { 2: 1, 3: 2, 4: 4, 5: 8 }[entry?.type ?? 0];
    if (entry === undefined || width === undefined) return [];
    const found: number[] = [];
    for (let i = 0; i < entry.count && entry.offset + (i + 1) * width <= this.#data.length; i++) {
      const at = entry.offset + i * width;
      found.push(width === 8 ? Number(this.#data.readBigUInt64BE(at)) : this.#data.readUIntBE(at, width));
    }
    return found;
  }
}

const folders = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'];

/** Headers of all installed packages below a root; none, with a warning, where there is no database that can be read. */
export function* readRpmHeaders(context: TableContext, root: string): Generator<RpmHeader> {
  const sqlite = folders.map((folder) => `${folder}/rpmdb.sqlite`).find((path) => isThere(root, path));
  if (sqlite !== undefined) {
    yield* sqliteHeaders(context, pathWithin(root, sqlite) ?? sqlite);
    return;
  }
  const older = folders.flatMap((folder) => [`${folder}/Packages`, `${folder}/Packages.db`]).find((path) => isThere(root, path));
  if (older === undefined) {
    context.warn(`there is no package database of RPM: ${root}/var/lib/rpm`);
    return;
  }
  yield* programHeaders(context, root, older);
}

function* sqliteHeaders(context: TableContext, path: string): Generator<RpmHeader> {
  let blobs: unknown[];
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 1000 });
    try {
      // Taken at once, so that nothing keeps the package manager waiting while rows are made.
      blobs = database.prepare('SELECT blob FROM Packages').pluck().all();
    } finally {
      database.close();
    }
  } catch (error) {
    context.warn(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  for (const blob of blobs) {
    context.checkInterrupt();
    if (Buffer.isBuffer(blob)) yield new RpmHeader(blob);
  }
}

/** A header for what rpm prints: its own export of headers, in hexadecimal, is the same as in the database. */
function* programHeaders(context: TableContext, root: string, path: string): Generator<RpmHeader> {
  const program = findProgram('rpm');
  if (program === undefined) {
    context.warn(`${root}${path} is of an older form that only rpm itself reads, and rpm is not installed`);
    return;
  }
  const result = runProgram(program, ['--root', root === '' ? '/' : root, '-qa', '--xml']);
  if ('error' in result) {
    context.warn(`rpm: ${result.error}`);
    return;
  }
  for (const block of result.output.split('<rpmHeader>').slice(1)) yield headerOfXml(block);
}

const tagNames: Readonly<Record<string, number>> = {
  Sha1header: 269,
  Name: 1000,
  Version: 1001,
  Release: 1002,
  Epoch: 1003,
  Installtime: 1008,
  Size: 1009,
  Vendor: 1011,
  Group: 1016,
  Arch: 1022,
  Sourcerpm: 1044,
};

/** Rebuilds a header from `rpm --xml`, for the tags that packages are described by. */
export function headerOfXml(xml: string): RpmHeader {
  const entries: Buffer[] = [];
  const data: Buffer[] = [];
  let length = 0;
  for (const match of xml.matchAll(/<rpmTag name="(\w+)">\s*<(string|integer)>([^<]*)</g)) {
    const tag = tagNames[match[1] ?? ''];
    if (tag === undefined) continue;
    const text = (match[3] ?? '').replace(
      /&(lt|gt|amp|quot|apos);/g,
      (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" })[name] ?? '',
    );
    const value = match[2] === 'string' ? Buffer.from(`${text}\0`) : Buffer.alloc(8);
    if (match[2] === 'integer') value.writeBigUInt64BE(BigInt(text));
    const entry = Buffer.alloc(16);
    for (const [i, number] of [tag, match[2] === 'string' ? 6 : 5, length, 1].entries()) entry.writeUInt32BE(number, i * 4);
    entries.push(entry);
    data.push(value);
    length += value.length;
  }
  const head = Buffer.alloc(8);
  head.writeUInt32BE(entries.length, 0);
  head.writeUInt32BE(length, 4);
  return new RpmHeader(Buffer.concat([head, ...entries, ...data]));
}
