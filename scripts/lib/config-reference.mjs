/** The settings, as Markdown, from their schema. */

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (value) => `\`${value}\``;

function typeOf(schema) {
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  if (schema.anyOf !== undefined) return 'bytes, or a number with KiB, MiB or GiB';
  if (schema.patternProperties !== undefined) return 'mapping of names';
  if (schema.type === 'array') return schema.items.type === 'object' ? 'list of mappings' : 'list of text';
  const range = [schema.minimum === undefined ? '' : `from ${schema.minimum}`, schema.maximum === undefined ? '' : `to ${schema.maximum}`];
  const name = { integer: 'whole number', boolean: '`true` or `false`', string: 'text' }[schema.type] ?? schema.type;
  return [name, ...range].filter((part) => part !== '').join(' ');
}

function defaultOf(schema) {
  if (schema.default === undefined) return '';
  if (schema.patternProperties !== undefined) return Object.keys(schema.default).length === 0 ? 'none' : 'see below';
  if (Array.isArray(schema.default)) return schema.default.length === 0 ? 'none' : 'see below';
  return code(schema.default);
}

/** Every setting with its dotted path; lists of mappings give their own settings as `tokens[].name`. */
function* settings(schema, path = '') {
  for (const [key, value] of Object.entries(schema.properties)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (value.properties !== undefined) yield* settings(value, name);
    else {
      yield { name, schema: value };
      if (value.type === 'array' && value.items.type === 'object') yield* settings(value.items, `${name}[]`);
    }
  }
}

const rows = (schema, path) =>
  [...settings(schema, path)]
    .map(({ name, schema: each }) => `| ${code(name)} | ${typeOf(each)} | ${defaultOf(each)} | ${cell(each.description ?? '')} |`)
    .join('\n');

/** Long lists of defaults, below the tables. */
function lists(schema) {
  const long = [...settings(schema)].filter(({ schema: each }) => Array.isArray(each.default) && each.default.length > 0);
  return long
    .map(
      ({ name, schema: each }) =>
        `The default of ${code(name)}:\n\n\`\`\`yaml\n${each.default.map((value) => `- ${value}`).join('\n')}\n\`\`\`\n`,
    )
    .join('\n');
}

const head = '| setting | value | default | meaning |\n| --- | --- | --- | --- |';

/** @param {{properties: Readonly<Record<string, any>>}} schema */
export function configReference(schema) {
  const single = { properties: Object.fromEntries(Object.entries(schema.properties).filter(([, value]) => value.type !== 'object')) };
  const groups = Object.entries(schema.properties).filter(([, value]) => value.type === 'object');
  const sections = groups.map(([key, value]) => `## ${key}\n\n${value.description}.\n\n${head}\n${rows(value, key)}\n`);
  return `# Configuration

Written by \`npm run docs\` from \`src/config/schema.ts\`: change that, not this.

\`shrike run --config FILE\` reads one YAML file. Every setting has a default, so the file may be empty. A setting that is not known is refused, and so is a
value that does not fit; the error names file, line, column, value and remedy. Flags win over the file; for the data folder \`SHRIKE_DATA_DIR\` stands between the two.

\`\`\`yaml
listen: 127.0.0.1:7717
store:
  memory: 512MiB
query:
  timeout_ms: 30000
\`\`\`

## General

${head}
${rows(single)}

${sections.join('\n')}
${lists(schema)}`;
}
