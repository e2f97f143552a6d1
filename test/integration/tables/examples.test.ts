/** Every example of every generated table, through SQLite and the addon, on the machine itself. */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { eventLayout } from '../../../src/agent/layout.ts';
import { native } from '../../../src/native.ts';
import { addonPath } from '../../../src/paths.ts';
import { type Connection, openConnection } from '../../../src/query/connection.ts';
import { views } from '../../../src/query/views.ts';
import { tables } from '../../../src/tables/index.ts';
import { machine } from '../../unit/tables/harness.ts';

const built = existsSync(addonPath);
if (!built) console.log('skipped: the addon is not built');

/** What a query may take at most. */
const patience = 16_000;

describe.skipIf(!built)('examples', () => {
  let connection: Connection | undefined;
  const open = (): Connection => {
    if (connection === undefined) native().storeOpen({ memoryBytes: 64 * 2 ** 20, tables: eventLayout(tables) });
    connection ??= openConnection({
      engine: { version: '0.0.0-test', dataDir: '/nowhere', startTime: 0, sources: {} },
      system: machine,
      checkInterrupt: () => {},
      cacheKib: 8192,
    });
    return connection;
  };
  afterAll(() => connection?.database.close());

  const generated = tables.filter((table) => table.kind === 'state' || table.kind === 'engine');
  it.each(generated.flatMap((table) => table.examples.map((sql) => [table.name, sql] as const)))(
    '%s: %s',
    (_, sql) => {
      const { database, generator } = open();
      generator.reset();
      const start = performance.now();
      const rows = database.prepare(sql).all();
      expect(performance.now() - start).toBeLessThan(patience);
      expect(Array.isArray(rows)).toBe(true);
    },
    patience * 2,
  );

  it.each(generated.filter((table) => !table.columns.some((column) => column.required)).map((table) => [table.name] as const))(
    'SELECT * FROM %s answers, or says why it is empty',
    (name) => {
      const { database, generator } = open();
      generator.reset();
      const rows = database.prepare(`SELECT * FROM "${name}"`).all();
      // Nothing to show is an answer of its own where the source can be empty.
      const mayBeEmpty =
        /^(last|md_|usb_devices|shared_memory|kernel_keys|.*_(addons|extensions|plugins|packages|keys|hosts|configs|history|scripts)$|oem_strings|memory_|crontab|yum|msr|shell|arp|interface_ipv6|process_open_pipes|osquery_|shrike_|npm|yara|docker|portage|known|secureboot|acpi)/;
      if (rows.length === 0 && !mayBeEmpty.test(name)) expect(generator.warnings(), name).not.toEqual([]);
    },
    patience * 2,
  );

  it.each(views.map((view) => [view.name] as const))('%s is a view that can be asked', (name) => {
    const where = name === 'yara_file' ? " WHERE path = '/etc/hostname'" : '';
    expect(Array.isArray(open().database.prepare(`SELECT * FROM "${name}"${where}`).all())).toBe(true);
  });

  it('hands on IS as it does =, and LIKE made of columns', () => {
    const { database } = open();
    expect(database.prepare("SELECT path FROM file WHERE path IS '/etc/passwd'").all()).toEqual([{ path: '/etc/passwd' }]);
    const made = "SELECT file.path FROM (SELECT '/etc/pass' AS stem) JOIN file ON file.path LIKE stem || 'wd%'";
    expect(database.prepare(made).pluck().all()).toContain('/etc/passwd');
    expect(() => database.prepare('SELECT * FROM file').all()).toThrow('file needs "path" or "directory"');
  });

  it('does not walk /proc for one process', () => {
    const { database } = open();
    const statement = database.prepare('SELECT name FROM processes WHERE pid = ?');
    const once = (): number => {
      const start = performance.now();
      for (let i = 0; i < 200; i++) statement.get(process.pid);
      return (performance.now() - start) / 200;
    };
    once();
    const all = database.prepare('SELECT name FROM processes');
    const start = performance.now();
    all.all();
    expect(once()).toBeLessThan((performance.now() - start) / 3);
  });
});
