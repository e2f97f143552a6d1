/** Docker's API on its local socket. */
import type { TableContext } from '../spec.ts';
import { textsOf } from './constraints.ts';
import { requestAll } from './http-sync.ts';
import { asList, asObject, asText, type Json, parseJson } from './json.ts';
import { statOf } from './procfs.ts';

const sockets = ['/var/run/docker.sock', '/run/docker.sock', '/run/podman/podman.sock'];

/**
 * Answers of Docker (or Podman, which speaks the same) to GET requests, in their order; undefined for those it refused. Without a socket
 * there is a warning and no answer at all.
 */
export function askDocker(context: TableContext, paths: readonly string[]): unknown[] {
  const socketPath = sockets.map((path) => context.system.root + path).find((path) => statOf(path)?.isSocket());
  if (socketPath === undefined) {
    context.warn(`Docker does not run here: there is no ${context.system.root}/var/run/docker.sock`);
    return [];
  }
  const answers = requestAll(paths.map((path) => ({ url: `http://localhost${path}`, socketPath })));
  return answers.map((answer, i) => {
    if (answer.status === 200) return parseJson(context, `Docker's answer to ${paths[i]}`, answer.body);
    // 404: the container went away, or a node is in no swarm. 409: it does not run.
    if (answer.status !== 404 && answer.status !== 409)
      context.warn(`Docker does not answer ${paths[i]}: ${answer.error ?? `status ${answer.status}`}`);
    return undefined;
  });
}

/** One answer that is a list of objects. */
export function dockerList(context: TableContext, path: string, key?: string): Json[] {
  const answer = askDocker(context, [path])[0];
  return asList(key === undefined ? answer : asObject(answer)[key]).map(asObject);
}

/** Containers a query asks for: those of `id =`, else all, running or not. */
export function dockerContainers(context: TableContext): Json[] {
  const wanted = textsOf(context, 'id');
  const all = dockerList(context, '/containers/json?all=1');
  return wanted === undefined ? all : all.filter((container) => wanted.includes(asText(container['Id'])));
}

/** Ids a query gives that are safe in a path. */
export function dockerIds(context: TableContext): string[] {
  return (textsOf(context, 'id') ?? []).filter((id) => /^[A-Za-z0-9_.-]+$/.test(id));
}

/** `{a: b}` of Docker as pairs. */
export function pairs(value: unknown): [string, string][] {
  return Object.entries(asObject(value)).map(([key, text]) => [key, asText(text)]);
}
