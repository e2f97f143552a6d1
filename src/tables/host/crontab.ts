import { columns, pidWithNamespace } from '../lib/columns.ts';
import { isFolder, namesIn, readConfig } from '../lib/config-files.ts';
import { mountViews } from '../lib/mount-view.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

const userFolders = ['/var/spool/cron/crontabs', '/var/spool/cron', '/var/cron/tabs', '/var/spool/cron/tabs'];

/** Commands that cron runs. */
export const crontab: GeneratedTableSpec = {
  name: 'crontab',
  kind: 'state',
  description: "Commands that cron runs: the system's tables and those of users.",
  source: '/etc/crontab, /etc/cron.d, /var/spool/cron',
  estimatedRows: 20,
  columns: [
    ...columns(
      ['event', 'TEXT', 'Named time, such as @reboot'],
      ['minute', 'TEXT', 'Minutes'],
      ['hour', 'TEXT', 'Hours'],
      ['day_of_month', 'TEXT', 'Days of the month'],
      ['month', 'TEXT', 'Months'],
      ['day_of_week', 'TEXT', 'Days of the week'],
      ['command', 'TEXT', "What is run; in the system's tables the user stands before it"],
      ['path', 'TEXT', 'File it stands in'],
    ),
    pidWithNamespace,
    ...columns(['username', 'TEXT', 'User it runs as']),
  ],
  examples: [
    'SELECT username, minute, hour, command, path FROM crontab',
    "SELECT * FROM crontab WHERE command LIKE '%curl%' OR command LIKE '%wget%'",
  ],
  *rows(context) {
    for (const view of mountViews(context)) {
      const system = namesIn(context, view.root, '/etc/cron.d').map((name) => `/etc/cron.d/${name}`);
      for (const path of ['/etc/crontab', ...system])
        for (const row of entries(context, view.root, path, undefined)) yield { ...row, ...view.columns };
      for (const folder of userFolders) {
        for (const name of namesIn(context, view.root, folder)) {
          const path = `${folder}/${name}`;
          // /var/spool/cron holds the folder crontabs on some systems, tables on others.
          if (!isFolder(view.root, path)) for (const row of entries(context, view.root, path, name)) yield { ...row, ...view.columns };
        }
      }
    }
  },
};

function* entries(context: TableContext, root: string, path: string, owner: string | undefined): Generator<Row> {
  for (const line of (readConfig(context, root, path) ?? '').split('\n')) {
    const text = line.trim();
    // Assignments set the environment of the commands below them.
    if (text === '' || text.startsWith('#') || /^[A-Za-z_"'][^\s=]*\s*=/.test(text)) continue;
    const named = text.startsWith('@');
    const fields = text.split(/\s+/);
    const count = named ? 1 : 5;
    const command = fields.slice(count).join(' ');
    if (command === '') continue;
    const [minute = '', hour = '', day = '', month = '', weekday = ''] = named ? [] : fields;
    yield {
      event: named ? (fields[0] ?? '') : '',
      minute,
      hour,
      day_of_month: day,
      month,
      day_of_week: weekday,
      command,
      path,
      username: owner ?? fields[count] ?? '',
    };
  }
}
