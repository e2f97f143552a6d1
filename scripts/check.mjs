#!/usr/bin/env node
/** `npm run check`: style, types (of the tests too) and unit tests. Needs neither root nor a kernel with BPF. */
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { main, must, root, step } from './lib/steps.mjs';
import { conclude, vitest } from './lib/vitest.mjs';
import { setup } from './setup.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);

await main(async () => {
  await setup();
  await step('style', async () => {
    await must(bin('biome'), ['check', '--error-on-warnings', '.']);
    return 'fine';
  });
  await step('types', async () => {
    await must(bin('tsc'), ['-p', 'test/tsconfig.json']);
    return 'fine';
  });
  await buildAll();
  conclude(await vitest('unit', process.argv.slice(2)));
});
