/** A vitest reporter that writes the counts and every skip with its reason to the file SHRIKE_TEST_COUNTS names. */
import { writeFileSync } from 'node:fs';

/** @typedef {{passed: number, failed: number, skipped: number, skips: Record<string, number>}} Counts */

/** Vitest makes one and calls it at the end of the run. */
class CountingReporter {
  onTestRunEnd(modules, errors) {
    /** @type {Counts} */
    const counts = { passed: 0, failed: errors.length, skipped: 0, skips: {} };
    for (const module of modules) {
      // A file that cannot be loaded, or a hook that failed, has no test of its own to show for it.
      const broken = module.state() === 'failed' && ![...module.children.allTests()].some((test) => test.result().state === 'failed');
      if (broken) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed' || state === 'failed') counts[state]++;
        else {
          counts.skipped++;
          const unnamed = broken
            ? 'its preparation failed'
            : test.options.mode === 'todo'
              ? 'to do'
              : 'left out by the test itself or a filter';
          const reason = note ?? unnamed;
          const line = `${module.relativeModuleId}: ${reason}`;
          counts.skips[line] = (counts.skips[line] ?? 0) + 1;
        }
      }
    }
    const path = process.env['SHRIKE_TEST_COUNTS'];
    if (path !== undefined) writeFileSync(path, JSON.stringify(counts));
  }
}

// Vitest loads a reporter by the default export of its file.
// biome-ignore lint/style/noDefaultExport: vitest asks for it
export default CountingReporter;
