/** The event store as the agent opens it: tables, memory, what is kept on disk and for how long. */
import { join } from 'node:path';
import { dataFiles } from '../config/data-dir.ts';
import { bytesOf, type Config, secondsOf } from '../config/schema.ts';
import { ShrikeError } from '../errors.ts';
import { type Native, native, type Retention } from '../native.ts';
import { findTable, tables } from '../tables/index.ts';
import { eventLayout } from './layout.ts';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

interface Bounds {
  readonly age?: string | undefined;
  readonly bytes?: string | number | undefined;
}

const retentionOf = ({ age, bytes }: Bounds): Retention => ({
  ...(age === undefined ? {} : { seconds: secondsOf(age) }),
  ...(bytes === undefined ? {} : { bytes: bytesOf(bytes) }),
});

/**
 * Makes the event tables, empty.
 *
 * @throws ShrikeError E_NOT_BUILT when there is no addon to load.
 */
export function openStore({ store }: Config): void {
  let addon: Native;
  try {
    addon = native();
  } catch (error) {
    throw new ShrikeError('E_NOT_BUILT', { reason: messageOf(error) });
  }
  addon.storeOpen({ memoryBytes: bytesOf(store.memory), tables: eventLayout(tables) });
}

/**
 * Recovers the events in the data folder and keeps new ones there.
 *
 * @throws ShrikeError E_DATA_DIR when the folder cannot be used, E_QUERY_UNKNOWN_TABLE for retention of a table that there is not.
 */
export function keepEvents({ store }: Config, dataDir: string): void {
  const unknown = Object.keys(store.tables).find((name) => findTable(name)?.kind !== 'event');
  if (unknown !== undefined) {
    throw new ShrikeError('E_QUERY_UNKNOWN_TABLE', {
      table: unknown,
      suggestion: 'store.tables in the configuration takes names of event tables.',
    });
  }
  const own = Object.entries(store.tables).map(([name, bounds]) => [name, retentionOf({ ...store.retention, ...bounds })]);
  try {
    native().storePersist({
      directory: join(dataDir, dataFiles.events),
      retention: retentionOf(store.retention),
      tables: Object.fromEntries(own),
    });
  } catch (error) {
    throw new ShrikeError('E_DATA_DIR', { dir: dataDir, reason: messageOf(error) });
  }
}
