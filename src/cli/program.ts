/** The command line, declared. Each subcommand's code is loaded when it is called: `shrike version` must not wait for a database. */
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { version } from '../version.ts';
import { fail } from './report.ts';
import { addPacksCommand } from './packs-command.ts';
import { addYaraCommand } from './yara-command.ts';

const dataDir = [
  '--data-dir <dir>',
  'folder of the agent (default: SHRIKE_DATA_DIR, else /var/lib/shrike, or ~/.local/share/shrike for users)',
] as const;
const format = ['-f, --format <format>', 'table, json, ndjson, csv or line'] as const;

/** Runs a subcommand and keeps its exit code; what it throws is told in one sentence. */
function end(run: () => Promise<number>): () => Promise<void> {
  return async () => {
    try {
      process.exitCode = await run();
    } catch (error) {
      fail(error);
    }
  };
}

/** The agent is there all the time and makes little garbage: a small young generation keeps some 20 MB free for others. */
function saveMemory(): void {
  setFlagsFromString('--max-semi-space-size=2');
  setFlagsFromString('--semi-space-growth-factor=1');
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function addCommands(program: Command): void {
  program
    .command('run')
    .description('run the agent in the foreground')
    .option(...dataDir)
    .option('--listen <address>', 'HOST:PORT, [IPv6]:PORT or unix:/path (default: 127.0.0.1:7717)')
    .option('--config <file>', 'configuration file (YAML)')
    .option('--no-bpf', 'do not watch the kernel: state tables only')
    .option('--replay <file>', 'play a recording into the event tables instead of watching the kernel')
    .option('--speed <factor>', 'speed of the replay: 1 as it was, 0 as fast as possible')
    .action((flags) =>
      end(async () => {
        saveMemory();
        return (await import('./run-command.ts')).runCommand(flags);
      })(),
    );
  program
    .command('query')
    .argument('<sql>', 'one SQL statement; - reads it from standard input')
    .description('run one SQL statement and print its rows')
    .option(...dataDir)
    .option(...format)
    .option('-p, --param <value>', 'value for a ? in the SQL, or NAME=VALUE for a :NAME; may be given several times', collect, [])
    .option('--limit <rows>', 'most rows')
    .option('--timeout <ms>', 'longest run in milliseconds')
    .action((sql, flags) => end(async () => (await import('./query-command.ts')).queryCommand(sql, flags))());
  program
    .command('shell')
    .description('ask questions interactively')
    .option(...dataDir)
    .option(...format)
    .action((flags) => end(async () => (await import('./shell-command.ts')).shellCommand(flags))());
  program
    .command('tables')
    .argument('[name]', 'a table')
    .description('list the tables, or describe one')
    .option('--cost', 'read each table once and say what that costs here')
    .option(...format)
    .action((name, flags) =>
      end(async () =>
        flags.cost
          ? (await import('./tables-cost.ts')).tablesCost(name, flags)
          : (await import('./tables-command.ts')).tablesCommand(name, flags),
      )(),
    );
  program
    .command('doctor')
    .description('say what works here, what is missing and what that costs')
    .option(...dataDir)
    .option('--json', 'as JSON')
    .action((flags) => end(async () => (await import('./doctor-command.ts')).doctorCommand(flags))());
  program
    .command('record')
    .argument('<file>', 'where to write')
    .description('record kernel events to a file, for run --replay')
    .option('--config <file>', 'configuration file (YAML)')
    .option('--seconds <n>', 'stop by itself after this many seconds')
    .action((file, flags) => end(async () => (await import('./record-command.ts')).recordCommand(file, flags))());
  program
    .command('export')
    .description('write the rows of an event table to a file, for DuckDB, ClickHouse, pandas or another agent')
    .option('--table <name>', 'the event table')
    .option('--since <time>', 'only rows from then on: a date, seconds since the epoch, or how long ago (90m, 7d)')
    .option('--until <time>', 'only rows up to then')
    .option('-f, --format <format>', 'parquet, ndjson or csv (default: by the name of the file)')
    .option('-o, --output <file>', 'where to write (default: standard output)')
    .option(...dataDir)
    .action((flags) => end(async () => (await import('./export-command.ts')).exportCommand(flags))());
  program
    .command('import')
    .argument('<file>', 'a Parquet, NDJSON or CSV file')
    .description('put the rows of a file into an event table, while no agent runs')
    .option('--table <name>', 'the event table (default: as the file or its name says)')
    .option('-f, --format <format>', 'parquet, ndjson or csv (default: by the name of the file)')
    .option(...dataDir)
    .action((file, flags) => end(async () => (await import('./import-command.ts')).importCommand(file, flags))());
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${version}\n`);
    });
}

/** Commands, arguments and flags; parsing them runs the command. */
export function createProgram(): Command {
  const program = new Command('shrike')
    .description('Ask a Linux node anything in SQL.')
    .version(version, '-V, --version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'shrike: ')) })
    .showHelpAfterError('  See `shrike help`, or `shrike help COMMAND`.')
    .addHelpText('after', '\nExit codes: 0 fine, 1 findings, 2 wrong usage, 3 failure, 4 partial data.');
  addCommands(program);
  addYaraCommand(program, end);
  addPacksCommand(program, end);
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError('  See `shrike help`, or `shrike help COMMAND`.').configureOutput(program.configureOutput());
  return program;
}
