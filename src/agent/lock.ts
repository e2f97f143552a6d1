/**
 * One agent for each data folder.
 *
 * The lock is SQLite's own on an empty database: a POSIX lock that the kernel drops when the process dies, however it dies, so no lock is
 * ever stale, and one that holds between containers that share the folder.
 */
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ShrikeError } from '../errors.ts';
import { readAgentFile } from '../config/agent-file.ts';
import { dataFiles } from '../config/data-dir.ts';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Makes the data folder and its folder for temporary files, readable by its owner only. */
export function prepareDataDir(dir: string): void {
  const temporary = join(dir, dataFiles.temporary);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    // Nobody else uses it: the lock is taken next, and what is in there is from an agent that was killed.
    mkdirSync(temporary, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'EACCES' || code === 'EPERM'
        ? 'permission denied'
        : code === 'ENOTDIR' || code === 'EEXIST'
          ? 'it is not a folder'
          : messageOf(error);
    throw new ShrikeError('E_DATA_DIR', { dir, reason });
  }
  // SQLite reads it once, when the first connection of the process opens.
  process.env.SQLITE_TMPDIR = temporary;
}

export interface DataDirLock {
  release(): void;
}

/**
 * Takes the data folder for this process.
 *
 * @throws ShrikeError E_DATA_DIR_LOCKED naming the agent that has it, E_DATA_DIR when the file cannot be made.
 */
export function lockDataDir(dir: string): DataDirLock {
  const path = join(dir, dataFiles.lock);
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
      const pid = readAgentFile(dir)?.pid;
      throw new ShrikeError('E_DATA_DIR_LOCKED', { dir, who: pid === undefined ? '' : ` (pid ${pid})` });
    }
    throw new ShrikeError('E_DATA_DIR', { dir, reason: messageOf(error) });
  }
  const held = database;
  return {
    release() {
      if (!held.open) return;
      held.close();
    },
  };
}

/** Removes what a killed agent left in the folder for temporary files. Call it with the lock held. */
export function clearTemporary(dir: string): void {
  const temporary = join(dir, dataFiles.temporary);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
}
