/** Runs a query and prints its answer; what is not data goes to standard error. */
import { once } from 'node:events';
import { errorCatalogue, ShrikeError } from '../errors.ts';
import { createPrinter, type Printer, type PrintFormat } from './printer.ts';
import { exitCodes, fromEnvelope, note } from './report.ts';
import { type Ending, rowsOf, type Source, type SourceQuery } from './source.ts';
import { printable, styleFor } from './text.ts';

const knownCodes: ReadonlySet<string> = new Set(Object.keys(errorCatalogue));
/** A table that waits for more rows to decide its widths shows what it has after this many milliseconds. */
const patience = 300;
const outputBytes = 32 * 1024;

/** Line ends pass; what else could drive a terminal is written as an escape. Formats for programs are only changed where people look at them. */
function forTerminal(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, (char) => printable(char));
}

/** Collects writes, so that a million rows are not a million system calls, and waits for slow pipes. */
class Output {
  /** The text has been made for terminals already, and has styles in it. */
  readonly #styled: boolean;
  #text = '';

  constructor(format: PrintFormat) {
    this.#styled = format === 'table' || format === 'line';
  }

  readonly write = (text: string): void => {
    this.#text += text;
  };

  async drain(least = 0): Promise<void> {
    if (this.#text.length <= least) return;
    const text = this.#text;
    this.#text = '';
    if (!process.stdout.write(process.stdout.isTTY && !this.#styled ? forTerminal(text) : text)) await once(process.stdout, 'drain');
  }
}

async function print(printer: Printer, output: Output, source: Source, query: SourceQuery): Promise<Ending> {
  const answer = await source.query(query);
  let ending: Ending | undefined;
  let begun = answer.columns !== undefined;
  if (answer.columns !== undefined) printer.begin(answer.columns);
  let shown = performance.now();
  const idle = setInterval(() => {
    printer.flush();
    void output.drain();
  }, patience);
  try {
    const lines = rowsOf(answer, (end) => {
      ending = end;
    });
    for await (const line of lines) {
      if (!begun) printer.begin(Object.keys(line.row).map((name) => ({ name, type: 'NULL' })));
      begun = true;
      printer.row(line);
      if (performance.now() - shown > patience) {
        printer.flush();
        shown = performance.now();
      }
      await output.drain(outputBytes);
    }
  } finally {
    clearInterval(idle);
  }
  if (ending === undefined) throw new ShrikeError('E_QUERY_CANCELLED');
  if (!begun) printer.begin(ending.columns);
  return ending;
}

/**
 * Prints a query's answer to standard output, its warnings to standard error.
 *
 * @returns 0, or 4 when rows are missing because a limit or an error cut them off.
 * @throws ShrikeError when there is no answer at all.
 */
export async function showQuery(
  source: Source,
  query: SourceQuery,
  format: PrintFormat,
): Promise<{ readonly exit: number; readonly ending: Ending }> {
  const output = new Output(format);
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const printer = createPrinter(format, { write: output.write, style: styleFor(process.stdout), width });
  const ending = await print(printer, output, source, query);
  const { error } = ending;
  // Nothing was shown yet: this is a plain failure, not half an answer.
  if (error !== undefined && ending.rows === 0) throw fromEnvelope(error, knownCodes);
  printer.end();
  await output.drain();
  for (const warning of ending.warnings) note(`shrike: ${warning}.`);
  if (error !== undefined) note(`shrike: the answer stops after ${ending.rows} rows: ${error.error}.\n  ${error.hint}`);
  return { exit: ending.truncated ? exitCodes.partial : exitCodes.fine, ending };
}
