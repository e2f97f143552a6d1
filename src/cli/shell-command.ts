/** `shrike shell`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { dataDirOf, dataFiles } from '../config/data-dir.ts';
import { isComplete, tokenize } from '../query/lexer.ts';
import { version } from '../version.ts';
import { openSource } from './open-source.ts';
import { formatOf } from './query-command.ts';
import { describeError, exitCodes, note } from './report.ts';
import { completeLine } from './shell-completion.ts';
import { runDot, type Shell } from './shell-dots.ts';
import { showQuery } from './show.ts';

export interface ShellFlags {
  readonly dataDir?: string;
  readonly format?: string;
}

const historyLines = 1000;
const prompts = { first: 'shrike> ', more: '   ...> ' } as const;

function readHistory(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean).slice(0, historyLines);
  } catch {
    // The first session has none.
    return [];
  }
}

function writeHistory(path: string, lines: readonly string[]): void {
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
  } catch (error) {
    note(`shrike: the history was not kept: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Where lines are kept: beside the user's own data, so that a shell never writes into the agent's folder. */
function historyPath(): string {
  return join(dataDirOf({ uid: 1, env: { ...process.env, SHRIKE_DATA_DIR: undefined } }), dataFiles.history);
}

/** Runs one thing at a time and lets Ctrl-C cancel it. */
class Session implements Shell {
  source;
  format;
  timer = false;
  #cancel: AbortController | undefined;

  constructor(source: Shell['source'], format: Shell['format']) {
    this.source = source;
    this.format = format;
  }

  get busy(): boolean {
    return this.#cancel !== undefined;
  }

  interrupt(): void {
    this.#cancel?.abort();
  }

  async run(sql: string): Promise<boolean> {
    return this.cancellable((signal) => this.#show(sql, signal));
  }

  async cancellable(work: (signal: AbortSignal) => Promise<boolean>): Promise<boolean> {
    const cancel = new AbortController();
    this.#cancel = cancel;
    try {
      return await work(cancel.signal);
    } catch (error) {
      if (cancel.signal.aborted) note('Cancelled.');
      else process.stderr.write(describeError(error));
      return false;
    } finally {
      this.#cancel = undefined;
    }
  }

  async #show(sql: string, signal: AbortSignal): Promise<boolean> {
    const { ending } = await showQuery(this.source, { sql, signal }, this.format);
    if (this.timer) note(`${ending.rows} rows, ${ending.elapsed_ms.toFixed(1)} ms`);
    return ending.error === undefined;
  }
}

/** Collects lines into statements and dot commands. */
class Reader {
  #pending = '';
  #failed = false;
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get pending(): boolean {
    return this.#pending !== '';
  }

  get failed(): boolean {
    return this.#failed;
  }

  reset(): void {
    this.#pending = '';
  }

  /** Handles one line; false to leave. */
  async take(line: string): Promise<boolean> {
    if (this.#pending === '') {
      const text = line.trim();
      if (text === '') return true;
      if (text === 'exit' || text === 'quit') return false;
      if (text.startsWith('.')) return runDot(text, this.#session);
    }
    this.#pending += `${this.#pending === '' ? '' : '\n'}${line}`;
    if (!isComplete(this.#pending)) return true;
    await this.#statement();
    return true;
  }

  /** What is left when the input ends without a semicolon is run as it is. */
  async finish(): Promise<void> {
    if (!tokenize(this.#pending).next().done) await this.#statement();
  }

  async #statement(): Promise<void> {
    const sql = this.#pending;
    this.#pending = '';
    if (!(await this.#session.run(sql))) this.#failed = true;
  }
}

async function converse(lines: Interface, session: Session, reader: Reader): Promise<void> {
  const prompt = () => {
    lines.setPrompt(reader.pending ? prompts.more : prompts.first);
    lines.prompt();
  };
  lines.on('SIGINT', () => {
    if (session.busy) session.interrupt();
    else if (reader.pending || lines.line !== '') {
      reader.reset();
      lines.write(null, { ctrl: true, name: 'u' });
      process.stdout.write('\n');
      prompt();
    } else lines.close();
  });
  prompt();
  for await (const line of lines) {
    if (!(await reader.take(line))) break;
    prompt();
  }
  lines.close();
}

/** Reads statements from a pipe: no prompt, and the exit code tells whether all went well. */
async function readPipe(lines: Interface, reader: Reader): Promise<void> {
  for await (const line of lines) if (!(await reader.take(line))) return;
  await reader.finish();
}

export async function shellCommand(flags: ShellFlags): Promise<number> {
  const format = formatOf(flags.format ?? 'table');
  const source = await openSource(flags);
  const session = new Session(source, format);
  const reader = new Reader(session);
  const interactive = process.stdin.isTTY === true;
  if (source.notice !== undefined) note(source.notice);
  try {
    if (!interactive) {
      await readPipe(createInterface({ input: process.stdin, terminal: false }), reader);
      return reader.failed ? exitCodes.failure : exitCodes.fine;
    }
    const path = historyPath();
    let history = readHistory(path);
    const lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: true,
      history,
      historySize: historyLines,
      removeHistoryDuplicates: true,
      completer: completeLine,
    });
    lines.on('history', (now: string[]) => {
      history = now;
    });
    note(`Shrike ${version}. Statements end with a semicolon; .help lists commands.`);
    await converse(lines, session, reader);
    writeHistory(path, history);
    return exitCodes.fine;
  } finally {
    await source.close();
  }
}
