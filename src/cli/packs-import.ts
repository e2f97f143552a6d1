/** Reads, checks and keeps osquery's configuration and packs, for `shrike packs`. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { eventLayout } from '../agent/layout.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { ShrikeError } from '../errors.ts';
import { native } from '../native.ts';
import { QueryPool } from '../query/pool.ts';
import { checkQuery } from '../schedule/check.ts';
import { normalized } from '../schedule/normalize.ts';
import { ScheduleReader } from '../schedule/osquery-config.ts';
import type { Schedule } from '../schedule/pack.ts';
import { forMachine, scheduleFiles, thisMachine } from '../schedule/service.ts';
import { tables } from '../tables/index.ts';
import { version } from '../version.ts';
import { createPrinter } from './printer.ts';
import { formatOf } from './query-command.ts';
import { exitCodes, note } from './report.ts';
import { styleFor } from './text.ts';

export interface PacksFlags {
  readonly dataDir?: string;
  readonly format?: string;
  /** Also list what is in order. */
  readonly all?: boolean;
}

interface Finding {
  readonly name: string;
  /** ok, costly, skipped (not for this machine), unsupported, problem (of a file). */
  readonly status: string;
  readonly reason: string;
}

/** The event tables are there, empty: queries are compiled, not run. */
async function openPool(dataDir: string, schedule: Schedule): Promise<QueryPool> {
  native().storeOpen({ memoryBytes: 1 << 20, tables: eventLayout(tables) });
  const views = Object.entries(schedule.views).map(([name, sql]) => ({ name, sql, description: '' }));
  const pool = new QueryPool({ engine: { version, dataDir, startTime: 0, sources: {} }, events: true, workers: 1, views });
  await pool.start();
  return pool;
}

async function examine(schedule: Schedule, dataDir: string): Promise<Finding[]> {
  const findings: Finding[] = schedule.problems.map(({ where, reason }) => ({ name: where, status: 'problem', reason }));
  const { queries, skipped } = forMachine(schedule, thisMachine());
  for (const [name, reason] of skipped) findings.push({ name, status: 'skipped', reason });
  const pool = await openPool(dataDir, schedule);
  const { load, always, interval } = schedule.decorators;
  const others = [
    ...[...load, ...always, ...[...interval.values()].flat()].map((sql) => ({ name: 'decorator', sql })),
    ...schedule.packs.flatMap((pack) => pack.discovery.map((sql) => ({ name: `discovery of ${pack.name}`, sql }))),
    ...Object.entries(schedule.views).map(([name, sql]) => ({ name: `view ${name}`, sql })),
  ];
  try {
    for (const { name, sql } of [...queries, ...others]) {
      const { problem, warnings } = await checkQuery(pool, sql);
      if (problem !== undefined) findings.push({ name, status: 'unsupported', reason: problem });
      else findings.push({ name, status: warnings.length > 0 ? 'costly' : 'ok', reason: warnings.join('; ') });
    }
  } finally {
    await pool.close();
  }
  return findings;
}

function print(findings: readonly Finding[], format: string): void {
  const printer = createPrinter(formatOf(format), {
    write: (text) => process.stdout.write(text),
    style: styleFor(process.stdout),
    width: process.stdout.isTTY ? process.stdout.columns : undefined,
  });
  printer.begin(['name', 'status', 'reason'].map((name) => ({ name, type: 'TEXT' })));
  for (const finding of findings) printer.row({ row: { ...finding }, text: JSON.stringify(finding) });
  printer.end();
}

function summary(findings: readonly Finding[]): string {
  const count = (status: string) => findings.filter((finding) => finding.status === status).length;
  return `${count('ok') + count('costly')} run here (${count('costly')} costly), ${count('unsupported')} cannot, ${count('skipped')} are not for this machine, ${count('problem')} problems in files`;
}

const wrong = (findings: readonly Finding[]) => findings.some(({ status }) => status === 'unsupported' || status === 'problem');

function report(findings: readonly Finding[], flags: PacksFlags): void {
  const shown = flags.all === true ? findings : findings.filter(({ status }) => status !== 'ok');
  if (shown.length > 0 || flags.format !== undefined) print(shown, flags.format ?? 'table');
  note(`shrike: ${summary(findings)}.`);
}

function read(files: readonly string[]): Schedule {
  const reader = new ScheduleReader();
  for (const file of files) reader.addFile(file);
  return reader.schedule();
}

/** Checks files without keeping anything. Exit code 1 when something in them cannot run. */
export async function packsLint(files: readonly string[], flags: PacksFlags): Promise<number> {
  const findings = await examine(read(files), dataDirOf({ flag: flags.dataDir }));
  report(findings, flags);
  return wrong(findings) ? exitCodes.findings : exitCodes.fine;
}

/** Copies files into DATA_DIR/packs, where the agent finds them within seconds. Exit code 4 when something in them cannot run. */
export async function packsImport(files: readonly string[], flags: PacksFlags): Promise<number> {
  const dataDir = dataDirOf({ flag: flags.dataDir });
  const folder = join(dataDir, scheduleFiles.packs);
  const findings = await examine(read(files), dataDir);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const file of files) {
      const schedule = read([file]);
      if (
        schedule.queries.length + schedule.packs.length + Object.keys(schedule.views).length + Object.keys(schedule.options).length === 0 &&
        schedule.problems.length > 0
      )
        continue;
      const path = join(folder, `${basename(file).replace(/\.(json|conf)$/, '')}.json`);
      writeFileSync(`${path}.new`, normalized(schedule), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
  } catch (error) {
    throw new ShrikeError('E_DATA_DIR', { dir: folder, reason: error instanceof Error ? error.message : String(error) });
  }
  report(findings, flags);
  return wrong(findings) ? exitCodes.partial : exitCodes.fine;
}
