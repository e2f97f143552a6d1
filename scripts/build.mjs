#!/usr/bin/env node
/**
 * Builds what changed: kernel programs, addon, TypeScript and, with --tests, the test programs.
 *
 *   node scripts/build.mjs [--tests]
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { clangs, which } from './lib/packages.mjs';
import { exclusively, files, fingerprint, isMain, main, must, remember, root, step, together, unchanged } from './lib/steps.mjs';
import { npmEnvironment } from './setup.mjs';

const build = join(root, 'build');
const lock = join(root, 'package-lock.json');

/** The files a compiler said an object depends on; undefined before the first build. */
function dependencies(path) {
  if (!existsSync(path)) return undefined;
  const [, list = ''] = readFileSync(path, 'utf8')
    .replaceAll('\\\n', ' ')
    .split(/:\s(.*)/s);
  return list
    .split(/\s+/)
    .filter((name) => name !== '')
    .map((name) => join(name.startsWith('/') ? '' : root, name));
}

/**
 * Compiles each source to one output, skipping those whose sources, headers and command are as they were.
 *
 * @param {{stamp: string, sources: readonly string[], output: (source: string) => string, command: (source: string, output: string) => readonly string[], after?: (output: string) => Promise<void>}} job
 */
async function compileEach({ stamp, sources, output, command, after }) {
  let built = 0;
  const compile = async (source) => {
    const target = output(source);
    const name = `${stamp}-${basename(source)}`;
    const [compiler, ...args] = command(source, target);
    const print = () => fingerprint([source, ...(dependencies(`${target}.d`) ?? [])], [compiler, ...args]);
    if (existsSync(target) && unchanged(name, print())) return;
    mkdirSync(dirname(target), { recursive: true });
    await must(compiler, [...args, '-MMD', '-MF', `${target}.d`]);
    await after?.(target);
    remember(name, print());
    built++;
  };
  const queue = [...sources];
  const failures = [];
  const worker = async () => {
    for (let source = queue.shift(); source !== undefined; source = queue.shift())
      await compile(source).catch((error) => failures.push(error));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failures.length > 0) throw new Error(failures.map((error) => error.message).join('\n'));
  return built === 0 ? undefined : `compiled ${built} of ${sources.length}`;
}

/** bpf/NAME.bpf.c → build/bpf/NAME.bpf.o */
async function buildBpf() {
  const clang = clangs.map(which).find((path) => path !== undefined);
  if (clang === undefined) throw new Error('there is no clang: run node scripts/setup.mjs');
  const architecture = { x64: 'x86', arm64: 'arm64' }[process.arch];
  if (architecture === undefined) throw new Error(`the kernel programs are not ready for ${process.arch}`);
  // Debian keeps the asm headers in a folder of the architecture's, where clang does not look for the BPF target.
  const multiarch = `/usr/include/${process.arch === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`;
  const strip = which(basename(clang).replace('clang', 'llvm-strip'));
  return compileEach({
    stamp: 'bpf',
    sources: files('bpf', /\.bpf\.c$/),
    output: (source) => join(build, 'bpf', basename(source).replace(/\.c$/, '.o')),
    command: (source, target) => [
      clang,
      '-target',
      'bpf',
      '-mcpu=v3',
      '-O2',
      '-g',
      `-D__TARGET_ARCH_${architecture}`,
      '-D__BPF__',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-Wno-unused-parameter',
      '-Wno-missing-declarations',
      '-Ibpf/include',
      `-I${multiarch}`,
      '-c',
      relative(root, source),
      '-o',
      relative(root, target),
    ],
    // Removes DWARF, which libbpf would only skip; BTF stays.
    after: async (target) => void (strip && (await must(strip, ['-g', target]))),
  });
}

/** native/ → build/Release/shrike.node; make decides which files to compile. */
async function buildAddon() {
  const gyp = join(root, 'binding.gyp');
  if (!existsSync(gyp)) return undefined;
  const nodeGyp = join(root, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const versions = [process.versions.modules, process.arch, process.execPath];
  const sources = [gyp, lock, ...files('native', /\.(cc|cpp|c|h|hh|hpp)$/), ...files('bpf/include', /\.h$/)];
  const print = fingerprint(sources, versions);
  if (existsSync(join(build, 'Release', 'shrike.node')) && unchanged('addon', print)) return undefined;
  const options = { env: { ...npmEnvironment(), JOBS: String(availableParallelism()) } };
  // binding.gyp globs the sources, so a new file needs a new Makefile.
  const configured = fingerprint([gyp, lock], [...versions, ...sources.map((source) => relative(root, source))]);
  if (!existsSync(join(build, 'Makefile')) || !unchanged('configure', configured)) {
    await must(process.execPath, [nodeGyp, 'configure', '--release'], options);
    remember('configure', configured);
  }
  await must(process.execPath, [nodeGyp, 'build', '--release'], options);
  remember('addon', print);
  return 'built';
}

/** src/ → dist/ */
async function buildTypeScript() {
  const sources = files('src', /\.(ts|json)$/);
  const print = fingerprint([...sources, lock, join(root, 'tsconfig.json')]);
  const dist = join(root, 'dist');
  if (existsSync(dist) && unchanged('typescript', print)) return undefined;
  // Without its output an incremental build would think there is nothing to write.
  if (!existsSync(dist)) rmSync(join(build, 'tsconfig.tsbuildinfo'), { force: true });
  await must(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.']);
  const expected = new Set(sources.map((source) => join(dist, relative(join(root, 'src'), source)).replace(/\.ts$/, '.js')));
  for (const file of files('dist')) if (!expected.has(file.replace(/\.map$/, ''))) rmSync(file);
  remember('typescript', print);
  return `compiled ${sources.length} files`;
}

/** test/programs/NAME.c → build/test-programs/NAME */
async function buildTestPrograms() {
  return compileEach({
    stamp: 'program',
    sources: files('test/programs', /\.c$/),
    output: (source) => join(build, 'test-programs', basename(source, '.c')),
    // `tiny` is what the exec storms run: without a C library its own start costs next to nothing.
    command: (source, target) => [
      'gcc',
      '-O2',
      '-std=gnu17',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-Wno-format-zero-length',
      ...(basename(source) === 'tiny.c' ? ['-nostdlib', '-static', '-s'] : []),
      relative(root, source),
      '-o',
      relative(root, target),
      ...(basename(source) === 'tiny.c' ? [] : ['-pthread']),
    ],
  });
}

/** @param {{tests?: boolean}} [options] */
export async function buildAll({ tests = false } = {}) {
  await exclusively('build', () =>
    together([
      step('kernel', buildBpf),
      step('addon', buildAddon),
      step('typescript', buildTypeScript),
      ...(tests ? [step('test programs', buildTestPrograms)] : []),
    ]),
  );
}

if (isMain(import.meta)) await main(() => buildAll({ tests: process.argv.includes('--tests') }));
