/**
 * Bearer tokens. The agent makes one at its first start; only digests are compared.
 *
 * DATA_DIR/token is for the people and commands on this machine and may be moved away; DATA_DIR/token.sha256 is what the agent reads.
 * Deleting both makes a new one at the next start.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { dataFiles } from '../config/data-dir.ts';

export interface NamedDigest {
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

const digest = (token: string) => createHash('sha256').update(token, 'utf8').digest();

/** Writes a file that only its owner can read, whole or not at all. */
function writeSecret(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined);

export interface PreparedToken {
  readonly digest: NamedDigest;
  /** Whether the token was made just now. */
  readonly created: boolean;
  /** Whether DATA_DIR/token holds something other than what is accepted. */
  readonly differs: boolean;
}

/** Reads the data folder's token digest, making token and digest at the first start. Errors are those of the file system. */
export function prepareToken(dataDir: string): PreparedToken {
  const tokenPath = join(dataDir, dataFiles.token);
  const hashPath = join(dataDir, dataFiles.tokenHash);
  const name = 'local';
  const token = readIfThere(tokenPath);
  const stored = readIfThere(hashPath);
  const tokenDigest = token ? digest(token).toString('hex') : undefined;
  if (stored !== undefined && /^[0-9a-f]{64}$/.test(stored)) {
    return { digest: { name, sha256: stored }, created: false, differs: tokenDigest !== undefined && tokenDigest !== stored };
  }
  if (tokenDigest !== undefined) {
    writeSecret(hashPath, `${tokenDigest}\n`);
    return { digest: { name, sha256: tokenDigest }, created: false, differs: false };
  }
  const made = randomBytes(32).toString('hex');
  const sha256 = digest(made).toString('hex');
  // The token first: a crash between the two leaves a token whose digest the next start derives.
  writeSecret(tokenPath, `${made}\n`);
  writeSecret(hashPath, `${sha256}\n`);
  return { digest: { name, sha256 }, created: true, differs: false };
}

/** The tokens that are let in. */
export class Tokens {
  readonly #known: readonly { readonly name: string; readonly digest: Buffer }[];

  constructor(known: readonly NamedDigest[]) {
    this.#known = known.map(({ name, sha256 }) => ({ name, digest: Buffer.from(sha256, 'hex') }));
  }

  /** Whose token it is, or undefined. Takes the same time whichever matches, or none. */
  nameOf(token: string): string | undefined {
    const presented = digest(token);
    let name: string | undefined;
    for (const known of this.#known) if (timingSafeEqual(known.digest, presented)) name = known.name;
    return name;
  }
}
