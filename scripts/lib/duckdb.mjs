/**
 * DuckDB, for the benchmarks that compare with it. It is no dependency in package.json: the registry lacks some of its platform packages, and a lock
 * that names those makes `npm ci` refuse everywhere. It goes into build/bench, once.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './steps.mjs';

const version = '1.5.6-r.1';

/** The module `@duckdb/node-api`, installed if it is not there. */
export function duckdb() {
  const folder = join(root, 'build', 'bench');
  const manifest = join(folder, 'package.json');
  if (!existsSync(join(folder, 'node_modules', '@duckdb', 'node-api'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(manifest, '{"private": true}\n');
    const { status } = spawnSync('npm', ['install', '--silent', '--no-package-lock', '--prefix', folder, `@duckdb/node-api@${version}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error(`npm could not install @duckdb/node-api ${version}`);
  }
  return createRequire(manifest)('@duckdb/node-api');
}
