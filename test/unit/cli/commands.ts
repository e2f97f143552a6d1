/** Runs the real command, as anybody would. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../src/paths.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

/** Runs `shrike` with these arguments until it ends. */
export function shrike(args: readonly string[], { input = '', env = {}, uid }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot, 'bin', 'shrike'), ...args], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', SHRIKE_DATA_DIR: '/nonexistent/shrike', ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      err += part.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    // A command that does not read its input may be gone before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
