/** Errors of the HTTP library in our own words. */
import type { FastifyError } from 'fastify';
import { ShrikeError } from '../errors.ts';

interface RequestFacts {
  readonly id: string;
  readonly bodyLimit: number;
  readonly type: string | undefined;
}

function validationReason(error: FastifyError): string {
  const [first] = error.validation ?? [];
  if (first === undefined) return error.message;
  const where = `${error.validationContext ?? 'request'}${first.instancePath}`;
  const extra = first.params.additionalProperty ?? first.params.allowedValues;
  const detail = extra === undefined ? '' : Array.isArray(extra) ? `: ${extra.join(', ')}` : `: "${String(extra)}"`;
  return `${where} ${first.message ?? 'is not valid'}${detail}`;
}

/** Fastify's own errors in our words; anything unknown is an internal error whose text stays in the log. */
export function asShrikeError(error: FastifyError | ShrikeError, request: RequestFacts): ShrikeError {
  if (error instanceof ShrikeError) return error;
  if (error.validation !== undefined) return new ShrikeError('E_HTTP_BAD_REQUEST', { reason: validationReason(error) });
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ShrikeError('E_HTTP_BODY_TOO_LARGE', { limit: request.bodyLimit });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new ShrikeError('E_HTTP_MEDIA_TYPE', { type: (request.type ?? '(none)').slice(0, 100) });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ShrikeError('E_HTTP_BAD_REQUEST', { reason: error.message });
    default:
      return new ShrikeError('E_HTTP_INTERNAL', { id: request.id });
  }
}
