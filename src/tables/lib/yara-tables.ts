/** What the tables `yara` and `yara_process` share: signature columns, choosing rules, shaping a row. */
import { statSync } from 'node:fs';
import type { ColumnSpec, Row, TableContext } from '../spec.ts';
import { columns } from './columns.ts';
import { textsOf } from './constraints.ts';
import { compileSync } from './yara-sync.ts';
import { complaint, ownRules, ruleSources } from './yara-sources.ts';
import { type RuleSource, type ScanAnswer, type ScanOptions, type StringMatch, utf8 } from './yara-wire.ts';

/** Of a scan that a query asked for. Longer ones belong on the command line. */
export const queryScan: ScanOptions = { timeoutMs: 60_000, maxSize: 2 ** 31, strings: 1000 };

/** Processes that scan for queries at the same time. */
export const queryThreads = 2;

export const signatureColumns: readonly ColumnSpec[] = columns(
  ['matches', 'TEXT', 'Names of the rules that match, separated by commas'],
  ['count', 'INTEGER', 'How many rules match'],
  [
    'sig_group',
    'TEXT',
    'Signature group to scan with: shrike for the rules that come with it, or one of the configuration',
    { additional: true },
  ],
  ['sigfile', 'TEXT', 'File or folder of rules to scan with', { additional: true }],
  ['sigrule', 'TEXT', 'Text of a rule to scan with', { additional: true, hidden: true }],
  ['strings', 'TEXT', 'Strings that were found, as identifier:offset in hexadecimal, separated by commas'],
  ['tags', 'TEXT', 'Tags of the matching rules, separated by commas'],
  ['sigurl', 'TEXT', 'Always NULL: rules are not fetched from the network', { hidden: true, additional: true }],
);

export const verdictColumns: readonly ColumnSpec[] = columns(
  ['severity', 'TEXT', 'Highest severity among the matching rules: low, medium, high or critical'],
  ['attack', 'TEXT', 'ATT&CK techniques of the matching rules, separated by commas'],
  ['error', 'TEXT', 'Why there is no verdict; NULL when there is one'],
);

export interface Signature {
  readonly set: number;
  /** Values of the selecting columns, to be put into each row. */
  readonly columns: Row;
}

function groupSources(group: string, context: TableContext): RuleSource[] | undefined {
  const paths = context.engine.signatures?.[group];
  if (paths !== undefined) return ruleSources(paths);
  return group === 'shrike' ? ownRules() : undefined;
}

function compile(sources: readonly RuleSource[], name: string, columns: Row, context: TableContext): Signature | undefined {
  const answer = compileSync({ sources, threads: queryThreads }, () => context.checkInterrupt());
  const wrong = complaint(answer);
  if (wrong !== undefined || answer.set === undefined) {
    context.warn(`rules of ${name} cannot be used: ${wrong}`);
    return undefined;
  }
  return { set: answer.set, columns };
}

/** The rule sets a query names by sig_group, sigfile and sigrule, or the rules that come with Shrike when it names none. */
export function* signaturesOf(context: TableContext): Generator<Signature> {
  const groups = textsOf(context, 'sig_group');
  const files = textsOf(context, 'sigfile');
  const texts = textsOf(context, 'sigrule');
  const wanted = groups === undefined && files === undefined && texts === undefined ? ['shrike'] : (groups ?? []);
  for (const group of wanted) {
    const sources = groupSources(group, context);
    if (sources === undefined) context.warn(`there is no signature group ${group}: yara.signatures of the configuration has them`);
    else {
      const set = compile(sources, `signature group ${group}`, { sig_group: group }, context);
      if (set !== undefined) yield set;
    }
  }
  for (const file of files ?? []) {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) {
      context.warn(`there is no file of rules ${file}`);
      continue;
    }
    const set = compile(ruleSources([file]), file, { sigfile: file }, context);
    if (set !== undefined) yield set;
  }
  for (const text of texts ?? []) {
    const set = compile([{ namespace: 'default', file: 'sigrule', text }], 'sigrule', { sigrule: text }, context);
    if (set !== undefined) yield set;
  }
}

const severities = ['low', 'medium', 'high', 'critical'];

const metaOf = (answer: ScanAnswer, name: string): string[] =>
  answer.matches.flatMap(({ meta }) => meta.filter(([key]) => key === name).map(([, value]) => String(value)));

/** The highest severity that matching rules give in their meta, or null. */
export function severityOf(answer: ScanAnswer): string | null {
  const found = metaOf(answer, 'severity').map((text) => severities.indexOf(text));
  return severities[Math.max(-1, ...found)] ?? null;
}

/** Techniques of the matching rules, once each. */
export function techniquesOf(answer: ScanAnswer): string | null {
  const found = new Set(metaOf(answer, 'attack').flatMap((text) => text.split(/[ ,]+/)));
  return found.size === 0 ? null : [...found].join(',');
}

const showString = ([id, offset]: StringMatch) => `${id}:${offset.toString(16)}`;

/** The columns that a verdict fills. */
export function verdictRow(answer: ScanAnswer): Row {
  const { matches, failure, error, culprit } = answer;
  const blame = culprit === undefined ? '' : ` in rule ${culprit}`;
  return {
    matches: matches.map(({ rule }) => rule).join(','),
    count: matches.length,
    strings: matches.flatMap(({ strings }) => strings.map(showString)).join(','),
    tags: [...new Set(matches.flatMap(({ tags }) => tags.map(utf8)))].join(','),
    severity: severityOf(answer),
    attack: techniquesOf(answer),
    error: failure === undefined ? null : `${utf8(error ?? failure)}${blame}`,
  };
}
