/** The HTTP server: routes, authentication, limits, and one shape for every error. */
import { chmodSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { Ajv } from 'ajv';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { envelope, ShrikeError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { QueryPool } from '../query/pool.ts';
import { type Address, showAddress } from './address.ts';
import { addAuthentication } from './authentication.ts';
import { addBodyParsers } from './body.ts';
import { asShrikeError } from './http-error.ts';
import type { Metrics } from './metrics.ts';
import { addQueryRoutes } from './query-route.ts';
import { HealthAnswer } from './schemas.ts';
import { addTableRoutes } from './tables-route.ts';
import { addYaraRoutes } from './yara-route.ts';
import type { YaraService } from '../scan/yara-service.ts';
import type { Tokens } from './tokens.ts';
import { clearSocket } from './unix-socket.ts';

export interface ServerOptions {
  readonly address: Address;
  /** PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly tokens: Tokens;
  readonly pool: QueryPool;
  /** Undefined where there is no scanner. */
  readonly yara?: YaraService | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly version: string;
  readonly bodyLimit: number;
  /** Requests a minute. */
  readonly rateLimit: number;
  readonly slowMs: number;
  /** How long a connection may make no progress: longer than any query may take. */
  readonly stallMs: number;
  /** What keeps the agent from doing all it was asked for, a sentence each. */
  problems(): readonly string[];
}

export interface RunningServer {
  /** With the port that was really taken; `unix:/path` for a socket. */
  readonly url: string;
  close(): Promise<void>;
}

const headers = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function readTls(files: { readonly cert: string; readonly key: string }): { cert: Buffer; key: Buffer } {
  try {
    return { cert: readFileSync(files.cert), key: readFileSync(files.key) };
  } catch (error) {
    throw new ShrikeError('E_TLS', { reason: messageOf(error) });
  }
}

function serverFactory({ tls, stallMs }: ServerOptions): (handler: RequestListener) => Server {
  return (handler) => {
    const timeouts = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 30_000 };
    let server: Server;
    try {
      server =
        tls === undefined
          ? createServer(timeouts, handler)
          : createTlsServer({ ...timeouts, ...readTls(tls), minVersion: 'TLSv1.2' }, handler);
    } catch (error) {
      throw error instanceof ShrikeError ? error : new ShrikeError('E_TLS', { reason: messageOf(error) });
    }
    // A client that never reads holds its connection no longer than this.
    server.timeout = stallMs;
    return server;
  };
}

/** Errors below HTTP: what came is no request, or came too slowly. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const long = error.code === 'HPE_HEADER_OVERFLOW';
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const answer = long
    ? new ShrikeError('E_HTTP_HEADERS')
    : late
      ? new ShrikeError('E_HTTP_TIMEOUT')
      : new ShrikeError('E_HTTP_BAD_REQUEST', { reason: 'this is not a valid HTTP request' });
  const body = JSON.stringify(envelope(answer));
  const status = long ? '431 Request Header Fields Too Large' : late ? '408 Request Timeout' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** 404 for what is nowhere, 405 for what answers another method. */
function addNotFound(app: FastifyInstance): void {
  const routes: { readonly method: string; readonly pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const pattern = new RegExp(`^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`);
    for (const each of [method].flat()) routes.push({ method: each, pattern });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (allowed.length === 0) throw new ShrikeError('E_HTTP_NOT_FOUND', { method: request.method, path: path.slice(0, 200) });
    reply.header('allow', allowed.join(', '));
    throw new ShrikeError('E_HTTP_METHOD', { method: request.method, path, allowed: allowed.join(' or ') });
  });
}

function addErrors(app: FastifyInstance, { bodyLimit, log }: ServerOptions): void {
  app.setErrorHandler((error: FastifyError | ShrikeError, request, reply) => {
    const known = asShrikeError(error, { id: request.id, bodyLimit, type: request.headers['content-type'] });
    if (known.code === 'E_HTTP_INTERNAL') log.error({ error, request: request.id, route: request.routeOptions.url }, 'a request failed');
    if (known.status === 503) reply.header('retry-after', '1');
    if (known.status === 401) reply.header('www-authenticate', 'Bearer');
    if (known.code === 'E_HTTP_BODY_TOO_LARGE') reply.header('connection', 'close');
    void reply.code(known.status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(envelope(known));
  });
}

function addLogging(app: FastifyInstance, { log, metrics, slowMs }: ServerOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers).header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    metrics.request(route, request.method, reply.statusCode);
    const facts = {
      request: request.id,
      route,
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      client: request.tokenName,
    };
    if (reply.elapsedTime >= slowMs) log.warn(facts, 'slow request');
    else log.debug(facts, 'request');
  });
}

