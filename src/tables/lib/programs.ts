/** Running the system's own tools, where no file tells what they know. */
import { spawnSync } from 'node:child_process';
import { isThere } from './config-files.ts';

const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const patience = 10_000;

/** Full path of the first of these programs that is installed, or undefined. Only the system's folders are searched, never PATH. */
export function findProgram(...names: string[]): string | undefined {
  for (const name of names) for (const folder of folders) if (isThere('', `${folder}/${name}`)) return `${folder}/${name}`;
  return undefined;
}

/**
 * Output of a program that is given ten seconds.
 *
 * @returns its output, or an error in words
 */
export function runProgram(path: string, args: readonly string[], input = ''): { readonly output: string } | { readonly error: string } {
  const { stdout, stderr, status, error } = spawnSync(path, args, {
    encoding: 'utf8',
    input,
    timeout: patience,
    maxBuffer: 64 * 1024 * 1024,
    env: { LC_ALL: 'C', PATH: folders.join(':') },
  });
  if (error) return { error: error.message };
  if (status !== 0) return { error: (stderr.trim().split('\n')[0] ?? '') || `${path} ended with status ${status}` };
  return { output: stdout };
}
