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
  // SQL
  E_QUERY_SYNTAX: { status: 400, exit: 2, message: '{reason}', hint: '{suggestion}' },
  E_QUERY_EMPTY: {
    status: 400,
    exit: 2,
    message: 'the SQL holds no statement',
    hint: 'Send one SELECT, for example: SELECT * FROM shrike_tables',
  },
  E_QUERY_MULTIPLE: {
    status: 400,
    exit: 2,
    message: 'the SQL holds more than one statement',
    hint: 'Send one statement at a time; a second one begins at the position given.',
  },
  E_QUERY_TOO_LONG: {
    status: 413,
    exit: 2,
    message: 'the SQL is {length} bytes long, and {limit} are allowed',
    hint: 'Shorten it; long lists of values go into params as one JSON array read with json_each(?).',
  },
  E_QUERY_UNKNOWN_TABLE: { status: 400, exit: 2, message: 'no such table: {table}', hint: '{suggestion}' },
  E_QUERY_UNKNOWN_COLUMN: { status: 400, exit: 2, message: 'no such column: {column}', hint: '{suggestion}' },
  E_QUERY_NEEDS_AGENT: {
    status: 409,
    exit: 3,
    message: 'table {table} is recorded by the agent, and no agent runs on {data_dir}',
    hint: 'Start one with `shrike run`, or name its folder with --data-dir.',
  },
  E_QUERY_PARAMS: {
    status: 400,
    exit: 2,
    message: '{reason}',
    hint: 'Give an array for ? parameters or an object for :name parameters; values are null, numbers, strings, booleans, {"bigint": "…"} or {"base64": "…"}.',
  },
  E_QUERY_FORBIDDEN: {
    status: 403,
    exit: 2,
    message: '{reason}',
    hint: 'Queries only read: use SELECT, WITH, VALUES or EXPLAIN QUERY PLAN.',
  },
  E_QUERY_LIMIT: {
    status: 400,
    exit: 2,
    message: '{name} must be a whole number from {min} to {max}, not {value}',
    hint: 'Callers may lower a limit; raising one is done in the configuration (query.{setting}).',
  },
  E_QUERY_FAILED: { status: 400, exit: 3, message: '{reason}', hint: '{suggestion}' },
  E_QUERY_TIMEOUT: {
    status: 408,
    exit: 3,
    message: 'the query ran longer than {timeout_ms} ms and was stopped',
    hint: 'Bound it by time (time > …), add a LIMIT, or raise timeout_ms.',
  },
  E_QUERY_CANCELLED: {
    status: 499,
    exit: 3,
    message: 'the query was cancelled',
    hint: 'The client went away before the answer was complete.',
  },
  E_QUERY_BUSY: {
    status: 503,
    exit: 3,
    message: 'all {workers} query workers are busy and {waiting} queries wait already',
    hint: 'Try again in a moment, or raise query.workers or query.queue in the configuration.',
  },
  E_QUERY_MEMORY: {
    status: 507,
    exit: 3,
    message: 'the query needed more memory than a worker may use and was stopped',
    hint: 'Read fewer columns, aggregate less at once, or bound it by time.',
  },
  E_QUERY_WORKER: {
    status: 500,
    exit: 3,
    message: 'the query worker failed: {reason}',
    hint: 'The worker was replaced; if it happens again with the same query, please report it.',
  },

  // HTTP
  E_HTTP_NOT_FOUND: { status: 404, exit: 3, message: 'nothing answers {method} {path}', hint: 'The API is described at /openapi.json.' },
  E_HTTP_METHOD: { status: 405, exit: 3, message: '{path} does not answer {method}', hint: 'Use {allowed}.' },
  E_HTTP_BODY_TOO_LARGE: {
    status: 413,
    exit: 3,
    message: 'the body is larger than {limit} bytes',
    hint: 'Send a shorter query; the limit is server.body_limit in the configuration.',
  },
  E_HTTP_MEDIA_TYPE: {
    status: 415,
    exit: 3,
    message: 'a body of type {type} is not understood',
    hint: 'Send application/json, or the bare SQL as application/sql.',
  },
  E_HTTP_BAD_JSON: {
    status: 400,
    exit: 3,
    message: 'the body is not valid JSON: {reason}',
    hint: 'Send a JSON object such as {"sql": "SELECT 1"}.',
  },
  E_HTTP_BAD_UTF8: {
    status: 400,
    exit: 3,
    message: 'the body is not valid UTF-8',
    hint: 'Send text in UTF-8; binary values go into params as {"base64": "…"}.',
  },
  E_HTTP_BAD_REQUEST: { status: 400, exit: 3, message: '{reason}', hint: 'The API is described at /openapi.json.' },
  E_HTTP_HEADERS: { status: 431, exit: 3, message: 'the request line and headers are too long', hint: 'Send long queries with POST.' },
  E_HTTP_RATE: {
    status: 429,
    exit: 3,
    message: 'more than {max} requests in {window}',
    hint: 'Wait {after} and try again; the limit is server.rate_limit in the configuration.',
  },
  E_HTTP_TIMEOUT: { status: 408, exit: 3, message: 'the request did not arrive in time', hint: 'Send the whole request at once.' },
  E_HTTP_UNKNOWN_TABLE: { status: 404, exit: 3, message: 'no such table: {table}', hint: '{suggestion}' },
  E_HTTP_BUSY: {
    status: 503,
    exit: 3,
    message: 'answers of {bytes} bytes still wait for clients that do not read them',
    hint: 'Read answers to the end, ask for fewer rows, or use format ndjson, which holds nothing.',
  },
  E_HTTP_INTERNAL: {
    status: 500,
    exit: 3,
    message: 'the agent failed to answer this request',
    hint: 'Its log has the details under request id {id}.',
  },
  E_AUTH_MISSING: {
    status: 401,
    exit: 3,
    message: 'this request has no token',
    hint: "Send the header Authorization: Bearer TOKEN; the token is in DATA_DIR/token on the agent's machine.",
  },
  E_AUTH_WRONG: {
    status: 401,
    exit: 3,
    message: 'this token is not known here',
    hint: "Compare it with DATA_DIR/token on the agent's machine.",
  },

  // Configuration and start
  E_CONFIG_READ: {
    status: 500,
    exit: 2,
    message: 'cannot read the configuration {file}: {reason}',
    hint: 'Check the path given with --config.',
  },
  E_CONFIG_INVALID: { status: 500, exit: 2, message: '{where}: {reason}', hint: '{suggestion}' },
  E_LISTEN_INVALID: {
    status: 500,
    exit: 2,
    message: 'cannot listen on "{listen}": it is not an address',
    hint: 'Use HOST:PORT such as 127.0.0.1:7717, [::1]:7717, or unix:/path.',
  },
  E_LISTEN_BUSY: {
    status: 500,
    exit: 3,
    message: '{listen} is in use by another program',
    hint: 'Stop it, or choose another address with --listen HOST:PORT (port 0 takes any free one).',
  },
  E_LISTEN_FAILED: {
    status: 500,
    exit: 3,
    message: 'cannot listen on {listen}: {reason}',
    hint: 'Choose another address with --listen HOST:PORT.',
  },
  E_TLS: {
    status: 500,
    exit: 3,
    message: 'cannot use the TLS files: {reason}',
    hint: 'tls.cert and tls.key name PEM files the agent can read.',
  },
  E_DATA_DIR: {
    status: 500,
    exit: 3,
    message: 'cannot use the data folder {dir}: {reason}',
    hint: 'Choose a folder this user may write with --data-dir, or run as root.',
  },
  E_DATA_DIR_LOCKED: {
    status: 500,
    exit: 3,
    message: 'another agent{who} already uses the data folder {dir}',
    hint: 'Stop it, or choose another folder with --data-dir.',
  },
  E_NOT_BUILT: { status: 500, exit: 3, message: 'the native addon cannot be loaded: {reason}', hint: 'Build it with `npm run build`.' },
  E_AGENT_UNREACHABLE: {
    status: 500,
    exit: 3,
    message: 'the agent at {url} does not answer: {reason}',
    hint: 'Run `shrike doctor` to see what is wrong.',
  },
  E_AGENT_NONE: {
    status: 500,
    exit: 3,
    message: 'no agent runs on {dir}',
    hint: 'Start one with `shrike run`, or name its folder with --data-dir.',
  },
  E_AGENT_TOKEN: {
    status: 500,
    exit: 3,
    message: 'an agent runs (pid {pid}), but its token in {file} cannot be read: {reason}',
    hint: 'Run as the user who started the agent, or ask for the token and set SHRIKE_TOKEN.',
  },
  E_USAGE: { status: 400, exit: 2, message: '{reason}', hint: 'See `shrike help`.' },
  E_RECORD_FILE: { status: 500, exit: 3, message: 'cannot use the recording {file}: {reason}', hint: '{suggestion}' },
  E_EXPORT_TABLE: { status: 404, exit: 2, message: '{table} is no event table', hint: '{suggestion}' },
  E_EXPORT_FILE: {
    status: 500,
    exit: 3,
    message: '{file} cannot be written: {reason}',
    hint: 'What was written before is not a whole export; choose a file this user may write, on a disk with room.',
  },
  E_IMPORT_FILE: {
    status: 400,
    exit: 3,
    message: 'cannot import {file}: {reason}',
    hint: 'Batches of rows before that place may be in the table already.',
  },
  E_SENSOR: { status: 500, exit: 3, message: 'the sensor cannot start: {reason}', hint: '{suggestion}' },

  // YARA
  E_YARA_RULES: {
    status: 400,
    exit: 2,
    message: 'the YARA rules are refused: {reason}',
    hint: 'Mend the rules at the file and line given; the last good ones stay in force.',
  },
  E_YARA_SCANNER: {
    status: 500,
    exit: 3,
    message: 'the YARA scanner failed: {reason}',
    hint: 'Build it with `npm run build`; if it happens again with the same file, please report it.',
  },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

/** An error with a place in the catalogue. `position` is a character offset in the input, where one is known. */
export class ShrikeError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly exit: number;
  readonly hint: string;
  readonly position: number | undefined;
  /** What filled the message, so that the error can be rebuilt on another thread. */
  readonly details: Readonly<Record<string, string | number>>;

  /** An error that was told in words, by an agent over HTTP. */
  static told(code: ErrorCode, message: string, hint: string, position?: number): ShrikeError {
    const error = new ShrikeError(code, {}, position);
    error.message = message;
    Object.defineProperty(error, 'hint', { value: hint, enumerable: true });
    return error;
  }

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
    this.details = details;
  }
}

/** The whole catalogue, for the manual and its test. */
export const errorCatalogue: Readonly<Record<ErrorCode, Entry>> = catalogue;

/** How an error is told over HTTP and in the last record of a stream. */
export interface ErrorEnvelope {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly error: string;
  readonly hint: string;
  /** Offset in the SQL, in UTF-16 code units. */
  readonly position?: number;
}

export function envelope(error: ShrikeError): ErrorEnvelope {
  const { code, message, hint, position } = error;
  return { ok: false, code, error: message, hint, ...(position === undefined ? {} : { position }) };
}
