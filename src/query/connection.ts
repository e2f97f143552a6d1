/** A read-only SQLite connection on which every table is declared. */
import Database from 'better-sqlite3';
import { extensionPath, native } from '../native.ts';
import { tables } from '../tables/index.ts';
import type { EngineFacts, GeneratedTableSpec, System } from '../tables/spec.ts';
import { createGenerator, type Generator } from './generate.ts';
import { type ViewSpec, views } from './views.ts';

export interface Connection {
  readonly database: Database.Database;
  /** The addon's number for it. */
  readonly id: number;
  readonly generator: Generator;
}

export interface ConnectionOptions {
  readonly engine: Omit<EngineFacts, 'tables'>;
  readonly system: System;
  /** Throws when the running statement is to stop. */
  readonly checkInterrupt: () => void;
  /** Bound of the page cache in KiB; sorts and materialised subqueries beyond it go to temporary files. */
  readonly cacheKib: number;
  /** Views beside our own; one that SQLite refuses is left out. */
  readonly views?: readonly ViewSpec[];
}

/** Opens a connection on the calling thread; the caller closes it. */
export function openConnection(options: ConnectionOptions): Connection {
  const addon = native();
  const generated = tables.filter((table): table is GeneratedTableSpec => table.kind !== 'event');
  const generator = createGenerator(generated, {
    system: options.system,
    engine: { ...options.engine, tables },
    checkInterrupt: options.checkInterrupt,
  });
  addon.registerTables(generator.tables, generator.generate);
  const database = new Database(':memory:');
  // Temporary b-trees in files, not memory: a sort of ten million rows must not grow the agent. SQLITE_TMPDIR says where.
  database.pragma('temp_store = 1');
  database.pragma(`cache_size = -${options.cacheKib}`);
  database.pragma(`temp.cache_size = -${options.cacheKib}`);
  database.loadExtension(extensionPath);
  const id = addon.lastConnection();
  for (const view of views) database.exec(`CREATE VIEW "${view.name}" AS ${view.sql}`);
  for (const { name, sql } of options.views ?? []) {
    try {
      // prepare, unlike exec, takes one statement only.
      database.prepare(`CREATE VIEW "${name.replaceAll('"', '""')}" AS ${sql}`).run();
    } catch {
      // Who reads the view is told that there is none.
    }
  }
  addon.lockConnection(id);
  return { database, id, generator };
}
