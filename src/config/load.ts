/** Reads a configuration file. A mistake is an error that names the file, the place, the value and the remedy. */
import { readFileSync } from 'node:fs';
import { Ajv, type DefinedError } from 'ajv';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { ShrikeError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type Config, ConfigSchema } from './schema.ts';

interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

interface Problem {
  readonly offset: number;
  readonly reason: string;
  readonly suggestion: string;
}

const seeManual = 'docs/configuration.md describes every setting.';

function invalid(source: Source, problems: readonly Problem[]): ShrikeError {
  const [first] = [...problems].sort((a, b) => a.offset - b.offset);
  const { line, col } = source.lines.linePos(first?.offset ?? 0);
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new ShrikeError('E_CONFIG_INVALID', {
    where: `${source.file}:${line}:${col}`,
    reason: `${first?.reason ?? 'not valid'}${more}`,
    suggestion: first?.suggestion ?? seeManual,
  });
}

/** ajv names a place by JSON pointer. */
function pathOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function offsetOf(source: Source, path: readonly string[]): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = source.document.getIn(
      path.slice(0, depth).map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      true,
    );
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(source: Source, path: readonly string[], key: string): number {
  const parent = path.length === 0 ? source.document.contents : source.document.getIn(path, true);
  if (isMap(parent)) {
    for (const { key: node } of parent.items) if (isScalar(node) && String(node.value) === key && node.range) return node.range[0];
  }
  return offsetOf(source, path);
}

const show = (value: unknown) => JSON.stringify(value) ?? String(value);

function expectation(error: DefinedError): string {
  switch (error.keyword) {
    case 'type':
      return `must be ${error.params.type === 'object' ? 'a mapping' : error.params.type === 'array' ? 'a list' : `of type ${error.params.type}`}`;
    case 'enum':
      return `must be one of ${error.params.allowedValues.join(', ')}`;
    case 'minimum':
      return `must be at least ${error.params.limit}`;
    case 'maximum':
      return `must be at most ${error.params.limit}`;
    case 'pattern':
      return `must match ${error.params.pattern}`;
    case 'anyOf':
      return 'must be a number of bytes, or a number with KiB, MiB or GiB';
    case 'required':
      return `lacks "${error.params.missingProperty}"`;
    default:
      return error.message ?? 'is not valid';
  }
}

/** Keys the schema knows at the place an unknown one was found. */
function knownKeys(error: DefinedError): string[] {
  // `verbose` puts the failing object's schema here; ours always has properties.
  const schema = error.parentSchema as { properties?: Record<string, unknown> } | undefined;
  return Object.keys(schema?.properties ?? {});
}

function problemOf(source: Source, error: DefinedError): Problem {
  const path = pathOf(error.instancePath);
  const name = path.join('.') || 'the configuration';
  if (error.keyword === 'additionalProperties') {
    const key = error.params.additionalProperty;
    const known = knownKeys(error);
    const near = nearest(key, known);
    return {
      offset: keyOffset(source, path, key),
      reason: `unknown setting "${[...path, key].join('.')}"`,
      suggestion: near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${near}?`,
    };
  }
  // Somebody may have put a token where its digest belongs: never repeat it.
  const value = error.keyword === 'required' || path[0] === 'tokens' ? '' : `, not ${show(error.data)}`;
  const description = (error.parentSchema as { description?: string } | undefined)?.description;
  return {
    offset: offsetOf(source, path),
    reason: `${name} ${expectation(error)}${value}`,
    suggestion: description === undefined ? seeManual : `${description}.`,
  };
}

/** A union reports each of its branches too; the union's own error says it all. */
function withoutBranches(errors: readonly DefinedError[]): DefinedError[] {
  const unions = new Set(errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath));
  return errors.filter(({ instancePath, keyword }) => keyword === 'anyOf' || !unions.has(instancePath));
}

/**
 * Checks configuration text and fills in the defaults.
 *
 * @throws ShrikeError E_CONFIG_INVALID at the first mistake.
 */
export function parseConfig(text: string, file: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const source = { file, document, lines };
  if (document.errors.length > 0) {
    throw invalid(
      source,
      document.errors.map(({ pos, message }) => ({
        offset: pos[0],
        reason: message.split('\n', 1)[0]?.replace(/ at line \d+.*$/, '') ?? message,
        suggestion: 'The file is YAML.',
      })),
    );
  }
  const value: unknown = document.toJS() ?? {};
  const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true, strict: false }).compile<Config>(ConfigSchema);
  if (validate(value)) return value;
  // ajv types its errors loosely; with no custom keywords all of them are DefinedError.
  throw invalid(
    source,
    withoutBranches((validate.errors ?? []) as DefinedError[]).map((error) => problemOf(source, error)),
  );
}

/** The configuration of a file, or the defaults without one. */
export function loadConfig(file: string | undefined): Config {
  if (file === undefined) return parseConfig('', '(defaults)');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ShrikeError('E_CONFIG_READ', { file, reason: error instanceof Error ? error.message : String(error) });
  }
  return parseConfig(text, file);
}
