/** The shell's own commands, which start with a dot. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tables } from '../tables/index.ts';
import type { TableSpec } from '../tables/spec.ts';
import { type PrintFormat, printFormats } from './printer.ts';
import { formatOf } from './query-command.ts';
import { describeError, note } from './report.ts';
import { showQuery } from './show.ts';
import type { Source } from './source.ts';
import { describeTable, tableNamed } from './tables-command.ts';
import { styleFor } from './text.ts';

/** What a dot command may see and change. */
export interface Shell {
  readonly source: Source;
  format: PrintFormat;
  /** Whether the time of each statement is told. */
  timer: boolean;
  /** Runs work that Ctrl-C cancels; what it throws is told. */
  cancellable(work: (signal: AbortSignal) => Promise<boolean>): Promise<boolean>;
}

interface Dot {
  readonly name: string;
  readonly argument: string;
  readonly help: string;
  /** False to leave the shell. */
  run(rest: string, shell: Shell): Promise<boolean> | boolean;
}

const print = (text: string) => process.stdout.write(text);

/** A table's columns as the declaration SQLite sees. */
export function declaration(table: TableSpec): string {
  const columns = table.columns.map(({ name, type, hidden }) => `  ${name} ${type.replace('_', ' ')}${hidden ? ' HIDDEN' : ''}`);
  return `CREATE TABLE ${table.name} (\n${columns.join(',\n')}\n);\n`;
}

function watch(rest: string, shell: Shell): Promise<boolean> {
  const [, seconds, sql = ''] = /^(?:(\d+(?:\.\d+)?)\s+)?([\s\S]*?);?\s*$/.exec(rest) ?? [];
  if (sql === '') throw new Error('usage: .watch [SECONDS] SQL');
  const pause = Math.max(0.2, Number(seconds ?? '2')) * 1000;
  return shell.cancellable(async (signal) => {
    while (!signal.aborted) {
      note(styleFor(process.stderr).dim(`-- ${new Date().toISOString()}, every ${pause / 1000} s, Ctrl-C stops`));
      await showQuery(shell.source, { sql, signal }, shell.format);
      // An abort ends the pause: that is how it stops, and no error.
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    return true;
  });
}

const dots: readonly Dot[] = [
  {
    name: '.tables',
    argument: '[PATTERN]',
    help: 'list tables whose name holds the pattern',
    run(rest) {
      const names = tables.map(({ name }) => name).filter((name) => name.includes(rest));
      print(`${names.join('\n')}\n`);
      return true;
    },
  },
  {
    name: '.schema',
    argument: '[TABLE]',
    help: 'show how a table, or every table, is declared',
    run(rest) {
      print((rest === '' ? tables : [tableNamed(rest)]).map(declaration).join('\n'));
      return true;
    },
  },
  {
    name: '.docs',
    argument: 'TABLE',
    help: 'describe a table and its columns',
    run(rest) {
      print(describeTable(tableNamed(rest), styleFor(process.stdout)));
      return true;
    },
  },
  {
    name: '.mode',
    argument: printFormats.join('|'),
    help: 'choose how rows are printed',
    run(rest, shell) {
      if (rest === '') print(`${shell.format}\n`);
      else shell.format = formatOf(rest);
      return true;
    },
  },
  {
    name: '.timer',
    argument: 'on|off',
    help: 'tell how long each statement took',
    run(rest, shell) {
      if (rest !== 'on' && rest !== 'off') throw new Error('usage: .timer on|off');
      shell.timer = rest === 'on';
      return true;
    },
  },
  {
    name: '.watch',
    argument: '[SECONDS] SQL',
    help: 'run a statement again and again',
    run: async (rest, shell) => (await watch(rest, shell)) || true,
  },
  {
    name: '.help',
    argument: '',
    help: 'show this',
    run() {
      const width = Math.max(...dots.map(({ name, argument }) => name.length + argument.length + 1));
      print(`${dots.map(({ name, argument, help }) => `${`${name} ${argument}`.padEnd(width)}  ${help}`).join('\n')}\n`);
      return true;
    },
  },
  { name: '.quit', argument: '', help: 'leave', run: () => false },
];

export const dotNames: readonly string[] = dots.map(({ name }) => name);

/** Runs a line that starts with a dot; mistakes are told, not thrown. False to leave the shell. */
export async function runDot(line: string, shell: Shell): Promise<boolean> {
  const [, name = '', rest = ''] = /^(\.\w*)\s*([\s\S]*)$/.exec(line) ?? [];
  const dot = dots.find((each) => each.name === name || (name === '.exit' && each.name === '.quit'));
  if (dot === undefined) {
    note(`shrike: there is no ${name || line}; .help lists the commands.`);
    return true;
  }
  try {
    return await dot.run(rest.trim().replace(/;$/, ''), shell);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('usage: ')) note(error.message);
    else process.stderr.write(describeError(error));
    return true;
  }
}
