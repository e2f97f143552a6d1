/** Lets in who has a token. Routes with `config.open` need none. */
import type { FastifyInstance } from 'fastify';
import { ShrikeError } from '../errors.ts';
import type { Tokens } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the token the request came with; undefined when it has none that is known. */
    tokenName: string | undefined;
  }
  interface FastifyContextConfig {
    /** Answers without a token. */
    open?: boolean;
  }
}

/**
 * Two steps with the rate limit between them: who it is on the first hook, the refusal before the body is read. So guesses are limited by
 * address, and a stranger costs no memory.
 */
export function addAuthentication(app: FastifyInstance, tokens: Tokens): void {
  app.decorateRequest('tokenName', undefined);
  app.addHook('onRequest', async (request) => {
    const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    request.tokenName = token === undefined ? undefined : tokens.nameOf(token);
  });
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (request.tokenName === undefined && request.routeOptions.config.open !== true) {
      throw new ShrikeError(request.headers.authorization === undefined ? 'E_AUTH_MISSING' : 'E_AUTH_WRONG');
    }
    return payload;
  });
}
