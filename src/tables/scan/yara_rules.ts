import { columns } from '../lib/columns.ts';
import { textsOf } from '../lib/constraints.ts';
import { compileSync } from '../lib/yara-sync.ts';
import { complaint, ownRules, ruleSources } from '../lib/yara-sources.ts';
import { type CompiledRule, utf8 } from '../lib/yara-wire.ts';
import type { GeneratedTableSpec, TableContext } from '../spec.ts';

const meta = (rule: CompiledRule, name: string): string | null => {
  const found = rule.meta.find(([key]) => key === name)?.[1];
  return found === undefined ? null : utf8(String(found));
};

function* groupsOf(context: TableContext): Generator<readonly [string, ReturnType<typeof ownRules>]> {
  const signatures = context.engine.signatures ?? {};
  const wanted = textsOf(context, 'sig_group') ?? ['shrike', ...Object.keys(signatures)];
  for (const group of new Set(wanted)) {
    const paths = signatures[group];
    if (paths !== undefined) yield [group, ruleSources(paths)];
    else if (group === 'shrike') yield [group, ownRules()];
  }
}

/** The YARA rules of every signature group. */
export const yara_rules: GeneratedTableSpec = {
  name: 'yara_rules',
  kind: 'state',
  description: 'YARA rules of the signature groups, as they compile now.',
  source: 'Rule files in yara/ and those that yara.signatures of the configuration names',
  estimatedRows: 500,
  columns: columns(
    ['rule', 'TEXT', 'Name of the rule'],
    ['sig_group', 'TEXT', 'Signature group', { index: true }],
    ['namespace', 'TEXT', 'Namespace: the name of the file it is in'],
    ['id', 'TEXT', 'Its id, from the meta section'],
    ['description', 'TEXT', 'What it finds, from the meta section'],
    ['severity', 'TEXT', 'low, medium, high or critical, from the meta section'],
    ['attack', 'TEXT', 'ATT&CK technique, from the meta section'],
    ['author', 'TEXT', 'Who wrote it, from the meta section'],
    ['tags', 'TEXT', 'Tags, separated by commas'],
    ['strings', 'INTEGER', 'How many strings it looks for'],
    ['meta', 'TEXT', 'The whole meta section, as a JSON array of pairs'],
  ),
  examples: [
    'SELECT rule, severity, attack FROM yara_rules ORDER BY rule LIMIT 10',
    'SELECT namespace, count(*) AS rules FROM yara_rules GROUP BY namespace',
  ],
  *rows(context) {
    for (const [group, sources] of groupsOf(context)) {
      const answer = compileSync({ sources, threads: 2 }, () => context.checkInterrupt());
      const wrong = complaint(answer);
      if (wrong !== undefined) context.warn(`rules of signature group ${group} cannot be used: ${wrong}`);
      for (const rule of answer.rules ?? []) {
        yield {
          rule: rule.rule,
          sig_group: group,
          namespace: utf8(rule.namespace),
          id: meta(rule, 'id'),
          description: meta(rule, 'description'),
          severity: meta(rule, 'severity'),
          attack: meta(rule, 'attack'),
          author: meta(rule, 'author'),
          tags: rule.tags.map(utf8).join(','),
          strings: rule.strings,
          meta: utf8(JSON.stringify(rule.meta)),
        };
      }
    }
  },
};
