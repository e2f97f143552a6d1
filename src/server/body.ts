/** Request bodies to JavaScript values, with errors of our own. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ShrikeError } from '../errors.ts';

/** Invalid bytes are refused, not replaced: a query must not silently ask for something else. */
function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ShrikeError('E_HTTP_BAD_UTF8');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ShrikeError('E_HTTP_BAD_JSON', { reason: error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read' });
  }
}

function parseParams(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ShrikeError('E_QUERY_PARAMS', { reason: 'params is not valid JSON' });
  }
}

/** Fields of a form; numbers and params are JSON there too. */
export function fromForm(fields: Iterable<readonly [string, string]>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [key, value] of fields) {
    if (key === 'params') body[key] = parseParams(value);
    else if ((key === 'limit' || key === 'timeout_ms') && /^\d+$/.test(value)) body[key] = Number(value);
    else body[key] = value;
  }
  return body;
}

/** Teaches the server JSON, bare SQL, and the type that `curl -d` sends, whatever is in it. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parser = (types: string[], parse: (text: string) => unknown) =>
    app.addContentTypeParser(types, { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) => parse(decode(body)));
  parser(['application/json'], parseJson);
  parser(['application/sql'], (sql) => ({ sql }));
  // `curl -d '{"sql": …}'` calls its body a form.
  parser(['application/x-www-form-urlencoded'], (text) =>
    text.trimStart().startsWith('{') ? parseJson(text) : fromForm(new URLSearchParams(text)),
  );
}
