#!/usr/bin/env node
/**
 * Builds store and SQLite side of the addon with the address and undefined-behaviour sanitizers, in a copy of the tree, and runs their unit tests.
 * Takes a minute or two, so it is not part of `npm test`.
 *
 *   FC_RUNS=500 node test/native/sanitize.mjs
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);
const tree = mkdtempSync(join(tmpdir(), 'shrike-sanitize-'));
for (const name of ['src', 'test', 'package.json', 'vitest.config.ts', 'tsconfig.json'])
  cpSync(join(root, name), join(tree, name), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
const release = join(tree, 'build', 'Release');
mkdirSync(release, { recursive: true });

// Sensor and scanner stay out: they need root, a kernel and a compiler for it.
const binding = join(tree, 'binding.cc');
writeFileSync(
  binding,
  `#include <napi.h>
#include "sqlite/node.h"
#include "store/node.h"
static Napi::Object init(Napi::Env env, Napi::Object exports) {
  shrike::store::init(env, exports);
  shrike::sqlite::init(env, exports);
  return exports;
}
NODE_API_MODULE(shrike, init)
`,
);
const folder = (name) =>
  readdirSync(join(root, 'native', name))
    .filter((file) => file.endsWith('.cc'))
    .map((file) => join(root, 'native', name, file));
const sources = [binding, join(root, 'native', 'counters.cc'), ...folder('store'), ...folder('sqlite')];
const includes = [
  join(dirname(process.execPath), '..', 'include', 'node'),
  require('node-addon-api').include_dir,
  join(root, 'node_modules/better-sqlite3/deps/sqlite3'),
  join(root, 'native'),
];
const flags = [
  '-std=c++20',
  '-O1',
  '-g',
  '-fPIC',
  '-shared',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=undefined',
  '-fno-omit-frame-pointer',
  '-fvisibility=hidden',
  '-DNAPI_VERSION=8',
  '-DNAPI_DISABLE_CPP_EXCEPTIONS',
  '-D_GNU_SOURCE',
  '-DNODE_GYP_MODULE_NAME=shrike',
  '-DBUILDING_NODE_EXTENSION',
];
execFileSync('g++', [...flags, ...includes.map((path) => `-I${path}`), ...sources, '-o', join(release, 'shrike.node'), '-lzstd'], {
  stdio: 'inherit',
});

const suites = ['concurrency', 'connection', 'event-tables', 'generated-tables'].map((name) => `test/unit/native/${name}.test.ts`);
const runtime = execFileSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', ...suites], {
  cwd: tree,
  stdio: 'inherit',
  // Node itself leaks at exit, and every addon brings its own copy of the C++ runtime's type names. A test measures growth, which the
  // quarantine of freed memory would look like.
  env: {
    FC_RUNS: '100',
    ...process.env,
    LD_PRELOAD: runtime,
    ASAN_OPTIONS: 'detect_leaks=0:detect_odr_violation=0:quarantine_size_mb=4',
    VITEST_CACHE: join(tree, 'cache'),
  },
});
rmSync(tree, { recursive: true, force: true });
process.exitCode = status ?? 1;
