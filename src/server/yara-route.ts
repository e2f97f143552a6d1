/** POST /api/v1/yara/scan: files, folders and processes against YARA rules. GET /api/v1/yara/status, POST /api/v1/yara/reload. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { ShrikeError } from '../errors.ts';
import { RulesRefused, type RuleSet } from '../scan/yara-client.ts';
import type { YaraService } from '../scan/yara-service.ts';
import { walk } from '../scan/yara-walk.ts';
import { type ScanAnswer, type ScanTarget, utf8 } from '../tables/lib/yara-wire.ts';
import { ErrorAnswer } from './schemas.ts';

const closed = { additionalProperties: false } as const;
/** Targets of one request. */
const maxTargets = 20_000;
/** Scans of one request that are under way at the same time. */
const window = 64;

const ScanBody = Type.Object(
  {
    paths: Type.Optional(Type.Array(Type.String({ minLength: 1, pattern: '^/' }), { maxItems: 1000, description: 'Files and folders' })),
    pids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: 1000, description: 'Processes whose memory is scanned' })),
    recursive: Type.Optional(Type.Boolean({ description: 'Folders with all that is below them' })),
    rules: Type.Optional(Type.String({ minLength: 1, description: 'Text of rules; without it the rules in force' })),
    strings: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'Give the strings that were found, at most this many for each rule' }),
    ),
    timeout_ms: Type.Optional(Type.Integer({ minimum: 1, description: 'Longest scan of one target in milliseconds' })),
    all: Type.Optional(Type.Boolean({ description: 'Give targets without a match as well' })),
  },
  closed,
);
type ScanBody = Static<typeof ScanBody>;

const Found = Type.Object({
  id: Type.String(),
  offset: Type.Number(),
  length: Type.Integer(),
  data: Type.String({ description: 'The first bytes, in base64' }),
});
const Match = Type.Object({
  rule: Type.String(),
  namespace: Type.String(),
  tags: Type.Array(Type.String()),
  meta: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  strings: Type.Optional(Type.Array(Found)),
});
const Result = Type.Object({
  target: Type.String({ description: 'Path or process id' }),
  matches: Type.Array(Match),
  error: Type.Optional(Type.String({ description: 'Why there is no verdict' })),
  size: Type.Optional(Type.Number()),
  cached: Type.Optional(Type.Boolean({ description: 'The file did not change since an earlier scan' })),
});
const ScanReply = Type.Object({
  ok: Type.Literal(true),
  results: Type.Array(Result),
  scanned: Type.Integer(),
  matched: Type.Integer(),
  truncated: Type.Boolean({ description: 'There were more targets than one request may have' }),
  elapsed_ms: Type.Number(),
  warnings: Type.Array(Type.String()),
});

async function chosenRules(service: YaraService, text: string | undefined): Promise<RuleSet> {
  if (text === undefined) {
    if (service.rules === undefined) throw new ShrikeError('E_YARA_RULES', { reason: service.problem ?? 'there are none' });
    return service.rules;
  }
  try {
    return await service.client.compile({ sources: [{ namespace: 'default', file: 'rules', text }], threads: 2 });
  } catch (error) {
    if (error instanceof RulesRefused) throw new ShrikeError('E_YARA_RULES', { reason: error.message });
    throw error;
  }
}

function shown(target: string, answer: ScanAnswer, strings: boolean): Static<typeof Result> {
  return {
    target,
    matches: answer.matches.map((match) => ({
      rule: match.rule,
      namespace: utf8(match.namespace),
      tags: match.tags.map(utf8),
      meta: Object.fromEntries(match.meta.map(([key, value]) => [key, typeof value === 'string' ? utf8(value) : value])),
      ...(strings
        ? {
            strings: match.strings.map(([id, offset, length, data]) => ({
              id,
              offset,
              length,
              data: Buffer.from(data, 'latin1').toString('base64'),
            })),
          }
        : {}),
    })),
    ...(answer.failure === undefined ? {} : { error: utf8(answer.error ?? answer.failure) }),
    ...(answer.size === undefined ? {} : { size: answer.size }),
    ...(answer.cached ? { cached: true } : {}),
  };
}

async function* targetsOf(body: ScanBody, problem: (path: string, reason: string) => void): AsyncGenerator<readonly [string, ScanTarget]> {
  for (const pid of body.pids ?? []) yield [String(pid), { pid }];
  for (const path of body.paths ?? []) {
    for await (const file of walk(path, { recursive: body.recursive ?? false, noFollow: false, problem })) yield [file, { path: file }];
  }
}

async function scanAll(service: YaraService, body: ScanBody, gone: AbortSignal): Promise<Static<typeof ScanReply>> {
  const start = performance.now();
  const rules = await chosenRules(service, body.rules);
  const warnings: string[] = [];
  const results: Static<typeof Result>[] = [];
  const running = new Set<Promise<void>>();
  let scanned = 0;
  let truncated = false;
  const options = {
    ...(body.timeout_ms === undefined ? {} : { timeoutMs: body.timeout_ms }),
    ...(body.strings === undefined ? {} : { strings: body.strings }),
  };
  for await (const [name, target] of targetsOf(body, (path, reason) => warnings.length < 100 && warnings.push(`${path}: ${reason}`))) {
    if (gone.aborted) break;
    if (scanned >= maxTargets) {
      truncated = true;
      break;
    }
    scanned++;
    const scan = service.scan(target, options, rules).then((answer) => {
      if (body.all || answer.matches.length > 0 || answer.failure !== undefined)
        results.push(shown(name, answer, body.strings !== undefined));
      running.delete(scan);
    });
    running.add(scan);
    if (running.size >= window) await Promise.race(running);
  }
  await Promise.all(running);
  const matched = results.filter(({ matches }) => matches.length > 0).length;
  return { ok: true, results, scanned, matched, truncated, elapsed_ms: Math.round(performance.now() - start), warnings };
}

export function addYaraRoutes(app: FastifyInstance, service: YaraService): void {
  app.post<{ Body: ScanBody }>('/api/v1/yara/scan', {
    schema: {
      summary: 'Scan files, folders and processes with YARA rules',
      operationId: 'yaraScan',
      body: ScanBody,
      response: { 200: ScanReply, '4xx': ErrorAnswer },
    },
    handler: async ({ body }, reply) => {
      if ((body.paths?.length ?? 0) + (body.pids?.length ?? 0) === 0)
        throw new ShrikeError('E_HTTP_BAD_REQUEST', { reason: 'paths or pids must name something to scan' });
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return scanAll(service, body, gone.signal);
    },
  });
  app.post('/api/v1/yara/reload', {
    schema: {
      summary: 'Read the YARA rule files again',
      operationId: 'yaraReload',
      response: { 200: Type.Object({ ok: Type.Literal(true), rules: Type.Integer() }), '4xx': ErrorAnswer },
    },
    handler: async () => {
      const problem = await service.reload();
      if (problem !== undefined) throw new ShrikeError('E_YARA_RULES', { reason: problem });
      return { ok: true, rules: service.rules?.answer.rules?.length ?? 0 };
    },
  });
  app.get('/api/v1/yara/status', {
    schema: { summary: 'What the YARA scanner did so far', operationId: 'yaraStatus' },
    handler: async () => ({
      ok: true,
      rules: service.rules?.answer.rules?.length ?? 0,
      ...(service.problem === undefined ? {} : { problem: service.problem }),
      waiting: service.pending,
      scanner: await service.client.status(),
    }),
  });
}
