import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigSchema } from '../../src/config/schema.ts';
import { errorCatalogue } from '../../src/errors.ts';
import { packageRoot } from '../../src/paths.ts';

const page = (name: string) => readFileSync(join(packageRoot, 'docs', name), 'utf8');
/** The scripts are plain JavaScript, whose types are in comments. */
const script = async <T>(name: string) => (await import(join(packageRoot, 'scripts', 'lib', name))) as T;

describe('the reference pages say what the code says (npm run docs writes them)', () => {
  it('configuration.md', async () => {
    const { configReference } = await script<{ configReference(schema: unknown): string }>('config-reference.mjs');
    expect(page('configuration.md')).toBe(configReference(ConfigSchema));
  });

  it('errors.md', async () => {
    const { errorReference } = await script<{ errorReference(catalogue: unknown): string }>('error-reference.mjs');
    expect(page('errors.md')).toBe(errorReference(errorCatalogue));
  });
});
