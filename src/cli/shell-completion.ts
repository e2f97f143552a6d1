/** Completion in the shell: tables, columns of the tables in the line, keywords, dot commands. */
import { tokenize, unquote } from '../query/lexer.ts';
import { findTable, tables } from '../tables/index.ts';
import { dotNames } from './shell-dots.ts';

const keywords = (
  'SELECT FROM WHERE AND OR NOT IN LIKE GLOB BETWEEN IS NULL ORDER BY GROUP HAVING LIMIT OFFSET JOIN LEFT INNER CROSS USING ON AS DISTINCT ' +
  'UNION ALL EXCEPT INTERSECT CASE WHEN THEN ELSE END WITH RECURSIVE VALUES EXPLAIN QUERY PLAN EXISTS CAST ASC DESC COUNT( SUM( MIN( MAX( AVG( GROUP_CONCAT('
).split(' ');

/** The word being typed, and all that could come of it. */
export type Completion = [string[], string];

/**
 * Completes the end of a line, as node:readline asks for it.
 *
 * @example completeLine('SELECT pid FROM proc') // [['processes', …], 'proc']
 */
export function completeLine(line: string): Completion {
  if (/^\s*\.\w*$/.test(line)) return matching(line.trimStart(), dotNames);
  const dot = /^\s*\.(schema|docs)\s+(\w*)$/.exec(line);
  if (dot) {
    return matching(
      dot[2] ?? '',
      tables.map(({ name }) => name),
    );
  }
  const word = /[\w$]*$/.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - word.length);
  const tokens = [...tokenize(before)];
  const last = tokens.at(-1)?.text.toUpperCase();
  if (last === 'FROM' || last === 'JOIN') {
    return matching(
      word,
      tables.map(({ name }) => name),
    );
  }
  const mentioned = tokens.flatMap((token) =>
    token.kind === 'word' || token.kind === 'quoted' ? (findTable(unquote(token.text)) ?? []) : [],
  );
  const columns = mentioned.flatMap((table) => table.columns.map(({ name }) => name));
  if (last === '.') return matching(word, columns);
  const names = word === '' ? columns : [...columns, ...tables.map(({ name }) => name), ...keywords];
  return matching(word, names);
}

/** Keywords are offered in the case that is being typed. */
function matching(word: string, candidates: readonly string[]): Completion {
  const wanted = word.toLowerCase();
  const lower = word !== '' && word === wanted;
  const hits = candidates
    .filter((each) => each.toLowerCase().startsWith(wanted))
    .map((each) => (lower && keywords.includes(each) ? each.toLowerCase() : each));
  return [[...new Set(hits)].sort(), word];
}
