/** SMBIOS (DMI) structures of the firmware, which only root may read. */
import type { TableContext } from '../spec.ts';
import { bytes, lastFailure, readBytes, wasGone } from './procfs.ts';

export class SmbiosStructure {
  /** Place in the table, from 0. */
  readonly number: number;
  readonly type: number;
  readonly handle: number;
  /** Formatted part, header included. */
  readonly data: Buffer;
  readonly strings: readonly string[];
  /** Whole structure with its strings, in bytes. */
  readonly size: number;

  constructor(number: number, data: Buffer, strings: readonly string[], size: number) {
    this.number = number;
    this.type = data[0] ?? 0;
    this.handle = data.readUInt16LE(2);
    this.data = data;
    this.strings = strings;
    this.size = size;
  }

  u8(at: number): number {
    return at < this.data.length ? (this.data[at] ?? 0) : 0;
  }

  u16(at: number): number {
    return at + 2 <= this.data.length ? this.data.readUInt16LE(at) : 0;
  }

  u32(at: number): number {
    return at + 4 <= this.data.length ? this.data.readUInt32LE(at) : 0;
  }

  u64(at: number): bigint {
    return at + 8 <= this.data.length ? this.data.readBigUInt64LE(at) : 0n;
  }

  /** A field that holds the number of a string. */
  text(at: number): string {
    return this.strings[this.u8(at) - 1]?.trim() ?? '';
  }

  handleText(at = 2): string {
    return `0x${this.u16(at).toString(16).toUpperCase().padStart(4, '0')}`;
  }
}

/** All structures in the firmware's order; none, with a warning, on machines without them. */
export function readSmbios(context: TableContext): SmbiosStructure[] {
  const path = `${context.system.sys}/firmware/dmi/tables/DMI`;
  const length = readBytes(path);
  if (length < 0) {
    context.warn(wasGone() ? 'the firmware of this machine gives no SMBIOS tables' : `${path} cannot be read: ${lastFailure()}`);
    return [];
  }
  return parseSmbios(Buffer.from(bytes().subarray(0, length)));
}

/** A structure is its formatted part (type, length, handle, fields) and strings, each ended by 0, ended by one more. */
export function parseSmbios(table: Buffer): SmbiosStructure[] {
  const found: SmbiosStructure[] = [];
  let at = 0;
  while (at + 4 <= table.length) {
    const length = table[at + 1] ?? 0;
    if (length < 4 || at + length > table.length) break;
    let end = at + length;
    const strings: string[] = [];
    while (end < table.length && table[end] !== 0) {
      const stop = table.indexOf(0, end);
      if (stop < 0) break;
      strings.push(table.toString('latin1', end, stop));
      end = stop + 1;
    }
    end += strings.length === 0 ? 2 : 1;
    found.push(new SmbiosStructure(found.length, table.subarray(at, at + length), strings, Math.min(end, table.length) - at));
    // The end-of-table structure.
    if (table[at] === 127) break;
    at = end;
  }
  return found;
}
