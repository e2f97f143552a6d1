import { columns } from '../lib/columns.ts';
import { namesIn, parseIni, readConfig } from '../lib/config-files.ts';
import { homesOf } from '../lib/homes.ts';
import { readUnits } from '../lib/systemd.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** What starts by itself. */
export const startup_items: GeneratedTableSpec = {
  name: 'startup_items',
  kind: 'state',
  description: 'What starts at boot or login: units of systemd, init scripts, autostart entries of desktops.',
  source: 'systemctl show, unit files, /etc/init.d, /etc/xdg/autostart, ~/.config/autostart',
  estimatedRows: 300,
  columns: columns(
    ['name', 'TEXT', 'Name of the item'],
    ['path', 'TEXT', 'Program, or file of the unit'],
    ['args', 'TEXT', 'Arguments of the program'],
    ['type', 'TEXT', 'Startup Item or systemd unit'],
    ['source', 'TEXT', 'Folder or file it stands in'],
    ['status', 'TEXT', 'enabled; the active state of a unit'],
    ['username', 'TEXT', 'User it runs as, where one is named'],
  ),
  examples: [
    "SELECT name, path FROM startup_items WHERE status = 'active'",
    "SELECT name, path, username FROM startup_items WHERE type = 'Startup Item'",
  ],
  *rows(context) {
    for (const home of homesOf(context)) {
      yield* desktopEntries(context, `${home.folder}/.config/autostart`, home.username);
      yield* scripts(context, `${home.folder}/.config/autostart-scripts`, home.username);
    }
    yield* scripts(context, '/etc/init.d', '');
    yield* desktopEntries(context, '/etc/xdg/autostart', '');
    for (const unit of readUnits(context)) {
      yield {
        name: unit.id,
        path: unit.fragmentPath,
        args: unit.exec,
        type: 'systemd unit',
        source: unit.sourcePath,
        status: unit.activeState,
        username: unit.user,
      };
    }
  },
};

function* scripts(context: TableContext, folder: string, username: string): Generator<Row> {
  for (const name of namesIn(context, context.system.root, folder)) {
    if (name !== 'README')
      yield { name, path: `${folder}/${name}`, args: '', type: 'Startup Item', source: folder, status: 'enabled', username };
  }
}

function* desktopEntries(context: TableContext, folder: string, username: string): Generator<Row> {
  for (const file of namesIn(context, context.system.root, folder)) {
    if (!file.endsWith('.desktop')) continue;
    const entry = parseIni(readConfig(context, context.system.root, `${folder}/${file}`) ?? '').find(
      ({ name }) => name === 'Desktop Entry',
    );
    const [path = '', ...args] = (entry?.values.get('Exec') ?? '').split(' ');
    const hidden = entry?.values.get('Hidden') === 'true';
    yield {
      name: entry?.values.get('Name') ?? file,
      path,
      args: args.join(' '),
      type: 'Startup Item',
      source: folder,
      status: hidden ? 'disabled' : 'enabled',
      username,
    };
  }
}
