/** `shrike record FILE`: kernel events to a file, without an agent and beside one. */
import { closeSync, openSync, statSync } from 'node:fs';
import { eventLayout } from '../agent/layout.ts';
import { loadConfig } from '../config/load.ts';
import { bytesOf } from '../config/schema.ts';
import { ShrikeError } from '../errors.ts';
import { native } from '../native.ts';
import { startSensor } from '../sensor.ts';
import { tables } from '../tables/index.ts';
import { exitCodes, note } from './report.ts';

export interface RecordFlags {
  readonly config?: string;
  readonly seconds?: string;
}

/** The recording is the point; the tables only have to hold what is on its way. */
const storeBytes = 16 * 1024 * 1024;

function checkWritable(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ShrikeError('E_RECORD_FILE', { file, reason, suggestion: 'Choose a file this user may write.' });
  }
}

function finished(seconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
    // A pending promise alone does not keep the process alive, and the reader thread is native.
    const timer = setInterval(() => seconds !== undefined && resolve(), (seconds ?? 3600) * 1000);
    process.once('exit', () => clearInterval(timer));
  });
}

/** Records until Ctrl-C, or for a number of seconds. */
export async function recordCommand(file: string, flags: RecordFlags): Promise<number> {
  if (flags.seconds !== undefined && !/^[1-9]\d{0,6}$/.test(flags.seconds)) {
    throw new ShrikeError('E_USAGE', { reason: `--seconds takes a whole number, not "${flags.seconds}"` });
  }
  const { sensor } = loadConfig(flags.config);
  checkWritable(file);
  native().storeOpen({ memoryBytes: storeBytes, tables: eventLayout(tables) });
  const ringBytes = 2 ** Math.ceil(Math.log2(bytesOf(sensor.buffers.ring)));
  const handle = startSensor({ ringBytes, watchReads: sensor.watch.reads, dnsPorts: sensor.watch.dns_ports, record: file });
  for (const warning of handle.warnings) note(`warning: ${warning}`);
  note(`Recording to ${file}; Ctrl-C ends it.`);
  await finished(flags.seconds === undefined ? undefined : Number(flags.seconds));
  const problem = handle.stop();
  if (problem !== '')
    throw new ShrikeError('E_RECORD_FILE', { file, reason: problem, suggestion: 'What was written before is whole and can be replayed.' });
  note(`${file} has ${statSync(file).size} bytes of events. Play them with: shrike run --replay ${file}`);
  process.exitCode = exitCodes.fine;
  process.exit();
}
