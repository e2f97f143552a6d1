/** The rules that keep the code readable from left to right, held by a test instead of by memory. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from '../src/errors.ts';
import { packageRoot } from '../src/paths.ts';
import { tables } from '../src/tables/index.ts';

/** Folders of src/ from left to right: a module imports from its own folder and from those before it. */
const order = [
  'config',
  'tables',
  'query',
  'rules',
  'policy',
  'kubernetes',
  'scan',
  'schedule',
  'compliance',
  'outputs',
  'server',
  'agent',
  'export',
  'cli',
];

/** Files at the top of src/ that every folder may import. They import each other, and of the folders only types. */
const shared = ['errors.ts', 'log.ts', 'native.ts', 'nearest.ts', 'paths.ts', 'sensor.ts', 'types.ts', 'version.ts'];

/** Largest sizes in lines, by the kind of file. Past that, split by noun. */
const sizes: readonly (readonly [folder: string, pattern: RegExp, lines: number])[] = [
  ['src', /\.ts$/, 400],
  ['scripts', /\.mjs$/, 300],
  ['test', /\.(ts|mjs)$/, 300],
  ['test/programs', /\.[ch]$/, 300],
  ['native', /\.(cc|h)$/, 500],
  ['bpf', /\.bpf\.c$/, 500],
];

const inFolder = (folder: string, pattern: RegExp): string[] => {
  const top = join(packageRoot, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(packageRoot, join(entry.parentPath, entry.name)))
    .sort();
};

const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Relative imports of a source file, resolved to paths from the top of the checkout. Dynamic ones count as well. */
function imports(path: string): Import[] {
  const found: Import[] = [];
  for (const match of read(path).matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)|^import\s+'(\.[^']+)'/gm,
  )) {
    const target = match[2] ?? match[3] ?? match[4];
    if (target !== undefined)
      found.push({ from: path, to: relative(packageRoot, join(packageRoot, dirname(path), target)), typeOnly: match[1] !== undefined });
  }
  return found;
}

const sources = inFolder('src', /\.ts$/);
const folderOf = (path: string): string | undefined => {
  const parts = path.split('/');
  return parts.length > 2 ? parts[1] : undefined;
};

describe('architecture', () => {
  it('knows every folder and every shared file of src/', () => {
    const entries = readdirSync(join(packageRoot, 'src'), { withFileTypes: true });
    expect(entries.filter((entry) => entry.isDirectory() && !order.includes(entry.name)).map((entry) => entry.name)).toEqual([]);
    expect(entries.filter((entry) => entry.isFile() && !shared.includes(entry.name)).map((entry) => entry.name)).toEqual([]);
  });

  it('imports from the left only', () => {
    const wrong = sources.flatMap(imports).filter(({ from, to, typeOnly }) => {
      const [source, target] = [folderOf(from), folderOf(to)];
      if (target === undefined || target === source) return false;
      if (source === undefined) return !typeOnly;
      return order.indexOf(target) > order.indexOf(source);
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('imports files that exist, by their names with the extension', () => {
    const wrong = sources.flatMap(imports).filter(({ to }) => !existsSync(join(packageRoot, to)) || !/\.(ts|json)$/.test(to));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('has no default exports', () => {
    expect(sources.filter((path) => /^export default\b|\bas default\b/m.test(read(path)))).toEqual([]);
  });

  it('registers every table that is declared, once, in the file of its name or its family', () => {
    const declared = sources
      .filter((path) => path.startsWith('src/tables/'))
      .flatMap((path) => [...read(path).matchAll(/^export const (\w+): (?:\w*)TableSpec = /gm)].map((match) => match[1] ?? ''));
    const registered = tables.map((table) => table.name);
    expect(declared.filter((name) => !registered.includes(name))).toEqual([]);
    expect(new Set(registered).size).toBe(registered.length);
  });

  it('keeps files short', () => {
    const long = sizes.flatMap(([folder, pattern, most]) =>
      inFolder(folder, pattern)
        .map((path) => ({ path, lines: read(path).split('\n').length - 1 }))
        .filter(({ lines }) => lines > most)
        .map(({ path, lines }) => `${path} has ${lines} lines, more than ${most}`),
    );
    expect(long).toEqual([]);
  });

  it('explains every suppressed check where it is', () => {
    const bare = [...sources, ...inFolder('test', /\.ts$/)].filter((path) =>
      /(biome-ignore\s+\S+\s*$|@ts-ignore|@ts-nocheck|@ts-expect-error\s*$)/m.test(read(path)),
    );
    expect(bare.filter((path) => path !== 'test/architecture.test.ts')).toEqual([]);
  });
});

/** All of the manual in one text; undefined while it does not exist. */
function manual(): string | undefined {
  const pages = inFolder('docs', /\.md$/);
  return pages.length === 0
    ? undefined
    : [...pages, 'README.md']
        .filter((path) => existsSync(join(packageRoot, path)))
        .map(read)
        .join('\n');
}

describe('the manual', () => {
  const text = manual();
  const mentions = (word: string): boolean =>
    new RegExp(`(^|[^\\w-])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[^\\w-])`, 'm').test(text ?? '');

  it.skipIf(text === undefined)('mentions every table', () => {
    expect(tables.map((table) => table.name).filter((name) => !mentions(name))).toEqual([]);
  });

  it.skipIf(text === undefined)('mentions every error code', () => {
    expect(Object.keys(errorCatalogue).filter((code) => !mentions(code))).toEqual([]);
  });

  it.skipIf(text === undefined)('mentions every command-line flag', () => {
    const flags = new Set(
      inFolder('src/cli', /\.ts$/).flatMap((path) =>
        [...read(path).matchAll(/'(?:-\w, )?(--[a-z][a-z-]*)[ <'[]/g)].map((match) => match[1] ?? ''),
      ),
    );
    expect([...flags].filter((flag) => !mentions(flag))).toEqual([]);
  });
});
