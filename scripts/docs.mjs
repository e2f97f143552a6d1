#!/usr/bin/env node
/** `npm run docs [-- --check]`: writes docs/tables.md from the table specifications, or says whether it is out of date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildAll } from './build.mjs';
import { main, root } from './lib/steps.mjs';
import { tableReference } from './lib/table-reference.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup();
  await buildAll();
  const registry = await import(pathToFileURL(join(root, 'dist', 'tables', 'index.js')).href);
  const path = join(root, 'docs', 'tables.md');
  const text = tableReference(registry.tables);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    throw new Error('docs/tables.md is out of date: run npm run docs');
  }
});
