/** Text for terminals: widths, padding, and values that cannot move the cursor. */
import stringWidth from 'string-width';

/** Columns of a text on a terminal. */
export function widthOf(text: string): number {
  // Nearly all cells are printable ASCII, where counting is free.
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

/**
 * A value for people. Control characters are written as escapes: command lines and file names are chosen by whoever is watched, and must
 * not be able to clear the screen, hide a row or start a new one.
 */
export function printable(value: string): string {
  // Bidirectional overrides reorder what is shown; they are escaped too.
  return value.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (char) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' }[char];
    const code = char.charCodeAt(0);
    return short ?? (code > 0xff ? `\\u${code.toString(16)}` : `\\x${code.toString(16).padStart(2, '0')}`);
  });
}

/** Cuts a text to a width, with an ellipsis as its last column. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const char of text) {
    const next = widthOf(char);
    if (used + next > width - 1) break;
    kept += char;
    used += next;
  }
  return `${kept}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

/** Colours for a stream: none for pipes, with NO_COLOR, or on a dumb terminal. */
export function styleFor(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>> = process.env): Style {
  const plain = stream.isTTY !== true || (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb';
  const wrap = (code: number) => (text: string) => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);
  return { bold: wrap(1), dim: wrap(2) };
}
