import { columns, pidWithNamespace } from '../lib/columns.ts';
import { isThere, namesIn, parseIni, readConfig } from '../lib/config-files.ts';
import { mountViews } from '../lib/mount-view.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Archives that yum and dnf take packages from. */
export const yum_sources: GeneratedTableSpec = {
  name: 'yum_sources',
  kind: 'state',
  description: 'Archives that yum, dnf and zypper take packages from.',
  source: '/etc/yum.repos.d, /etc/yum.conf, /etc/dnf/dnf.conf, /etc/zypp/repos.d',
  estimatedRows: 10,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name'],
      ['source', 'TEXT', 'File that names it'],
      ['baseurl', 'TEXT', 'Address'],
      ['mirrorlist', 'TEXT', 'Address of a list of mirrors'],
      ['metalink', 'TEXT', 'Address of a metalink'],
      ['enabled', 'TEXT', 'Whether it is used: 1 yes'],
      ['gpgcheck', 'TEXT', 'Whether signatures are checked: 1 yes'],
      ['gpgkey', 'TEXT', 'Address of its key'],
    ),
    pidWithNamespace,
  ],
  examples: ["SELECT name, baseurl FROM yum_sources WHERE enabled = '1'", "SELECT name FROM yum_sources WHERE gpgcheck <> '1'"],
  *rows(context) {
    for (const view of mountViews(context)) {
      const files = ['/etc/yum.conf', '/etc/dnf/dnf.conf'].filter((path) => isThere(view.root, path));
      for (const folder of ['/etc/yum.repos.d', '/etc/zypp/repos.d']) {
        for (const name of namesIn(context, view.root, folder)) if (name.endsWith('.repo')) files.push(`${folder}/${name}`);
      }
      if (files.length === 0) context.warn(`there is no ${view.root}/etc/yum.repos.d: no Red Hat or SUSE system`);
      for (const path of files) {
        for (const { name, values } of parseIni(readConfig(context, view.root, path) ?? '')) {
          if (name === 'main') continue;
          const value = (key: string): string => values.get(key) ?? '';
          yield {
            name: value('name') || name,
            source: path,
            baseurl: value('baseurl'),
            mirrorlist: value('mirrorlist'),
            metalink: value('metalink'),
            // As the tools take it: what is not said to be off is on.
            enabled: value('enabled') || '1',
            gpgcheck: value('gpgcheck'),
            gpgkey: value('gpgkey'),
            ...view.columns,
          };
        }
      }
    }
  },
};
