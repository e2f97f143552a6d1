/** Event tables without an agent: this process opens the events that the agent kept in the data folder. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lockDataDir, prepareDataDir } from '../agent/lock.ts';
import { openStore } from '../agent/store.ts';
import { dataFiles } from '../config/data-dir.ts';
import { loadConfig } from '../config/load.ts';
import { ShrikeError } from '../errors.ts';
import { native } from '../native.ts';

export interface OpenHistory {
  close(): void;
}

/**
 * Takes the data folder as an agent would, and recovers its events.
 *
 * @throws ShrikeError E_DATA_DIR_LOCKED when an agent runs on it, E_AGENT_NONE when there is nothing to read and `mayMake` is not set.
 */
export function openHistory(dataDir: string, mayMake: boolean): OpenHistory {
  if (!mayMake && !existsSync(join(dataDir, dataFiles.events))) throw new ShrikeError('E_AGENT_NONE', { dir: dataDir });
  prepareDataDir(dataDir);
  const lock = lockDataDir(dataDir);
  try {
    openStore(loadConfig(undefined));
    // Without retention: who only looks must not delete. The agent does, when it starts.
    native().storePersist({ directory: join(dataDir, dataFiles.events) });
  } catch (error) {
    lock.release();
    if (error instanceof TypeError) throw new ShrikeError('E_DATA_DIR', { dir: dataDir, reason: error.message });
    throw error;
  }
  return {
    close() {
      native().storeStop();
      lock.release();
    },
  };
}
