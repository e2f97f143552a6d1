/** Asks the running agent over HTTP, HTTPS or its socket. */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { AgentFile } from '../config/agent-file.ts';
import { dataFiles } from '../config/data-dir.ts';
import { errorCatalogue, ShrikeError } from '../errors.ts';
import type { Column } from '../query/encode.ts';
import { fromEnvelope } from './report.ts';
import type { Source, SourceAnswer, SourceQuery } from './source.ts';

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const knownCodes: ReadonlySet<string> = new Set(Object.keys(errorCatalogue));

/** SHRIKE_TOKEN, else the token in the data folder. */
export function readToken(dataDir: string, pid: number): string {
  const given = process.env.SHRIKE_TOKEN;
  if (given) return given;
  const file = join(dataDir, dataFiles.token);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ShrikeError('E_AGENT_TOKEN', { pid, file, reason: messageOf(error) });
  }
}

function optionsOf(agent: AgentFile): {
  options: RequestOptions & { ca?: Buffer; checkServerIdentity?: () => undefined };
  secure: boolean;
} {
  if (agent.url.startsWith('unix:')) return { options: { socketPath: agent.url.slice('unix:'.length), host: 'localhost' }, secure: false };
  const url = new URL(agent.url);
  // 0.0.0.0 and [::] are addresses to listen on; this machine reaches them by loopback.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options = { host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port: url.port };
  if (agent.certificate === undefined) return { options, secure: url.protocol === 'https:' };
  // The agent named its certificate in a file only it could write: that very one is trusted, whatever name is in it.
  return { options: { ...options, ca: readFileSync(agent.certificate), checkServerIdentity: () => undefined }, secure: true };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

function columnsOf(response: IncomingMessage): readonly Column[] | undefined {
  const header = response.headers['shrike-columns'];
  // Our own header, from our own server.
  return typeof header === 'string' ? (JSON.parse(decodeURIComponent(header)) as Column[]) : undefined;
}

/** A request to the agent; resolves with the response's head. */
export function askAgent(
  agent: AgentFile,
  token: string | undefined,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const unreachable = (error: unknown) => {
      const cancelled = signal?.aborted === true;
      reject(
        cancelled
          ? new ShrikeError('E_QUERY_CANCELLED')
          : new ShrikeError('E_AGENT_UNREACHABLE', { url: agent.url, reason: messageOf(error) }),
      );
    };
    try {
      const { options, secure } = optionsOf(agent);
      const headers = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const send = secure ? httpsRequest : httpRequest;
      const request = send(
        { ...options, path, method: body === undefined ? 'GET' : 'POST', headers, ...(signal === undefined ? {} : { signal }) },
        resolve,
      );
      request.on('error', unreachable);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      unreachable(error);
    }
  });
}

export class AgentSource implements Source {
  readonly notice = undefined;
  readonly #agent: AgentFile;
  readonly #token: string;

  constructor(agent: AgentFile, dataDir: string) {
    this.#agent = agent;
    this.#token = readToken(dataDir, agent.pid);
  }

  async query({ sql, params, limit, timeoutMs, signal }: SourceQuery): Promise<SourceAnswer> {
    const body = {
      sql,
      format: 'ndjson',
      ...(params === undefined ? {} : { params }),
      ...(limit === undefined ? {} : { limit }),
      ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    };
    const response = await askAgent(this.#agent, this.#token, '/api/v1/query', body, signal);
    if (response.statusCode === 200) return { columns: columnsOf(response), bytes: response };
    const text = await textOf(response);
    try {
      // An error answer has the one shape all errors have; anything else fails below.
      throw fromEnvelope(JSON.parse(text) as Parameters<typeof fromEnvelope>[0], knownCodes);
    } catch (error) {
      if (error instanceof ShrikeError) throw error;
      throw new ShrikeError('E_AGENT_UNREACHABLE', { url: this.#agent.url, reason: `it answers ${response.statusCode}` });
    }
  }

  async close(): Promise<void> {}
}
