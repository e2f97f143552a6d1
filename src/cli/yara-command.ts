/** `shrike yara scan`: the yara command's flags, with its output, on our scanner. */
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ScanFlags } from './yara-scan.ts';

const whole = (least: number) => (value: string) => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  return number;
};
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Adds `yara scan` to the program; `end` runs a command and keeps its exit code. */
export function addYaraCommand(program: Command, end: (run: () => Promise<number>) => () => Promise<void>): void {
  const yara = program.command('yara').description('scan with YARA rules');
  yara
    .command('scan')
    .argument(
      '<items...>',
      '[NAMESPACE:]RULES… TARGET: files or folders of rules (`shrike` for those that come with it), then a file, folder or process id',
    )
    .description('scan files, folders or a process; exit code 1 when a rule matches')
    .option('-r, --recursive', 'search folders with all that is below them')
    .option('-N, --no-follow-symlinks', 'do not follow symbolic links')
    .option('-s, --print-strings', 'print matching strings')
    .option('-L, --print-string-length', 'print the length of matching strings')
    .option('-m, --print-meta', 'print metadata')
    .option('-g, --print-tags', 'print tags')
    .option('-e, --print-namespace', 'print namespaces')
    .option('-c, --count', 'print only the number of matches')
    .option('-n, --negate', 'print only rules that do not match')
    .option('-i, --identifier <name>', 'print only rules of that name')
    .option('-t, --tag <tag>', 'print only rules with that tag')
    .option('-l, --max-rules <number>', 'stop after so many matching rules', whole(1))
    .option('-d, --define <variable=value>', 'define an external variable; may be given several times', collect)
    .option('-C, --compiled-rules', 'RULES is a file that yarac compiled')
    .option('-f, --fast-scan', 'do not look for further matches of a string than its rule needs')
    .option('-p, --threads <number>', 'scanner processes', whole(1), availableParallelism())
    .option('-a, --timeout <seconds>', 'longest scan of one target', whole(1), 1_000_000)
    .option('-z, --skip-larger <bytes>', 'skip larger files', whole(1))
    .option('-k, --stack-size <slots>', 'stack of conditions', whole(1))
    .option('--max-strings-per-rule <number>', 'most strings of one rule', whole(1))
    .option('--memory <mebibytes>', 'memory of each scanner beside the file it reads', whole(16))
    .option('-w, --no-warnings', 'print no warnings')
    .option('--fail-on-warnings', 'refuse rules with warnings')
    .option('-S, --print-stats', 'print statistics of the rules, and the slowest of them over the targets')
    .addOption(new Option('--stats', 'the same').hideHelp())
    .option('--scan-list', 'TARGET is a file that lists the targets, one a line')
    .option('--json', 'print a JSON object for each target')
    .option('--progress', 'show progress on standard error even where it is no terminal')
    .action((items: readonly string[], flags: ScanFlags) => end(async () => (await import('./yara-scan.ts')).yaraScan(items, flags))());
}
