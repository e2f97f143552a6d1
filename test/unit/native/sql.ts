/** Random SQL over the columns of `eventColumns`, for tests that ask two tables the same question. `T` stands for the table. */
import fc from 'fast-check';

const integerColumns = ['eid', 'time', 'ntime', 'tiny', 'medium', 'unsigned', 'big', 'pid'] as const;
const textColumns = ['name', 'note', 'exe', 'exec_id'] as const;
export const columns = [...integerColumns, 'ratio', ...textColumns] as const;
const grouped = [...textColumns, 'pid', 'tiny'] as const;

/** Values with few different ones, so that they meet, and the edges where types convert. */
export const integers = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -3, max: 12 }) }, fc.constantFrom(127, -127, 100, 50));
export const reals = fc.constantFrom(0.5, -0.5, 1, 2.5, 12, 1e300, -1e300, 1e18, 9007199254740994, 0.1);
export const texts = fc.constantFrom(
  '',
  'a',
  'A',
  'ab',
  'abc',
  'ABC',
  'aXbXc',
  '12',
  '012',
  ' 12',
  '12 ',
  '1e1',
  '2.5',
  '-3',
  'é',
  'Éa',
  'aé',
  '/usr/bin/ls',
  '/usr/bin/LS',
  '/etc/passwd',
  'x%y',
  'x_y',
  'a\nb',
  '[a]',
  'nan',
  'a\0b',
  '~',
);
/** Bytes that are no UTF-8. */
export const strayBytes = fc.constantFrom(
  Buffer.from([0xff, 0x41]),
  Buffer.from([0x41, 0xc3]),
  Buffer.from([0xc3, 0xa9, 0x80]),
  Buffer.from([0x80]),
  Buffer.from([0xc1, 0x81]),
  Buffer.from([0xed, 0xa0, 0x80, 0x61]),
);

const quote = (text: string) =>
  text.includes('\0') ? `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)` : `'${text.replaceAll("'", "''")}'`;
const literal = fc.oneof(
  { weight: 4, arbitrary: integers.map(String) },
  { weight: 2, arbitrary: reals.map((r) => (Number.isInteger(r) && Math.abs(r) < 1e15 ? `${r}.0` : String(r))) },
  { weight: 5, arbitrary: texts.map(quote) },
  strayBytes.map((bytes) => `CAST(x'${bytes.toString('hex')}' AS TEXT)`),
  fc.constantFrom(
    'NULL',
    "x'61'",
    "x''",
    '9223372036854775807',
    '-9223372036854775808',
    '9007199254740993',
    '9.3e18',
    '-9.3e18',
    '4294967295',
    '2147483648',
    '1e999',
    '-1e999',
    "CAST('12' AS INTEGER)",
    'CAST(12 AS TEXT)',
    "CAST('abc' AS NUMERIC)",
    '+12',
    "'1' || '2'",
  ),
);
const column = fc.constantFrom(...columns).map((name) => `t.${name}`);
const textColumn = fc.constantFrom(...textColumns).map((name) => `t.${name}`);
const anyColumn = fc.oneof({ weight: 3, arbitrary: column }, { weight: 2, arbitrary: textColumn }, fc.constant('t.rowid'));
const operand = fc.oneof(
  { weight: 8, arbitrary: literal },
  { weight: 1, arbitrary: column },
  { weight: 1, arbitrary: literal.map((l) => `(SELECT ${l})`) },
);
const collation = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  fc.constantFrom(' COLLATE NOCASE', ' COLLATE RTRIM', ' COLLATE BINARY'),
);
const likePattern = fc.oneof(
  texts.map(quote),
  fc
    .tuple(
      fc.constantFrom('%', '_', '*', '?', '', '[a-c]', '[^a]', '%%', '**', '[]a]', '[a'),
      texts,
      fc.constantFrom('%', '_', '*', '?', '', '%b%', '*b*', '_%', 'é'),
    )
    .map(([a, b, c]) => quote(a + b + c)),
  literal,
);
const regexpPattern = fc.constantFrom(
  "'^a'",
  "'b$'",
  "'(?i)ABC'",
  "'^/usr/.*/ls$'",
  "'[0-9]+'",
  "'.'",
  "'^$'",
  "'a|é'",
  "'\\w+\\.\\d'",
  'NULL',
  "'a{1,2}'",
  '12',
);

/** One without an affinity of its own. */
const plainLiteral = literal.filter((text) => !/^CAST\(.* AS (INTEGER|REAL|NUMERIC)\)$/.test(text));

const comparison = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(anyColumn, fc.constantFrom('=', '<', '<=', '>', '>=', '!=', 'IS', 'IS NOT', '<>', '=='), operand, collation)
      .map(([c, op, v, by]) => `${c} ${op} ${v}${by}`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(operand, fc.constantFrom('=', '<', '<=', '>', '>=', '!='), anyColumn).map(([v, op, c]) => `${v} ${op} ${c}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyColumn, fc.constantFrom('', 'NOT '), fc.array(literal, { minLength: 0, maxLength: 5 }))
      .map(([c, not, list]) => `${c} ${not}IN (${list.join(', ')})`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(anyColumn, column).map(([c, d]) => `${c} IN (SELECT ${d.replace('t.', 'u.')} FROM T AS u WHERE u.tiny > 2)`),
  },
  { weight: 2, arbitrary: fc.tuple(anyColumn, fc.constantFrom('IS NULL', 'IS NOT NULL', 'NOTNULL')).map(([c, op]) => `${c} ${op}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyColumn, fc.constantFrom('', 'NOT '), fc.constantFrom('LIKE', 'GLOB'), likePattern)
      .map(([c, not, op, p]) => `${c} ${not}${op} ${p}`),
  },
  { weight: 1, arbitrary: fc.tuple(anyColumn, likePattern).map(([c, p]) => `${c} LIKE ${p} ESCAPE 'x'`) },
  { weight: 1, arbitrary: fc.tuple(anyColumn, regexpPattern).map(([c, p]) => `${c} REGEXP ${p}`) },
  { weight: 1, arbitrary: fc.tuple(anyColumn, literal, literal).map(([c, a, b]) => `${c} BETWEEN ${a} AND ${b}`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyColumn, anyColumn, fc.constantFrom('=', '<', '<=', '>', '>=', '!=', 'IS'), literal, literal)
      .map(([a, b, op, x, y]) => `(${a}, ${b}) ${op} (${x}, ${y})`),
  },
  {
    weight: 1,
    arbitrary: fc
      // Known difference, not covered here: an operand with an affinity of its own (CAST('12' AS INTEGER)) against a text column. An ordinary table
      // compares '012' with it as numbers; a virtual table is handed the value without its affinity.
      .tuple(anyColumn, anyColumn, plainLiteral, plainLiteral)
      .map(([a, b, x, y]) => `(${a}, ${b}) IN (VALUES (${x}, ${y}), (${y}, ${x}))`),
  },
);

