#!/usr/bin/env node
/**
 * `npm test [-- FILTER … | -u | -t NAME]`: gets the machine ready, builds, and runs unit tests, integration tests on this kernel and,
 * where CI=true or a kernel is at hand, a smoke test on another kernel. Ends with one line that adds up all of them.
 */
import { buildAll } from './build.mjs';
import { main } from './lib/steps.mjs';
import { kernelIsCached, runInVm } from './lib/vm.mjs';
import { conclude, sum, vitest } from './lib/vitest.mjs';
import { setup } from './setup.mjs';

const smokeKernel = '6.1';

await main(async () => {
  const args = process.argv.slice(2);
  const ci = process.env['CI'] === 'true';
  await setup({ tests: true, vm: ci });
  await buildAll({ tests: true });
  const runs = [await vitest('unit', args), await vitest('integration', args)];
  if (args.length > 0) {
    // A filter names tests of this machine's runs.
  } else if (ci || kernelIsCached(smokeKernel)) {
    runs.push(await runInVm(smokeKernel, { smoke: true }));
  } else {
    runs.push({
      passed: 0,
      failed: 0,
      skipped: 1,
      skips: { [`kernel ${smokeKernel}: not fetched yet; npm run test:vm -- ${smokeKernel} does that`]: 1 },
    });
  }
  conclude(sum(runs));
});
