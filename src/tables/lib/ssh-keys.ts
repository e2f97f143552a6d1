/** Private keys in the formats OpenSSH reads. */
import { createPrivateKey } from 'node:crypto';

export interface PrivateKey {
  readonly encrypted: boolean;
  /** rsa, dsa, ecdsa, ed25519, …; empty where it is encrypted away. */
  readonly type: string;
  /** Curve of an elliptic key. */
  readonly group: string;
  /** In bits; -1 when unknown. */
  readonly length: number;
  /** Strength in bits of a symmetric key as hard to break (NIST SP 800-57); -1 when unknown. */
  readonly strength: number;
}

const header = /-----BEGIN ((?:OPENSSH |RSA |DSA |EC |ENCRYPTED )?)PRIVATE KEY-----([\s\S]+?)-----END/;

/** Facts about a private key, or undefined when the text holds none. */
export function parsePrivateKey(text: string): PrivateKey | undefined {
  const match = header.exec(text);
  if (match === null) return undefined;
  const kind = (match[1] ?? '').trim();
  const body = match[2] ?? '';
  if (kind === 'OPENSSH') return parseOpenssh(Buffer.from(body.replace(/\s/g, ''), 'base64'));
  const encrypted = kind === 'ENCRYPTED' || body.includes('ENCRYPTED');
  const type = { RSA: 'rsa', DSA: 'dsa', EC: 'ecdsa' }[kind] ?? '';
  if (encrypted) return { encrypted, type, group: '', length: -1, strength: -1 };
  try {
    const key = createPrivateKey(text);
    const details = key.asymmetricKeyDetails;
    const name = key.asymmetricKeyType === 'ec' ? 'ecdsa' : (key.asymmetricKeyType ?? type);
    return describe(false, name, details?.namedCurve ?? '', details?.modulusLength ?? -1);
  } catch {
    // Damaged, or of a kind this OpenSSL does not know: it still is a key, and not encrypted.
    return { encrypted, type, group: '', length: -1, strength: -1 };
  }
}

/** `openssh-key-v1`: cipher, key derivation and its options, number of keys, then the public key in clear. */
function parseOpenssh(data: Buffer): PrivateKey | undefined {
  const magic = 'openssh-key-v1\0';
  if (data.toString('latin1', 0, magic.length) !== magic) return undefined;
  const reader = new Reader(data, magic.length);
  const cipher = reader.text();
  reader.bytes();
  reader.bytes();
  reader.number();
  const blob = new Reader(reader.bytes(), 0);
  const algorithm = blob.text();
  const encrypted = cipher !== 'none';
  const bare = algorithm.replace(/^sk-/, '').replace(/@openssh\.com$/, '');
  if (bare === 'ssh-rsa') {
    blob.bytes();
    return describe(encrypted, 'rsa', '', bitLength(blob.bytes()));
  }
  if (bare === 'ssh-dss') return describe(encrypted, 'dsa', '', bitLength(blob.bytes()));
  if (bare === 'ssh-ed25519') return describe(encrypted, 'ed25519', '', 256);
  if (bare.startsWith('ecdsa-sha2-')) return describe(encrypted, 'ecdsa', blob.text(), -1);
  return { encrypted, type: bare, group: '', length: -1, strength: -1 };
}

function bitLength(number: Buffer): number {
  let start = 0;
  while (start < number.length && number[start] === 0) start++;
  return start === number.length ? 0 : (number.length - start) * 8 - (Math.clz32(number[start] ?? 0) - 24);
}

/** OpenSSL's names of the curves that OpenSSH calls by NIST's. */
const curves: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  nistp256: ['prime256v1', 256],
  prime256v1: ['prime256v1', 256],
  nistp384: ['secp384r1', 384],
  secp384r1: ['secp384r1', 384],
  nistp521: ['secp521r1', 521],
  secp521r1: ['secp521r1', 521],
};

const strengths: readonly (readonly [bits: number, strength: number])[] = [
  [15360, 256],
  [7680, 192],
  [4096, 152],
  [3072, 128],
  [2048, 112],
  [1024, 80],
];

function describe(encrypted: boolean, type: string, group: string, length: number): PrivateKey {
  const curve = curves[group];
  const bits = curve?.[1] ?? (type === 'ed25519' ? 256 : length);
  let strength = -1;
  if (type === 'rsa' || type === 'dsa') strength = bits < 0 ? -1 : (strengths.find(([size]) => bits >= size)?.[1] ?? 0);
  else if (bits > 0) strength = bits === 521 ? 256 : Math.floor(bits / 2);
  return { encrypted, type, group: curve?.[0] ?? group, length: bits, strength };
}

/** The wire format of SSH: numbers of four bytes, texts with their length before them. */
class Reader {
  readonly #data: Buffer;
  #at: number;

  constructor(data: Buffer, at: number) {
    this.#data = data;
    this.#at = at;
  }

  number(): number {
    if (this.#at + 4 > this.#data.length) return 0;
    const value = this.#data.readUInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  bytes(): Buffer {
    const length = this.number();
    const part = this.#data.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  text(): string {
    return this.bytes().toString('latin1');
  }
}