export const condition: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: comparison },
    { weight: 2, arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} AND ${b})`) },
    { weight: 1, arbitrary: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} OR ${b})`) },
    { weight: 1, arbitrary: tie('tree').map((a) => `NOT (${a})`) },
  ),
})).tree;

const order = fc.constantFrom(
  't.eid',
  't.eid DESC',
  't.rowid DESC',
  't.time, t.eid',
  't.time DESC, t.eid DESC',
  't.time DESC, t.eid',
  't.name, t.eid',
  't.name DESC, t.eid DESC',
  't.exe DESC, t.tiny, t.eid DESC',
  't.pid, t.exe DESC, t.rowid',
  't.tiny DESC, t.eid',
  't.ratio DESC, t.eid',
  't.eid DESC, t.name',
);
const limit = fc.constantFrom('', '', 'LIMIT 5', 'LIMIT 3 OFFSET 2', 'LIMIT 0', 'LIMIT -1 OFFSET 4');
const where = fc.array(condition, { minLength: 0, maxLength: 3 }).map((list) => (list.length === 0 ? '1' : list.join(' AND ')));

export const query = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(where, order, limit).map(([w, o, l]) => `SELECT t.* FROM T AS t WHERE ${w} ORDER BY ${o} ${l}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...columns), where)
      .map(
        ([c, w]) => `SELECT t.${c}, count(*), min(t.name), max(t.time), max(t.ratio) FROM T AS t WHERE ${w} GROUP BY t.${c} ORDER BY 1, 2`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...columns), fc.constantFrom(...columns), where)
      .map(([c, d, w]) => `SELECT DISTINCT t.${c}, t.${d} FROM T AS t WHERE ${w} ORDER BY 1, 2`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...columns), where)
      .map(([c, w]) => `SELECT DISTINCT t.${c} FROM T AS t WHERE ${w} ORDER BY t.${c} DESC`),
  },
  // What event tables hand out grouped: in the order of the groups, and in any order.
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(fc.constantFrom(...grouped), { minLength: 1, maxLength: 3 }), where, fc.constantFrom('', ' DESC'))
      .map(([list, w, way]) => {
        const by = list.map((name) => `t.${name}`);
        return `SELECT ${by.join(', ')}, count(*), sum(t.big IS NULL), max(t.eid), group_concat(t.medium, ':' ORDER BY t.eid) FROM T AS t WHERE ${w} GROUP BY ${by.join(', ')} ORDER BY ${by.map((name) => name + way).join(', ')}`;
      }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(fc.constantFrom(...grouped), { minLength: 1, maxLength: 2 }), where, fc.constantFrom('DISTINCT', 'count(*),'), limit)
      .map(([list, w, what, l]) => {
        const by = list.map((name) => `t.${name}`).join(', ');
        const inner = `SELECT ${what} ${by} FROM T AS t WHERE ${w}${what === 'DISTINCT' ? '' : ` GROUP BY ${by}`}`;
        return l === ''
          ? `SELECT * FROM (${inner}) ORDER BY ${[...list, ...(what === 'DISTINCT' ? [] : ['n'])].map((_, i) => i + 1).join(', ')}`
          : `SELECT count(*) FROM (${inner} ${l})`;
      }),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...grouped), fc.constantFrom(...columns), where)
      .map(
        ([c, d, w]) =>
          `SELECT t.${c}, count(DISTINCT t.${d}), max(u.eid) FROM T AS t JOIN T AS u ON t.${d} = u.${d} WHERE ${w} GROUP BY t.${c} ORDER BY 1`,
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...columns), fc.constantFrom(...columns), where)
      .map(([c, d, w]) => `SELECT t.eid, u.eid FROM T AS t JOIN T AS u ON t.${c} = u.${d} WHERE ${w} ORDER BY 1, 2 LIMIT 200`),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...columns), condition, where)
      .map(
        ([c, on, w]) => `SELECT t.eid, u.eid FROM T AS u LEFT JOIN T AS t ON t.${c} = u.${c} AND ${on} WHERE ${w} ORDER BY 1, 2 LIMIT 200`,
      ),
  },
  { weight: 1, arbitrary: where.map((w) => `SELECT count(*), count(t.name), min(t.eid), max(t.time) FROM T AS t WHERE ${w}`) },
  {
    weight: 1,
    arbitrary: where.map(
      (w) =>
        `SELECT u.eid, (SELECT t.name FROM T AS t WHERE t.pid = u.pid AND ${w} ORDER BY t.time DESC, t.eid DESC LIMIT 1) FROM T AS u ORDER BY u.eid LIMIT 50`,
    ),
  },
);
