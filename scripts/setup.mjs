#!/usr/bin/env node
/**
 * Makes a machine with Node, npm and Debian's package manager ready: system packages, then node_modules.
 * Needs nothing from node_modules itself.
 *
 *   node scripts/setup.mjs [--tests] [--vm]
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { installedPackages, listsAreFresh, missing, which } from './lib/packages.mjs';
import { exclusively, isMain, main, must, root, run, StepFailed, step } from './lib/steps.mjs';

const aptEnvironment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
// Another apt (unattended upgrades) may hold the lock: wait for it rather than fail.
const apt = (...args) => run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-q', ...args], { env: aptEnvironment });

/** Of several packages that would do, the first that apt can install. */
async function choose(name) {
  const names = [name].flat();
  if (names.length === 1) return names[0];
  const { output } = await run('apt-cache', ['policy', ...names], { env: { ...process.env, LC_ALL: 'C' } });
  return (
    names.find((candidate) => new RegExp(`^${candidate.replaceAll('+', '\\+')}:\\n.*\\n  Candidate: (?!\\(none\\))`, 'm').test(output)) ??
    names[0]
  );
}

/**
 * Installs the Debian packages that are missing, or says which command would.
 *
 * @param {readonly ('build' | 'test' | 'vm')[]} groups
 */
export async function setupSystem(groups) {
  const installed = installedPackages();
  const wanted = missing(groups, installed);
  if (wanted.length === 0) return;
  const canInstall = process.getuid?.() === 0 && installed !== undefined && which('apt-get') !== undefined;
  if (canInstall && !listsAreFresh()) {
    await step('apt', async () => {
      const { code, output } = await apt('update');
      // Old lists may still do; the install below says what is really missing.
      return code === 0
        ? 'fetched the package lists'
        : `could not fetch the package lists, going on with what is there\n${output.trimEnd()}`;
    });
  }
  const names = [];
  for (const need of wanted) {
    const name = installed === undefined ? [need.name].flat()[0] : await choose(need.name);
    names.push(name);
    console.error(`${'needs'.padEnd(14)} ${name}: ${need.why}`);
  }
  if (!canInstall) {
    const what =
      installed === undefined
        ? `This is not Debian: install what your system calls ${names.join(', ')}`
        : `Run: sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
    console.error(what);
    if (wanted.some((need) => need.group === 'build')) throw new StepFailed('setup');
    return;
  }
  await step('apt', async () => {
    const install = () => apt('install', '-y', '--no-install-recommends', ...names);
    let { code, output } = await install();
    if (code !== 0) {
      await apt('update');
      ({ code, output } = await install());
    }
    if (code !== 0) throw new Error(`apt-get install ${names.join(' ')} ended with ${code}\n${output}`);
    return `installed ${names.length} packages`;
  });
}

/** Whether node_modules holds what package-lock.json says, whichever npm command put it there. */
export function modulesAreCurrent() {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const have = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const want = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(want).every(([path, wanted]) => path === '' || wanted.optional === true || have[path]?.version === wanted.version);
}

/** Whether the SQL engine loads in this Node; one built for another Node does not. */
function sqliteLoads() {
  try {
    const Database = createRequire(join(root, 'package.json'))('better-sqlite3');
    new Database(':memory:').close();
    return true;
  } catch {
    return false;
  }
}

/** npm's settings: native modules are built here, against the headers of the very Node that runs, where those are installed. */
export function npmEnvironment() {
  const environment = { ...process.env, npm_config_build_from_source: 'true', npm_config_loglevel: 'error' };
  const prefix = dirname(dirname(process.execPath));
  if (environment['npm_config_nodedir'] === undefined && existsSync(join(prefix, 'include', 'node', 'node.h')))
    environment['npm_config_nodedir'] = prefix;
  return environment;
}

/** Fills node_modules from package-lock.json when it is missing or does not match. */
export async function setupModules() {
  if (modulesAreCurrent() && sqliteLoads()) return;
  await exclusively('npm', async () => {
    if (!modulesAreCurrent()) {
      await step('npm', async () => {
        await must('npm', ['ci', '--no-audit', '--no-fund'], { env: npmEnvironment() });
        return 'filled node_modules';
      });
    }
    if (!sqliteLoads()) {
      await step('sqlite', async () => {
        await must('npm', ['rebuild', 'better-sqlite3', '--foreground-scripts'], { env: npmEnvironment() });
        if (!sqliteLoads()) throw new Error('better-sqlite3 was built but does not load');
        return 'built SQLite for this Node';
      });
    }
  });
}

/** @param {{tests?: boolean, vm?: boolean}} [options] */
export async function setup({ tests = false, vm = false } = {}) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`Node ${process.versions.node} is too old: 20.19 or later is needed`);
  await setupSystem(['build', ...(tests ? ['test'] : []), ...(vm ? ['vm'] : [])]);
  await setupModules();
}

if (isMain(import.meta)) {
  await main(() => setup({ tests: process.argv.includes('--tests'), vm: process.argv.includes('--vm') }));
}
