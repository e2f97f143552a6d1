/** `shrike import FILE`: rows of a file into an event table of the data folder. */
import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { dataDirOf } from '../config/data-dir.ts';
import { ShrikeError } from '../errors.ts';
import { appendRows } from '../export/append.ts';
import { eventTable } from '../export/event-table.ts';
import { openRows, type RowFile } from '../export/readers.ts';
import { native } from '../native.ts';
import { tables } from '../tables/index.ts';
import { fileFormat } from './export-command.ts';
import { openHistory } from './history-source.ts';
import { exitCodes, note } from './report.ts';

export interface ImportFlags {
  readonly dataDir?: string;
  readonly table?: string;
  readonly format?: string;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function open(file: string, format: string | undefined): Promise<RowFile> {
  const as = fileFormat(format, file);
  try {
    accessSync(file, constants.R_OK);
    return await openRows(file, as);
  } catch (error) {
    throw new ShrikeError('E_IMPORT_FILE', { file, reason: messageOf(error) });
  }
}

/** The table: as told, as the file says, or as it is named: process_events.ndjson. */
function tableOf(told: string | undefined, rows: RowFile, file: string): string {
  const [named] = basename(file).split('.');
  const name = told ?? rows.table ?? (tables.some((table) => table.name === named) ? named : undefined);
  if (name === undefined) throw new ShrikeError('E_USAGE', { reason: `give --table, the event table that the rows of ${file} are for` });
  return name;
}

/** Rows get new eids and keep their times. Nothing else may use the data folder meanwhile. */
export async function importCommand(file: string, flags: ImportFlags): Promise<number> {
  const rows = await open(file, flags.format);
  const table = eventTable(tableOf(flags.table, rows, file));
  const history = openHistory(dataDirOf({ flag: flags.dataDir }), true);
  try {
    let unwritten = 0;
    const count = await appendRows(table, rows, (batch) => {
      native().storeAppend(table.name, batch);
      unwritten += batch.length;
      if (unwritten < 50_000) return;
      // Rows must not be evicted before they are on disk.
      native().storeFlush();
      unwritten = 0;
    }).catch((error: unknown) => {
      throw new ShrikeError('E_IMPORT_FILE', { file, reason: messageOf(error) });
    });
    native().storeFlush();
    const { error } = native().storeStatus();
    if (error !== '') throw new ShrikeError('E_DATA_DIR', { dir: dataDirOf({ flag: flags.dataDir }), reason: error });
    note(`${count} rows of ${file} are in ${table.name}.`);
  } finally {
    history.close();
  }
  return exitCodes.fine;
}