function addHealth(app: FastifyInstance, { problems, metrics }: ServerOptions): void {
  const config = { open: true };
  app.get('/healthz', {
    config,
    schema: { summary: 'The process answers', security: [], response: { 200: HealthAnswer } },
    handler: async () => ({ ok: true }),
  });
  app.get('/readyz', {
    config,
    schema: { summary: 'The agent has all it was asked for', security: [], response: { 200: HealthAnswer, 503: HealthAnswer } },
    handler: async (_request, reply) => {
      const found = problems();
      return found.length === 0 ? { ok: true } : reply.code(503).send({ ok: false, problems: found });
    },
  });
  app.get('/metrics', {
    schema: { summary: 'Prometheus metrics', produces: ['text/plain'] },
    handler: async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  });
  app.get('/openapi.json', { schema: { summary: 'This description' }, handler: async () => app.swagger() });
}

async function addRateLimit(app: FastifyInstance, max: number): Promise<void> {
  await app.register(rateLimit, {
    max,
    timeWindow: '1 minute',
    // Only a token that is known counts for itself: made-up ones must not make new allowances.
    keyGenerator: (request) => (request.tokenName === undefined ? `ip:${request.ip}` : `token:${request.tokenName}`),
    errorResponseBuilder: (_request, { max: most, after }) => new ShrikeError('E_HTTP_RATE', { max: most, window: 'a minute', after }),
  });
}

/** Builds the server without listening. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  let requests = 0;
  const app: FastifyInstance = Fastify({
    serverFactory: serverFactory(options),
    bodyLimit: options.bodyLimit,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    logger: false,
    requestIdHeader: false,
    genReqId: () => `${process.pid.toString(36)}-${(++requests).toString(36)}`,
    clientErrorHandler: answerClientError,
    // Addresses that the router cannot read never get as far as the error handler.
    frameworkErrors: (error, request, reply) => {
      const known = asShrikeError(error, { id: request.id, bodyLimit: options.bodyLimit, type: undefined });
      // The option's reply has a type of its own, which knows no schema to check the answer with.
      const plain = reply as unknown as FastifyReply;
      void plain
        .code(known.status)
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(envelope(known)));
    },
    routerOptions: { maxParamLength: 200 },
  });
  // The body is checked as it is; query strings have only text, so numbers are read from it.
  const bodies = new Ajv({ strict: false });
  const strings = new Ajv({ strict: false, coerceTypes: true });
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? bodies : strings).compile(schema));
  addNotFound(app);
  addErrors(app, options);
  addLogging(app, options);
  addAuthentication(app, options.tokens);
  addBodyParsers(app);
  await addRateLimit(app, options.rateLimit);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Shrike', version: options.version, description: 'Ask a node anything in SQL.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
  });
  addHealth(app, options);
  addTableRoutes(app);
  addQueryRoutes(app, options.pool);
  if (options.yara !== undefined) addYaraRoutes(app, options.yara);
  await app.ready();
  return app;
}

async function listen(app: FastifyInstance, address: Address, tls: boolean): Promise<string> {
  try {
    if (address.kind === 'unix') {
      await clearSocket(address.path);
      await app.listen({ path: address.path });
      chmodSync(address.path, 0o600);
      return showAddress(address);
    }
    await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    if (error instanceof ShrikeError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new ShrikeError('E_LISTEN_BUSY', { listen: showAddress(address) });
    throw new ShrikeError('E_LISTEN_FAILED', { listen: showAddress(address), reason: messageOf(error) });
  }
  // A TCP server's address is an AddressInfo.
  const { port } = app.server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://${showAddress({ ...address, port })}`;
}

/**
 * Builds the server and listens.
 *
 * @throws ShrikeError E_LISTEN_BUSY, E_LISTEN_FAILED or E_TLS.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const app = await buildServer(options);
  try {
    const url = await listen(app, options.address, options.tls !== undefined);
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}
