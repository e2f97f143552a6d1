/**
 * Requests to the YARA scanner and its answers (native/yara/scanner/wire.h and request.h are the other side).
 *
 * Requests are packed little-endian fields; answers are JSON whose texts have one code point per byte, so that matched bytes survive.
 */
import { createHash } from 'node:crypto';

/** Where rules come from: `text`, or the file, which the scanner's compiler opens itself. */
export interface RuleSource {
  readonly namespace: string;
  /** Path, or a name for messages where `text` is given. */
  readonly file: string;
  readonly text?: string | undefined;
  /** The file holds rules that `yarac` compiled. */
  readonly compiled?: boolean | undefined;
}

export type ExternalValue = number | bigint | boolean | string;

export interface RuleSetOptions {
  readonly sources: readonly RuleSource[];
  readonly externals?: Readonly<Record<string, ExternalValue>> | undefined;
  /** Scanner processes at most. Default 1. */
  readonly threads?: number | undefined;
  readonly stackSlots?: number | undefined;
  readonly stringsPerRule?: number | undefined;
  /** Bytes of memory each scanner may use beside the file it maps. Default 2 GiB. */
  readonly memoryBytes?: number | undefined;
}

/** A rule's place and complaint. `line` is 0 where there is none. */
export interface RuleMessage {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

export type MetaValue = string | number | boolean;

export interface RuleInfo {
  readonly rule: string;
  readonly namespace: string;
  readonly tags: readonly string[];
  /** In order; an identifier may come twice. */
  readonly meta: readonly (readonly [string, MetaValue])[];
}

export interface CompiledRule extends RuleInfo {
  readonly strings: number;
  readonly private: 0 | 1;
  readonly global: 0 | 1;
}

export interface CompileAnswer {
  readonly ok?: boolean;
  /** Number of the rule set in this scanner. */
  readonly set?: number;
  readonly errors?: readonly RuleMessage[];
  readonly warnings?: readonly RuleMessage[];
  readonly included?: readonly string[];
  readonly rules?: readonly CompiledRule[];
  readonly stats?: Readonly<Record<string, number>>;
  readonly failure?: string;
  readonly error?: string;
}

/** Identifier, offset (address in a process), length, the first bytes as ISO 8859-1, and 1 for a hex string. */
export type StringMatch = readonly [id: string, offset: number, length: number, data: string, hex?: 1];

export interface RuleMatch extends RuleInfo {
  readonly strings: readonly StringMatch[];
}

/** Why there is no verdict: `open`, `kind` (no regular file), `large`, `memory`; `timeout`, `hung`, `crash`, `scan`; `set` (compile again). */
export type ScanFailure = 'open' | 'kind' | 'large' | 'memory' | 'timeout' | 'hung' | 'crash' | 'scan' | 'set' | 'request';

export interface ScanAnswer {
  readonly matches: readonly RuleMatch[];
  /** Path as it was opened. */
  readonly path?: string;
  readonly size?: number;
  readonly inode?: number;
  readonly device?: number;
  readonly ctime_ns?: string;
  /** Microseconds the scan took. */
  readonly us?: number;
  /** 1 when the verdict was remembered from an earlier scan of the same content. */
  readonly cached?: 1;
  readonly failure?: ScanFailure;
  readonly error?: string;
  /** The rule that alone used up the time. */
  readonly culprit?: string;
  readonly warnings?: readonly string[];
  readonly console?: readonly string[];
  /** Rule, namespace, microseconds. */
  readonly profile?: readonly (readonly [string, string, number])[];
}

export type ScanTarget =
  | { readonly path: string; readonly root?: string | undefined }
  /** Paths to try in turn; the first that opens and has that inode (0: any) is scanned. */
  | { readonly candidates: readonly { readonly root: string; readonly path: string }[]; readonly inode: bigint | number }
  | { readonly pid: number }
  | { readonly buffer: Uint8Array };

export interface ScanOptions {
  readonly fast?: boolean | undefined;
  readonly negate?: boolean | undefined;
  readonly noCache?: boolean | undefined;
  /** Answer with the matching strings, at most this many per rule; 0 is without limit. Without it there are none. */
  readonly strings?: number | undefined;
  readonly profile?: boolean | undefined;
  readonly noFollow?: boolean | undefined;
  /** 0 or nothing is without limit. */
  readonly timeoutMs?: number | undefined;
  readonly maxSize?: number | undefined;
}

const kinds = { compile: 1, scan: 2, status: 3 } as const;
const flags = { fast: 1, negate: 2, noCache: 4, strings: 8, profile: 16, noFollow: 32 } as const;

class Packer {
  readonly #parts: Buffer[] = [];
  #number(size: number, write: (buffer: Buffer) => void): this {
    const buffer = Buffer.allocUnsafe(size);
    write(buffer);
    this.#parts.push(buffer);
    return this;
  }
  u8(value: number): this {
    return this.#number(1, (buffer) => buffer.writeUInt8(value));
  }
  u32(value: number): this {
    return this.#number(4, (buffer) => buffer.writeUInt32LE(value));
  }
  u64(value: number | bigint): this {
    return this.#number(8, (buffer) => buffer.writeBigInt64LE(BigInt.asIntN(64, BigInt(value))));
  }
  f64(value: number): this {
    return this.#number(8, (buffer) => buffer.writeDoubleLE(value));
  }
  text(value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.u32(bytes.length);
    this.#parts.push(bytes);
    return this;
  }
  frame(): Buffer {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const head = Buffer.allocUnsafe(4);
    head.writeUInt32LE(length);
    return Buffer.concat([head, ...this.#parts], length + 4);
  }
}

/** Names a rule set: equal for equal sources, variables and limits. */
export function ruleSetKey({ sources, externals = {}, stackSlots, stringsPerRule, memoryBytes }: RuleSetOptions): string {
  const hash = createHash('sha256');
  for (const { namespace, file, text, compiled } of sources)
    hash.update(JSON.stringify([namespace, file, text ?? null, compiled ?? false]));
  for (const [name, value] of Object.entries(externals)) hash.update(JSON.stringify([name, typeof value, String(value)]));
  return hash.update(JSON.stringify([stackSlots, stringsPerRule, memoryBytes])).digest('hex');
}

function packExternal(out: Packer, name: string, value: ExternalValue): void {
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  const type = typeof value === 'string' ? 3 : typeof value === 'boolean' ? 2 : isInteger ? 0 : 1;
  const integer = typeof value === 'boolean' ? Number(value) : isInteger && typeof value !== 'string' ? value : 0;
  out
    .u8(type)
    .text(name)
    .u64(integer)
    .f64(typeof value === 'number' ? value : 0)
    .text(typeof value === 'string' ? value : '');
}

export function encodeCompile(id: number, options: RuleSetOptions): Buffer {
  const { sources, externals = {}, threads = 1, stackSlots = 0, stringsPerRule = 0, memoryBytes = 0 } = options;
  const out = new Packer()
    .u8(kinds.compile)
    .u32(id)
    .u32(threads)
    .u32(stackSlots)
    .u32(stringsPerRule)
    .u64(memoryBytes)
    .text(ruleSetKey(options));
  out.u32(sources.length);
  for (const { namespace, file, text, compiled } of sources) {
    out
      .u8(compiled ? 2 : text === undefined ? 1 : 0)
      .text(namespace)
      .text(file)
      .text(text ?? '');
  }
  const list = Object.entries(externals);
  out.u32(list.length);
  for (const [name, value] of list) packExternal(out, name, value);
  return out.frame();
}

function flagsOf(options: ScanOptions): number {
  let value = options.strings === undefined ? 0 : flags.strings;
  for (const name of ['fast', 'negate', 'noCache', 'profile', 'noFollow'] as const) if (options[name]) value |= flags[name];
  return value;
}

export function encodeScan(id: number, set: number, target: ScanTarget, options: ScanOptions): Buffer {
  const out = new Packer().u8(kinds.scan).u32(id).u32(set).u32(flagsOf(options));
  out
    .u32(options.timeoutMs ?? 0)
    .u32(options.strings ?? 0)
    .u64(options.maxSize ?? 0);
  if ('pid' in target) return out.u8(1).u32(target.pid).frame();
  if ('buffer' in target) return out.u8(2).text(target.buffer).frame();
  const candidates = 'candidates' in target ? target.candidates : [{ root: target.root ?? '', path: target.path }];
  out.u8(0).u32(candidates.length);
  for (const { root, path } of candidates) out.text(root).text(path);
  return out.u64('inode' in target ? target.inode : 0).frame();
}

export function encodeStatus(id: number): Buffer {
  return new Packer().u8(kinds.status).u32(id).frame();
}

/** Bytes that came as ISO 8859-1, read as the UTF-8 they nearly always are. */
export function utf8(text: string): string {
  // Plain ASCII is the same in both.
  return /^[\x00-\x7f]*$/.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8');
}

/** Cuts a stream into answers. */
export class AnswerReader {
  #buffer: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): void {
    // A copy: the caller uses its buffer again.
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
  }

  /** The next whole answer with the id of its request, or undefined while it is not all there. */
  next(): { readonly id: number } | undefined {
    if (this.#buffer.length < 4) return undefined;
    const end = 4 + this.#buffer.readUInt32LE();
    if (this.#buffer.length < end) return undefined;
    const text = this.#buffer.toString('latin1', 4, end);
    this.#buffer = this.#buffer.subarray(end);
    // The scanner's own shape: `CompileAnswer` or `ScanAnswer`, whose members may be absent, by the request with that id.
    return JSON.parse(text) as { readonly id: number };
  }
}

/** A scan answer with `matches` always there. */
export function asScanAnswer(answer: Partial<ScanAnswer>): ScanAnswer {
  return { ...answer, matches: answer.matches ?? [] };
}
