/** Runs the tester programs of test/programs/, which really do each thing and say so. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { packageRoot } from '../../../src/paths.ts';

/** One thing a program did. Which further members there are depends on the act. */
export interface Act {
  readonly act: string;
  /** Who did it. */
  readonly pid: number;
  readonly ret: number;
  readonly errno: number;
  readonly [member: string]: unknown;
}

export interface Outcome {
  /** The program's own process id. */
  readonly pid: number;
  readonly code: number;
  readonly acts: readonly Act[];
}

export const programPath = (name: string): string => join(packageRoot, 'build', 'test-programs', name);

/**
 * Runs a program to its end.
 *
 * @throws when it cannot be run, or fails to prepare what it is to do (exit code 125) or is misused (2).
 */
export function runProgram(name: string, ...args: readonly (string | number)[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(programPath(name), args.map(String), { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (part: Buffer) => {
      output += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      errors += part.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 125 || code === 2 || code === null) reject(new Error(`${name} ${args.join(' ')} ended with ${code}: ${errors}`));
      // The programs print one JSON object a line with the members of Act; test/programs/lib.h sees to it.
      else
        resolve({
          pid: child.pid ?? 0,
          code,
          acts: output
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as Act),
        });
    });
  });
}

/** The only act of that name; throws when there is none or more than one. */
export function theAct(outcome: Outcome, name: string): Act {
  const found = outcome.acts.filter((act) => act.act === name);
  const [act] = found;
  if (act === undefined || found.length > 1) throw new Error(`${found.length} acts are called ${name}: ${JSON.stringify(outcome.acts)}`);
  return act;
}

/** A folder of the test file's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shrike-integration-'));
  // Programs that give up their rights go on using it.
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
