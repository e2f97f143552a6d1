#!/usr/bin/env node
/** `npm run docs [-- --check]`: writes the reference pages of docs/ from what they describe, or says which are out of date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAll } from './build.mjs';
import { configReference } from './lib/config-reference.mjs';
import { errorReference } from './lib/error-reference.mjs';
import { main, root } from './lib/steps.mjs';
import { tableReference } from './lib/table-reference.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup();
  await buildAll();
  const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
  const pages = {
    'tables.md': tableReference((await load('tables/index.js')).tables),
    'configuration.md': configReference((await load('config/schema.js')).ConfigSchema),
    'errors.md': errorReference((await load('errors.js')).errorCatalogue),
  };
  for (const [name, text] of Object.entries(pages)) {
    const path = join(root, 'docs', name);
    if (!process.argv.includes('--check')) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      throw new Error(`docs/${name} is out of date: run npm run docs`);
    }
  }
});
