/** Messages for people: one sentence on standard error, a hint below it, an exit code. */
import { type ErrorCode, ShrikeError } from '../errors.ts';

export const exitCodes = { fine: 0, findings: 1, usage: 2, failure: 3, partial: 4 } as const;

/** Anything that was thrown, in two lines. */
export function describeError(error: unknown): string {
  if (error instanceof ShrikeError) {
    const { message, hint, position } = error;
    const place = position === undefined ? '' : ` (at character ${position + 1})`;
    return `shrike: ${message}${place}.\n${hint === '' ? '' : `  ${hint}\n`}`;
  }
  return `shrike: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

/** Tells the error and decides how the command ends. */
export function fail(error: unknown): void {
  process.stderr.write(describeError(error));
  process.exitCode = error instanceof ShrikeError ? error.exit : exitCodes.failure;
}

/** A sentence on standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** An error told by the agent, as the error it is; codes of a newer agent become a general one. */
export function fromEnvelope(
  told: { readonly code: string; readonly error: string; readonly hint: string; readonly position?: number | undefined },
  known: ReadonlySet<string>,
): ShrikeError {
  // Checked against the catalogue just here.
  const code = (known.has(told.code) ? told.code : 'E_QUERY_FAILED') as ErrorCode;
  return ShrikeError.told(code, told.error, told.hint, told.position);
}
