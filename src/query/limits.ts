/** What a query may cost. Callers may lower a limit, never raise it. */
import { ShrikeError } from '../errors.ts';

export interface QueryLimits {
  readonly timeoutMs: number;
  readonly maxRows: number;
  /** Bytes of encoded result. */
  readonly maxBytes: number;
  /** Bytes of SQL. */
  readonly maxSqlBytes: number;
}

export const defaultLimits: QueryLimits = { timeoutMs: 10_000, maxRows: 100_000, maxBytes: 64 * 1024 * 1024, maxSqlBytes: 256 * 1024 };

/**
 * A caller's wish within the limit.
 *
 * @throws ShrikeError E_QUERY_LIMIT when it is not a whole number from 1 to the limit.
 */
export function lowered(name: 'limit' | 'timeout_ms', setting: string, wish: number | undefined, limit: number): number {
  if (wish === undefined) return limit;
  if (!Number.isInteger(wish) || wish < 1 || wish > limit)
    throw new ShrikeError('E_QUERY_LIMIT', { name, setting, min: 1, max: limit, value: wish });
  return wish;
}
