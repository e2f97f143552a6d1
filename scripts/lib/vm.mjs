/** Runs the integration suite inside another kernel. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './steps.mjs';

/** Oldest first. 5.10 is the oldest kernel supported. */
export const kernels = ['5.10', '6.1', '6.12'];

const cache = () => process.env['SHRIKE_VM_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'shrike', 'vm');

/** Whether a kernel has been fetched before, so that booting it needs no network. */
export const kernelIsCached = (kernel) => existsSync(join(cache(), kernel, 'initrd.gz'));

/** What the smoke test runs: the program events, which stand on the process tree, the ring, the store and the query path. */
const smoke = ['test/integration/sensor/process_events'];

/**
 * Boots a kernel, runs integration tests in it and reports the counts.
 *
 * @param {string} kernel one of `kernels`.
 * @param {{smoke?: boolean, args?: readonly string[], withoutLsm?: boolean}} [options] `withoutLsm` boots without `bpf` in `lsm=`.
 * @returns {Promise<import('./vitest-reporter.mjs').Counts>}
 */
export async function runInVm(kernel, options = {}) {
  const skip = (reason) => ({ passed: 0, failed: 0, skipped: 1, skips: { [`kernel ${kernel}: ${reason}`]: 1 } });
  if (process.arch !== 'x64') return skip('the kernel matrix boots x86-64 kernels only');
  if (/^\/(tmp|run|var\/tmp|dev\/shm)\//.test(`${root}/`))
    return skip(`the guest has its own ${root.split('/').slice(0, 2).join('/')}: clone somewhere else`);
  const out = mkdtempSync(join(tmpdir(), 'shrike-vm-'));
  try {
    console.error(`\nkernel ${kernel}${options.withoutLsm ? ' without BPF LSM' : ''}`);
    const { code } = await run(
      join(root, 'test', 'vm', 'run-in-vm'),
      [
        '-k',
        kernel,
        '-m',
        '3072',
        '-t',
        options.smoke ? '420' : '2400',
        '-o',
        out,
        '-e',
        'VITEST_CACHE=/tmp/vitest',
        '-e',
        'SHRIKE_TEST_COUNTS=/run/out/counts.json',
        '-e',
        'CI=true',
        ...(options.withoutLsm ? ['-n'] : []),
        '--',
        process.execPath,
        'node_modules/vitest/vitest.mjs',
        'run',
        '--configLoader',
        'runner',
        '--project',
        'integration',
        '--passWithNoTests',
        '--reporter=default',
        '--reporter=scripts/lib/vitest-reporter.mjs',
        ...(options.smoke ? smoke : []),
        ...(options.args ?? []),
      ],
      { stdio: 'inherit' },
    );
    const path = join(out, 'counts.json');
    const counts = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { passed: 0, failed: 0, skipped: 0, skips: {} };
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    counts.skips = Object.fromEntries(Object.entries(counts.skips).map(([line, times]) => [`kernel ${kernel}, ${line}`, times]));
    return counts;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
