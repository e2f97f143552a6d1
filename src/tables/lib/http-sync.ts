/**
 * HTTP requests from a generator, which cannot wait: a second Node makes them and hands the answers back on its standard output.
 *
 * Forty milliseconds each, so requests are sent in one go where there are several.
 */
import { spawnSync } from 'node:child_process';

export interface HttpRequest {
  /** `http://…`, `https://…`; with `socketPath` only its path counts. */
  readonly url: string;
  readonly socketPath?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Also report the certificate of the server, and do not check it. */
  readonly certificate?: boolean;
}

export interface HttpAnswer {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly body: string;
  /** In microseconds. */
  readonly elapsed: number;
  readonly error?: string;
  /** DER, in base64. */
  readonly certificate?: string;
}

const largest = 50 * 1024 * 1024;

/** Plain JavaScript, because it runs in a process of its own without our modules. */
const client = `
const requests = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const one = (r) => new Promise((done) => {
  const url = new URL(r.url);
  const started = process.hrtime.bigint();
  const end = (answer) => done({ status: 0, body: '', ...answer, elapsed: Number((process.hrtime.bigint() - started) / 1000n) });
  const { request } = require(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const options = { method: r.method || 'GET', headers: r.headers || {}, timeout: r.timeout, rejectUnauthorized: !r.certificate };
  if (r.socketPath) Object.assign(options, { socketPath: r.socketPath, path: url.pathname + url.search, host: 'localhost' });
  const req = request(url, options, (res) => {
    const certificate = r.certificate && res.socket.getPeerCertificate ? res.socket.getPeerCertificate(true).raw?.toString('base64') : undefined;
    const parts = [];
    let size = 0;
    res.on('data', (part) => { size += part.length; if (size <= ${largest}) parts.push(part); else req.destroy(new Error('the answer is too large')); });
    res.on('end', () => end({ status: res.statusCode, body: Buffer.concat(parts).toString('utf8'), certificate }));
    res.on('error', (error) => end({ error: error.message }));
  });
  req.on('timeout', () => req.destroy(new Error('no answer in ' + r.timeout + ' ms')));
  req.on('error', (error) => end({ error: error.message || error.code }));
  req.end();
});
Promise.all(requests.map(one)).then((answers) => process.stdout.write(JSON.stringify(answers)));
`;

/**
 * Answers in the order of the requests; never throws.
 *
 * @param timeout for each request, in milliseconds
 */
export function requestAll(requests: readonly HttpRequest[], timeout = 5000): HttpAnswer[] {
  if (requests.length === 0) return [];
  const failed = (error: string): HttpAnswer[] => requests.map(() => ({ status: 0, body: '', elapsed: 0, error }));
  const child = spawnSync(process.execPath, ['-e', client], {
    input: JSON.stringify(requests.map((request) => ({ ...request, timeout }))),
    encoding: 'utf8',
    timeout: timeout * 2 + 2000,
    maxBuffer: 4 * largest,
    // Nothing of ours is handed on: no options of Node's, no proxies, no tokens.
    env: { PATH: '/usr/bin:/bin' },
  });
  if (child.error) return failed(child.error.message);
  try {
    // The client above is the only thing that writes there.
    return JSON.parse(child.stdout) as HttpAnswer[];
  } catch {
    return failed(child.stderr.trim().split('\n').at(-1) || 'the client for HTTP ended early');
  }
}
