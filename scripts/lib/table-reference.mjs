/** The table reference, as Markdown. */

const kinds = [
  ['event', 'Event tables', 'One row per event, kept in memory until the oldest make room. Bound queries by `time` or `eid`.'],
  ['state', 'State tables', 'Read from the machine at the moment of the query.'],
  ['kubernetes', 'Kubernetes tables', 'What the API server last said.'],
  ['engine', "The engine's own tables", 'Shrike about itself.'],
];

// A vertical bar would end the cell.
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** What a query must or may do with a column, in words. */
function notes(column) {
  const list = [];
  if (column.requiredGroup !== undefined) list.push(`required, by \`=\` or \`IN\` (any one of the group ${column.requiredGroup})`);
  else if (column.required) list.push('required, by `=` or `IN`');
  if (column.index) list.push('indexed');
  if (column.additional) list.push('pushed down');
  if (column.hidden) list.push('hidden');
  return list.join('; ');
}

const head = '| column | type | meaning | |\n| --- | --- | --- | --- |';
const line = (column) => `| \`${column.name}\` | ${column.type} | ${cell(column.description)} | ${notes(column)} |`;

/** Columns that every table of what processes did has in the same words. */
function commonColumns(specs) {
  const [first, ...rest] = specs.filter((spec) => spec.columns.some((column) => column.name === 'exec_id'));
  if (first === undefined || rest.length === 0) return [];
  return first.columns.filter((column) => rest.every((spec) => spec.columns.some((other) => line(other) === line(column))));
}

function table(spec, common) {
  const has = (list, column) => list.some((other) => line(other) === line(column));
  const full = !common.every((column) => has(spec.columns, column));
  const own = full ? spec.columns : spec.columns.filter((column) => !has(common, column));
  const more = full || common.length === 0 ? '' : 'Has the [common columns](#common-columns) and:\n\n';
  const examples =
    spec.examples.length === 0 ? '' : `\n\`\`\`sql\n${spec.examples.map((sql) => `${sql.replace(/;?\s*$/, '')};`).join('\n')}\n\`\`\`\n`;
  return `### ${spec.name}\n\n${spec.description}\n\nSource: ${spec.source}\n\n${more}${head}\n${own.map(line).join('\n')}\n${examples}`;
}

/** One kind of tables: an index, the columns that all have, then each table. */
function section([kind, title, sentence], specs) {
  const chosen = specs.filter((spec) => spec.kind === kind);
  if (chosen.length === 0) return [];
  const index = chosen.map((spec) => `[${spec.name}](#${spec.name})`).join(', ');
  const common = kind === 'event' ? commonColumns(chosen) : [];
  const shared =
    common.length === 0
      ? ''
      : `\n### Common columns\n\nEvery table of what processes did has these.\n\n${head}\n${common.map(line).join('\n')}\n`;
  return [`## ${title}\n\n${sentence}\n\n${index}\n${shared}\n${chosen.map((spec) => table(spec, common)).join('\n')}`];
}

/** @param {readonly import('../../src/tables/spec.ts').TableSpec[]} specs */
export function tableReference(specs) {
  const byName = [...specs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const sections = kinds.flatMap((kind) => section(kind, byName));
  return `# Tables\n\nWritten by \`npm run docs\` from the specifications in \`src/tables/\`: change those, not this.\n\n${sections.join('\n')}`;
}
