/** The machine's own tools, as witnesses independent of our readers. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';

/** Output of a program. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

/** Lines of its output, without empty ones. */
export function lines(program: string, ...args: string[]): string[] {
  return run(program, ...args)
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Whether a program is installed; says so when a test is skipped for lack of it. */
export function has(program: string): boolean {
  const there = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'].some((folder) => existsSync(`${folder}/${program}`));
  if (!there) console.log(`skipped: ${program} is not installed`);
  return there;
}

/** A process that lives until the test ends. Its pid, once it has printed a line. */
export async function background(
  program: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<number> {
  // In a process group of its own, so that what it starts ends with it.
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended early with ${code}`)));
  });
  expect(child.pid).toBeGreaterThan(0);
  return child.pid ?? 0;
}

export const asRoot = process.geteuid?.() === 0;
