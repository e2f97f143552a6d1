/** An event table with every width, the same rows in an ordinary table, and a connection that sees both. */
import Database from 'better-sqlite3';
import { extensionPath, type NativeEventColumn, type NativeGeneratedTable, native } from '../../../src/native.ts';
import type { Value, Width } from '../../../src/tables/spec.ts';

const column = (name: string, width: Width, type: string, process = false): NativeEventColumn => ({
  name,
  width,
  type,
  process,
  hidden: false,
});

export const eventColumns: readonly NativeEventColumn[] = [
  column('eid', 'i64', 'BIGINT'),
  column('time', 'i64', 'BIGINT'),
  column('ntime', 'i64', 'BIGINT'),
  column('tiny', 'i8', 'INTEGER'),
  column('medium', 'i32', 'INTEGER'),
  column('unsigned', 'u32', 'BIGINT'),
  column('big', 'i64', 'BIGINT'),
  column('ratio', 'f64', 'DOUBLE'),
  column('name', 'text', 'TEXT'),
  column('note', 'text', 'TEXT'),
  column('pid', 'i64', 'BIGINT', true),
  column('exe', 'text', 'TEXT', true),
  column('exec_id', 'text', 'TEXT', true),
];

/** Opens a connection that has loaded the extension. Read big integers exactly. */
export function connect(): { db: Database.Database; connection: number } {
  const db = new Database(':memory:');
  db.defaultSafeIntegers(true);
  db.loadExtension(extensionPath);
  return { db, connection: native().lastConnection() };
}

/** Makes `plain` with the rows of the event table `events` (column order without eid). */
export function fillPlain(db: Database.Database, rows: readonly (readonly Value[])[], firstEid: number): void {
  db.exec(`DROP TABLE IF EXISTS plain; CREATE TABLE plain(${eventColumns.map((c) => `"${c.name}" ${c.type}`).join(', ')})`);
  const insert = db.prepare(
    `INSERT INTO plain(rowid, ${eventColumns.map((c) => c.name).join(', ')}) VALUES (?, ${eventColumns.map((c) => (c.width === 'text' ? 'CAST(? AS TEXT)' : '?')).join(', ')})`,
  );
  db.transaction(() => {
    rows.forEach((row, i) => {
      const eid = BigInt(firstEid + i);
      insert.run(
        eid,
        eid,
        ...row.map((value) => (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 53 ? BigInt(value) : value)),
      );
    });
  })();
}

/** A generated table's column, with what is not said left off. */
export function generatedColumn(
  name: string,
  type: string,
  more: Partial<NativeGeneratedTable['columns'][number]> = {},
): NativeGeneratedTable['columns'][number] {
  return { name, type, hidden: false, index: false, additional: false, required: '', ...more };
}
