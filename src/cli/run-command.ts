/** `shrike run`: the agent in the foreground. */
import { delimiter, join, relative } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { startAgent } from '../agent/agent.ts';
import { dataDirOf } from '../config/data-dir.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { ShrikeError } from '../errors.ts';
import { createLog, type Logger } from '../log.ts';
import { version } from '../version.ts';
import { describeError, exitCodes, note } from './report.ts';

export interface RunFlags {
  readonly dataDir?: string;
  readonly listen?: string;
  readonly config?: string;
  /** False with --no-bpf. */
  readonly bpf: boolean;
  readonly replay?: string;
  readonly speed?: string;
}

/** A stop that takes longer is not waited for. */
const stopMs = 5000;

/** The file's settings with the flags over them. */
function settings(flags: RunFlags): Config {
  const config = loadConfig(flags.config);
  const sensor = flags.bpf ? config.sensor : { ...config.sensor, enabled: false };
  return { ...config, sensor, ...(flags.listen === undefined ? {} : { listen: flags.listen }) };
}

function replayOf({ replay, speed }: RunFlags): { file: string; speed: number } | undefined {
  if (speed !== undefined && !/^\d+(\.\d+)?$/.test(speed))
    throw new ShrikeError('E_USAGE', { reason: `--speed takes a number, not "${speed}"` });
  return replay === undefined ? undefined : { file: replay, speed: Number(speed ?? '1') };
}

/** How this command is called from here: its name when it is on the PATH, else the way to it. */
function commandName(): string {
  const called = process.argv[1] ?? 'shrike';
  const onPath = (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'shrike'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (onPath) return 'shrike';
  const way = relative(process.cwd(), called);
  return way.startsWith('..') ? called : way;
}

function greet(url: string, tokenPath: string, dataDir: string, flags: RunFlags, events: boolean): void {
  const sql = events
    ? 'SELECT path, cmdline, parent_path FROM process_events ORDER BY eid DESC LIMIT 5'
    : 'SELECT pid, path, cmdline FROM processes LIMIT 5';
  const where = flags.dataDir === undefined ? '' : ` --data-dir ${dataDir}`;
  const http = url.startsWith('unix:') ? `--unix-socket ${url.slice('unix:'.length)} http://localhost` : url;
  const insecure = url.startsWith('https:') ? '-k ' : '';
  note(`Shrike ${version} answers at ${url}
  token: ${tokenPath}
Try, in another terminal:
  ${commandName()} query${where} "${sql}"
  curl -s ${insecure}-H "Authorization: Bearer $(cat ${tokenPath})" ${http}/api/v1/query -d '{"sql":"${sql}"}'
Stop it with Ctrl-C.`);
}

/** Resolves with the signal that asked the agent to stop; a second one ends the process at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exitCodes.failure);
        asked = true;
        resolve(signal);
      });
    }
  });
}

/** What nobody caught: say it, and end; the kernel detaches the programs of a process that is gone. */
function endOnCrash(log: Logger): void {
  const crash = (error: unknown) => {
    log.fatal({ error }, 'the agent failed');
    process.stderr.write(describeError(error));
    process.exit(exitCodes.failure);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

/** Runs the agent until a signal ends it. */
export async function runCommand(flags: RunFlags): Promise<number> {
  const config = settings(flags);
  const replay = replayOf(flags);
  const dataDir = dataDirOf({ flag: flags.dataDir, config: config.data_dir });
  const log = createLog(config.log.level);
  const stopping = stopSignal();
  endOnCrash(log);
  const agent = await startAgent({ config, dataDir, log, replay });
  for (const warning of agent.warnings) note(`warning: ${warning}`);
  greet(agent.url, agent.tokenPath, dataDir, flags, replay !== undefined || Object.keys(agent.sources).length > 0);
  const signal = await stopping;
  log.info({ signal }, 'stopping');
  const late = setTimeout(() => {
    note(`shrike: it did not stop within ${stopMs / 1000} seconds and was ended.`);
    process.exit(exitCodes.failure);
  }, stopMs);
  await agent.stop();
  clearTimeout(late);
  return exitCodes.fine;
}
