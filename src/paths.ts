/** Where things are in the package, whether this file runs from `src/` (tests) or from `dist/`. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's top folder. */
export const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** Compiled JavaScript; worker threads start from here even in tests. */
export const distDir = join(packageRoot, 'dist');

/** The addon and SQLite extension in one. */
export const addonPath = join(packageRoot, 'build', 'Release', 'shrike.node');

/** Compiled kernel programs. */
export const bpfDir = join(packageRoot, 'build', 'bpf');

/** The process that scans with YARA rules. */
export const yaraScannerPath = join(packageRoot, 'build', 'Release', 'shrike-yara');

/** Our own YARA rules. */
export const yaraRulesDir = join(packageRoot, 'yara');
