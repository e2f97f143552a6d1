/** Runs one of vitest's suites and tells how many tests passed, failed and were skipped, and why. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './steps.mjs';

/**
 * @param {'unit' | 'integration'} project
 * @param {readonly string[]} args passed to vitest: file filters, `-u`, `-t NAME`.
 * @returns {Promise<import('./vitest-reporter.mjs').Counts>}
 */
export async function vitest(project, args = []) {
  const folder = mkdtempSync(join(tmpdir(), 'shrike-test-'));
  const counts = join(folder, 'counts.json');
  const command = [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    `--reporter=${join(root, 'scripts', 'lib', 'vitest-reporter.mjs')}`,
    ...args,
  ];
  const { code } = await run(process.execPath, command, { stdio: 'inherit', env: { ...process.env, SHRIKE_TEST_COUNTS: counts } });
  const result = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : { passed: 0, failed: 0, skipped: 0, skips: {} };
  // A run that broke down without a failed test still is a failure.
  if (code !== 0 && result.failed === 0) result.failed = 1;
  rmSync(folder, { recursive: true, force: true });
  return result;
}

/** Adds counts of several runs. */
export function sum(list) {
  const total = { passed: 0, failed: 0, skipped: 0, skips: {} };
  for (const counts of list) {
    for (const key of ['passed', 'failed', 'skipped']) total[key] += counts[key];
    for (const [line, times] of Object.entries(counts.skips)) total.skips[line] = (total.skips[line] ?? 0) + times;
  }
  return total;
}

/** Prints every skip with its reason, then the line that ends a test run, and sets the exit code. */
export function conclude(total) {
  for (const [line, times] of Object.entries(total.skips)) console.log(`skipped ${times}: ${line}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  if (total.failed > 0) process.exitCode = 1;
}
