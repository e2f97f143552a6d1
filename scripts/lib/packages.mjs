/** The Debian packages the build and the tests stand on, and what each is for. */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Need
 * @property {string | readonly string[]} name a package, or several of which the first that apt knows is installed.
 * @property {string} why one sentence.
 * @property {'build' | 'test' | 'vm'} group
 * @property {string} [command] a program that makes the package unnecessary when it is on the PATH already.
 */

// The kernel programs are developed against clang 19; older ones generate code that the verifier of an old kernel may judge differently.
export const clangs = ['clang-19', 'clang-20', 'clang-18', 'clang-17', 'clang-16', 'clang-15', 'clang-14', 'clang'];

/** @type {readonly Need[]} */
export const needs = [
  { name: clangs, group: 'build', why: 'compiles the kernel programs in bpf/ for the BPF target' },
  { name: 'libbpf-dev', group: 'build', why: 'loads the kernel programs and relocates them for the running kernel' },
  { name: 'libelf-dev', group: 'build', why: 'libbpf reads the compiled kernel programs with it' },
  { name: 'zlib1g-dev', group: 'build', why: 'libbpf and libelf need it' },
  { name: 'libzstd-dev', group: 'build', why: 'compresses sealed event chunks' },
  { name: 'libyara-dev', group: 'build', why: 'scans files and memory with YARA rules' },
  { name: 'g++', group: 'build', command: 'g++', why: 'compiles the addon and SQLite' },
  { name: 'make', group: 'build', command: 'make', why: 'node-gyp drives the addon build with it' },
  { name: 'python3', group: 'build', command: 'python3', why: 'the makefiles of the addon come from gyp, which is written in it' },
  { name: 'libc6-dev', group: 'build', why: 'the C library headers' },
  { name: 'linux-libc-dev', group: 'build', why: 'the kernel headers that the test programs and the kernel programs include' },
  { name: 'runc', group: 'test', command: 'runc', why: 'runs real containers for the container tests' },
  { name: 'busybox-static', group: 'test', command: 'busybox', why: 'is the root file system of those containers' },
  { name: 'iproute2', group: 'test', command: 'ip', why: 'sets up the interfaces that network tests need' },
  { name: 'util-linux', group: 'test', command: 'unshare', why: 'namespaces for tests, from the command line' },
  { name: 'yara', group: 'test', command: 'yara', why: 'is the peer that the YARA benchmark is measured against' },
  { name: 'qemu-system-x86', group: 'vm', command: 'qemu-system-x86_64', why: 'boots other kernels for the kernel matrix' },
  { name: 'busybox-static', group: 'vm', command: 'busybox', why: 'is the first program of those kernels' },
  { name: 'cpio', group: 'vm', command: 'cpio', why: 'packs their initial file system' },
  { name: 'kmod', group: 'vm', command: 'modprobe', why: 'finds the modules they need' },
  { name: 'xz-utils', group: 'vm', command: 'xz', why: 'Debian compresses kernel packages with it' },
];

/** Where a program is, or undefined. The administrator's folders are searched even when PATH leaves them out. */
export function which(command) {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return undefined;
}

/** The names of all installed Debian packages; undefined where dpkg keeps no list, so this is not Debian. */
export function installedPackages() {
  const path = '/var/lib/dpkg/status';
  if (!existsSync(path)) return undefined;
  const installed = new Set();
  for (const entry of readFileSync(path, 'utf8').split('\n\n')) {
    const name = /^Package: (.+)$/m.exec(entry)?.[1];
    if (name !== undefined && /^Status: .* installed$/m.test(entry)) installed.add(name);
  }
  return installed;
}

/** Which needs of these groups are not met. */
export function missing(groups, installed = installedPackages()) {
  const seen = new Set();
  return needs.filter((need) => {
    if (!groups.includes(need.group) || seen.has(String(need.name))) return false;
    seen.add(String(need.name));
    if (need.command !== undefined && which(need.command) !== undefined) return false;
    const names = [need.name].flat();
    if (names[0] === clangs[0]) return !names.some((name) => which(name) !== undefined);
    return !names.some((name) => installed?.has(name));
  });
}

/** Whether apt has package lists and fetched them within the last week. */
export function listsAreFresh(now = Date.now(), folder = '/var/lib/apt/lists') {
  if (!existsSync(folder) || !readdirSync(folder).some((name) => /_Packages(\.\w+)?$/.test(name))) return false;
  // The files carry the mirror's times; only the folder's own says when apt was last here.
  return now - statSync(folder).mtimeMs < 7 * 24 * 3600 * 1000;
}
