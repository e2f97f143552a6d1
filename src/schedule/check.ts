/** Whether a query of a pack can run here, and which tables it reads. */
import { ShrikeError } from '../errors.ts';
import type { QueryPool } from '../query/pool.ts';

export interface Checked {
  readonly tables: readonly string[];
  /** Why it cannot run: an unknown table or column, a mistake in the SQL. */
  readonly problem?: string;
  /** What it would cost, or how to bound it. */
  readonly warnings: readonly string[];
}

/** Compiles the query without running it. The pool must have the event tables. */
export async function checkQuery(pool: QueryPool, sql: string): Promise<Checked> {
  try {
    const { summary } = await pool.all({ sql: `EXPLAIN QUERY PLAN ${sql}` });
    return { tables: summary.tables, warnings: summary.warnings };
  } catch (error) {
    if (!(error instanceof ShrikeError)) throw error;
    return { tables: [], problem: `${error.message}${error.hint === '' ? '' : ` (${error.hint})`}`, warnings: [] };
  }
}
