#!/usr/bin/env node
/**
 * `npm run test:vm [-- KERNEL… | --without-lsm | --smoke | FILTER…]`: the integration suite inside Debian's own kernels, all of them unless
 * some are named. KERNEL is 5.10, 6.1 or 6.12.
 */
import { buildAll } from './build.mjs';
import { main } from './lib/steps.mjs';
import { conclude, sum } from './lib/vitest.mjs';
import { kernels, runInVm } from './lib/vm.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const named = process.argv.slice(2);
  const chosen = kernels.filter((kernel) => named.includes(kernel));
  const flags = ['--without-lsm', '--smoke'];
  const args = named.filter((argument) => !kernels.includes(argument) && !flags.includes(argument));
  await setup({ tests: true, vm: true });
  await buildAll({ tests: true });
  const results = [];
  for (const kernel of chosen.length > 0 ? chosen : kernels) {
    const counts = await runInVm(kernel, { args, smoke: named.includes('--smoke'), withoutLsm: named.includes('--without-lsm') });
    results.push([kernel, counts]);
  }
  for (const [kernel, counts] of results)
    console.log(`kernel ${kernel}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  conclude(sum(results.map(([, counts]) => counts)));
});
