/** Results as the lines that osquery's log has: one for each row, for each difference, or for each snapshot. */
import type { Cell, Column } from '../query/encode.ts';
import type { Difference } from './differential.ts';

export interface LineSettings {
  /** A line for each row that changed, rather than one for the whole difference. */
  readonly events: boolean;
  /** A line for each row of a snapshot. */
  readonly snapshotEvents: boolean;
  /** Numbers as numbers; else every value is a string. */
  readonly numerics: boolean;
  /** Decorations beside the other keys rather than under `decorations`. */
  readonly decorationsTopLevel: boolean;
}

export interface LineHead {
  readonly name: string;
  readonly hostIdentifier: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly epoch: number;
  readonly counter: number;
  readonly decorations: Readonly<Record<string, string>>;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A time as asctime(3) writes it, in UTC.
 *
 * @example calendarTime(0) // 'Thu Jan  1 00:00:00 1970 UTC'
 */
export function calendarTime(milliseconds: number): string {
  const at = new Date(milliseconds);
  const day = String(at.getUTCDate()).padStart(2);
  return `${days[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${day} ${at.toISOString().slice(11, 19)} ${at.getUTCFullYear()} UTC`;
}

/** A whole number of a real column keeps its point: 1.0 stays 1.0. */
function textOf(cell: Cell, real: boolean): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return real && Number.isInteger(cell) && Math.abs(cell) < 1e15 ? cell.toFixed(1) : String(cell);
  return typeof cell === 'object' ? Buffer.from(cell).toString('latin1') : String(cell);
}

function jsonOf(cell: Cell, numerics: boolean, real: boolean): string {
  if (numerics && (typeof cell === 'bigint' || (typeof cell === 'number' && Number.isFinite(cell)))) return textOf(cell, real);
  return JSON.stringify(textOf(cell, real));
}

/** Rows as JSON objects, which are equal where the rows are. Of columns with the same name the last one counts, as in osquery. */
export function rowTexts(columns: readonly Column[], rows: readonly (readonly Cell[])[], { numerics }: LineSettings): string[] {
  // A repeated name comes as name:1, name:2, ….
  const first = new Map<string, number>();
  columns.forEach(({ name }, index) => {
    const plain = /^(.*):\d+$/.exec(name)?.[1];
    first.set(plain !== undefined && first.has(plain) ? plain : name, index);
  });
  const keys = [...first].map(([name, index]) => ({
    key: `${JSON.stringify(name)}:`,
    index,
    real: /^(DOUBLE|REAL|FLOAT)/i.test(columns[index]?.type ?? ''),
  }));
  return rows.map((cells) => `{${keys.map(({ key, index, real }) => key + jsonOf(cells[index] ?? null, numerics, real)).join(',')}}`);
}

/** Everything but the rows, and how the line ends. */
function frame(head: LineHead, settings: LineSettings): { start: string; end: string } {
  const { name, hostIdentifier, time, epoch, counter, decorations } = head;
  const fixed = {
    name,
    hostIdentifier,
    calendarTime: calendarTime(time),
    unixTime: Math.floor(time / 1000),
    epoch,
    counter,
    numerics: settings.numerics,
  };
  const decorated = Object.keys(decorations).length > 0;
  const extra = !decorated ? {} : settings.decorationsTopLevel ? decorations : { decorations };
  return { start: `${JSON.stringify({ ...fixed, ...extra }).slice(0, -1)},`, end: '}\n' };
}

/** The lines of a difference, each with its line end; none when nothing changed. */
export function differenceLines(head: LineHead, { added, removed }: Difference, settings: LineSettings): string[] {
  if (added.length + removed.length === 0) return [];
  const { start, end } = frame(head, settings);
  if (!settings.events) return [`${start}"diffResults":{"removed":[${removed.join(',')}],"added":[${added.join(',')}]}${end}`];
  const line = (action: string) => (row: string) => `${start}"columns":${row},"action":"${action}"${end}`;
  return [...removed.map(line('removed')), ...added.map(line('added'))];
}

/** The lines of a snapshot. */
export function snapshotLines(head: LineHead, rows: readonly string[], settings: LineSettings): string[] {
  const { start, end } = frame(head, settings);
  if (settings.snapshotEvents) return rows.map((row) => `${start}"columns":${row},"action":"snapshot"${end}`);
  return [`${start}"snapshot":[${rows.join(',')}],"action":"snapshot"${end}`];
}
