/**
 * Every error a user can meet: code, HTTP status, exit code, and what to do next. Codes are never reused.
 *
 * @example throw new ShrikeError('E_QUERY_TIMEOUT', { timeout: 5000 })
 */
interface Entry {
  readonly status: number;
  /** 2 usage, 3 failure while running, 4 partial data. */
  readonly exit: 2 | 3 | 4;
  /** `{name}` is replaced by the detail of that name. */
  readonly message: string;
  readonly hint: string;
}

const catalogue = {
  E_QUERY_SYNTAX: { status: 400, exit: 2, message: '{reason}', hint: 'Check the SQL near the position given.' },
  E_QUERY_UNKNOWN_TABLE: { status: 400, exit: 2, message: 'no such table: {table}', hint: '{suggestion}' },
  E_QUERY_UNKNOWN_COLUMN: { status: 400, exit: 2, message: 'no such column: {column}', hint: '{suggestion}' },
  E_QUERY_TIMEOUT: { status: 408, exit: 3, message: 'the query ran longer than {timeout_ms} ms and was stopped', hint: 'Bound it by time (time > …), add a LIMIT, or raise timeout_ms.' },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

/** An error with a place in the catalogue. `position` is a character offset in the input, where one is known. */
export class ShrikeError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly exit: number;
  readonly hint: string;
  readonly position: number | undefined;

  constructor(code: ErrorCode, details: Readonly<Record<string, string | number>> = {}, position?: number) {
    const entry: Entry = catalogue[code];
    const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? ''));
    super(fill(entry.message));
    this.name = 'ShrikeError';
    this.code = code;
    this.status = entry.status;
    this.exit = entry.exit;
    this.hint = fill(entry.hint);
    this.position = position;
  }
}

/** The whole catalogue, for the manual and its test. */
export const errorCatalogue: Readonly<Record<ErrorCode, Entry>> = catalogue;
