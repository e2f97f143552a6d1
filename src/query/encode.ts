/** Rows to bytes: JSON objects, JSON lines, or CSV; or left as arrays for callers in the same process. */

/** `rows` hands arrays of values to code in this process; the others are text. */
export type Format = 'json' | 'ndjson' | 'csv' | 'rows';

export interface Column {
  /** Unique within a result: a repeated name gets `:1`, `:2` and so on. */
  readonly name: string;
  /** The declared type, else what the first value is; `NULL` when nothing tells. */
  readonly type: string;
  /** How bytes are written in a text format. */
  readonly encoding?: 'base64' | 'hex';
}

export type Cell = null | number | bigint | string | Uint8Array;

export interface Encoder {
  /** One row as text, without a separator. Not for `rows`. */
  row(cells: readonly Cell[]): string;
  /** Between rows, and before the first. */
  readonly separator: string;
  readonly before: string;
  readonly after: string;
}

/** Called once for each kind of value that JSON cannot hold as it is. */
export type Warn = (message: string) => void;

const wholeWarning = 'whole numbers beyond 2^53 are given as strings, because JSON numbers lose digits there';
const infiniteWarning = 'infinite numbers are given as strings, because JSON has none';
const safe = BigInt(Number.MAX_SAFE_INTEGER);

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

function jsonCell(cell: Cell, warn: Warn): string {
  if (cell === null) return 'null';
  switch (typeof cell) {
    case 'string':
      return JSON.stringify(cell);
    case 'bigint':
      if (cell <= safe && cell >= -safe) return cell.toString();
      warn(wholeWarning);
      return `"${cell}"`;
    case 'number':
      if (Number.isFinite(cell)) return String(cell);
      warn(infiniteWarning);
      return `"${cell}"`;
    default:
      return `"${base64(cell)}"`;
  }
}

function csvText(text: string): string {
  // NULL is an empty field and the empty string a quoted one, so that the two can be told apart.
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return csvText(cell);
  if (typeof cell === 'object') return Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength).toString('hex');
  return String(cell);
}

/** Makes names unique, as SQLite's own shell does. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let copy = 1; seen.has(unique); copy++) unique = `${name}:${copy}`;
    seen.add(unique);
    return unique;
  });
}

/** The encoder for a text format, for rows of these columns. */
export function createEncoder(format: Exclude<Format, 'rows'>, names: readonly string[], warn: Warn): Encoder {
  if (format === 'csv') {
    const header = `${names.map(csvText).join(',')}\r\n`;
    return { row: (cells) => cells.map(csvCell).join(','), separator: '\r\n', before: header, after: '\r\n' };
  }
  const keys = names.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  const row = (cells: readonly Cell[]) => {
    let text = '';
    for (let index = 0; index < keys.length; index++) text += `${keys[index]}${jsonCell(cells[index] ?? null, warn)}`;
    return `${text}}`;
  };
  return format === 'json' ? { row, separator: ',', before: '', after: '' } : { row, separator: '\n', before: '', after: '\n' };
}

/** Integers come from the driver as bigint; callers in this process get numbers where they are exact. */
export function plainCell(cell: Cell): Cell {
  return typeof cell === 'bigint' && cell <= safe && cell >= -safe ? Number(cell) : cell;
}

/** Type of a column from its declaration, else from the first value that is not NULL. */
export function columnOf(name: string, declared: string | null, sample: Cell | undefined, format: Format): Column {
  const observed = { bigint: 'BIGINT', number: 'DOUBLE', string: 'TEXT', object: 'BLOB' } as const;
  // typeof null never gets here; the rest of Cell's types are the keys above.
  const seen = sample === null || sample === undefined ? 'NULL' : observed[typeof sample as keyof typeof observed];
  const type = declared !== null && declared !== '' ? declared.toUpperCase() : seen;
  if ((type !== 'BLOB' && seen !== 'BLOB') || format === 'rows') return { name, type };
  return { name, type, encoding: format === 'csv' ? 'hex' : 'base64' };
}
