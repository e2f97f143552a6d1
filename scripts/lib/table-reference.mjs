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

function table(spec) {
  const rows = spec.columns.map((column) => `| \`${column.name}\` | ${column.type} | ${cell(column.description)} | ${notes(column)} |`);
  const examples =
    spec.examples.length === 0 ? '' : `\n\`\`\`sql\n${spec.examples.map((sql) => `${sql.replace(/;?\s*$/, '')};`).join('\n')}\n\`\`\`\n`;
  return `### ${spec.name}\n\n${spec.description}\n\nSource: ${spec.source}\n\n| column | type | meaning | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n${examples}`;
}

/** @param {readonly import('../../src/tables/spec.ts').TableSpec[]} specs */
export function tableReference(specs) {
  const byName = [...specs].sort((a, b) => (a.name < b.name ? -1 : 1));
  const sections = kinds.flatMap(([kind, title, sentence]) => {
    const chosen = byName.filter((spec) => spec.kind === kind);
    return chosen.length === 0 ? [] : [`## ${title}\n\n${sentence}\n\n${chosen.map(table).join('\n')}`];
  });
  return `# Tables\n\nWritten by \`npm run docs\` from the specifications in \`src/tables/\`: change those, not this.\n\n${sections.join('\n')}`;
}
