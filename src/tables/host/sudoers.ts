import { dirname } from 'node:path';
import { columns } from '../lib/columns.ts';
import { namesIn, readConfig, readNeeded } from '../lib/config-files.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** Rules of sudo. */
export const sudoers: GeneratedTableSpec = {
  name: 'sudoers',
  kind: 'state',
  description: 'Rules of sudo, with those of the files it includes.',
  source: '/etc/sudoers',
  estimatedRows: 20,
  columns: columns(
    ['source', 'TEXT', 'File the rule stands in'],
    ['header', 'TEXT', 'First word: a user, a group with %, Defaults, an alias, include or includedir'],
    ['rule_details', 'TEXT', 'The rest of the rule'],
  ),
  examples: [
    "SELECT header, rule_details FROM sudoers WHERE header NOT LIKE 'Defaults%'",
    "SELECT * FROM sudoers WHERE rule_details LIKE '%NOPASSWD%'",
  ],
  *rows(context) {
    if (readNeeded(context, context.system.root, '/etc/sudoers') !== undefined) yield* rules(context, '/etc/sudoers', []);
  },
};

/** @param above files that include this one: one among them again would never end */
function* rules(context: TableContext, path: string, above: readonly string[]): Generator<Row> {
  context.checkInterrupt();
  if (above.includes(path)) {
    context.warn(`${path} includes itself`);
    return;
  }
  const text = readConfig(context, context.system.root, path);
  // A line that ends in a backslash goes on in the next.
  for (const raw of (text ?? '').replace(/\\\n/g, ' ').split('\n')) {
    const line = raw.trim();
    const include = /^[#@](include|includedir)\s+(\S.*)$/.exec(line);
    if (include) {
      const target = (include[2] ?? '').replace(/^"(.*)"$/, '$1');
      yield { source: path, header: include[1] ?? '', rule_details: target };
      const full = target.startsWith('/') ? target : `${dirname(path)}/${target}`;
      if (include[1] === 'include') yield* rules(context, full, [...above, path]);
      // sudo ignores names with a dot and those of editors' copies.
      else
        for (const name of namesIn(context, context.system.root, full))
          if (!/\.|~$/.test(name)) yield* rules(context, `${full}/${name}`, [...above, path]);
      continue;
    }
    if (line === '' || (line.startsWith('#') && !/^#\d/.test(line))) continue;
    const [header = '', ...rest] = line.split(/\s+/);
    yield { source: path, header, rule_details: rest.join(' ') };
  }
}
