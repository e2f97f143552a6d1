/** Where the agent keeps its things. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface DataDirSources {
  /** From --data-dir. */
  readonly flag?: string | undefined;
  /** From the configuration file. */
  readonly config?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
}

/** The data folder, absolute: the flag, else SHRIKE_DATA_DIR, else the configuration, else the user's default. */
export function dataDirOf({ flag, config, env = process.env, uid = process.getuid?.() ?? 0 }: DataDirSources): string {
  const chosen = flag ?? (env.SHRIKE_DATA_DIR || undefined) ?? config;
  if (chosen !== undefined) return resolve(chosen);
  if (uid === 0) return '/var/lib/shrike';
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'shrike');
}

/** Names of the files inside it. */
export const dataFiles = {
  token: 'token',
  tokenHash: 'token.sha256',
  agent: 'agent.json',
  lock: 'agent.lock',
  temporary: 'tmp',
  events: 'events',
  history: 'history',
} as const;
