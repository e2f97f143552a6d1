/** Warns of queries that walk a whole disk, and says how to bound them. It only reads the text: what a query may do is decided elsewhere. */
import { tokenize } from './lexer.ts';

/** Tables that walk folders as a pattern says, and what they do with each file there. */
const walkers: Readonly<Record<string, string>> = {
  file: 'looks at',
  hash: 'reads',
  magic: 'reads',
  yara: 'scans',
  yara_file: 'scans',
  extended_attributes: 'looks at',
};

/** Folders that hold most of a machine's files, or something like them without end. */
const large = new Set(['', '/usr', '/usr/lib', '/usr/share', '/var', '/var/lib', '/home', '/opt', '/srv', '/mnt', '/proc', '/sys', '/run']);

/** The folder below which the pattern goes to any depth, without its slash; undefined when it is bounded. */
function walkedFolder(pattern: string): string | undefined {
  if (!pattern.startsWith('/') || !pattern.includes('%%')) return undefined;
  const fixed = pattern.slice(0, pattern.indexOf('%'));
  return fixed.slice(0, fixed.lastIndexOf('/'));
}

/** A sentence for each pattern that makes one of these tables walk far. `tables` are those the query reads. */
export function costWarnings(sql: string, tables: readonly string[]): string[] {
  const walking = tables.filter((table) => walkers[table] !== undefined);
  if (walking.length === 0 || !sql.includes('%%')) return [];
  const patterns = new Set<string>();
  for (const { kind, text } of tokenize(sql))
    if (kind === 'string' || (kind === 'quoted' && text.startsWith('"'))) patterns.add(text.slice(1, -1));
  return [...patterns].flatMap((pattern) => {
    const folder = walkedFolder(pattern);
    if (folder === undefined || !large.has(folder)) return [];
    const where = folder === '' ? 'every file of the machine' : `every file below ${folder}`;
    return walking.map(
      (table) =>
        `${table} LIKE '${pattern}' ${walkers[table]} ${where}: bound it with a longer path (path LIKE '/etc/%%'), one level (path LIKE '/usr/bin/%'), directory = '/etc', or a join on path`,
    );
  });
}
