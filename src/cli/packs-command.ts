/** `shrike packs import` and `shrike packs lint`. */
import type { Command } from 'commander';
import type { PacksFlags } from './packs-import.ts';

/** Adds `packs` to the program; `end` runs a command and keeps its exit code. */
export function addPacksCommand(program: Command, end: (run: () => Promise<number>) => () => Promise<void>): void {
  const packs = program.command('packs').description("run osquery's packs");
  const common = (command: Command) =>
    command
      .argument('<files...>', 'osquery.conf and pack files')
      .option(
        '--data-dir <dir>',
        'folder of the agent (default: SHRIKE_DATA_DIR, else /var/lib/shrike, or ~/.local/share/shrike for users)',
      )
      .option('-f, --format <format>', 'table, json, ndjson, csv or line')
      .option('--all', 'also list what is in order');
  common(
    packs.command('import').description('copy packs to where the agent runs them; exit code 4 when some of their queries cannot run'),
  ).action((files: readonly string[], flags: PacksFlags) =>
    end(async () => (await import('./packs-import.ts')).packsImport(files, flags))(),
  );
  common(packs.command('lint').description('say what of packs cannot run here and why; exit code 1 when something cannot')).action(
    (files: readonly string[], flags: PacksFlags) => end(async () => (await import('./packs-import.ts')).packsLint(files, flags))(),
  );
}
