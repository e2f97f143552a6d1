/** Shapes of the HTTP API, declared once: checks, types and OpenAPI follow from them. */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;

const sql = Type.String({ description: 'One statement: SELECT, WITH, VALUES or EXPLAIN QUERY PLAN' });
const format = Type.Optional(Type.Enum(['json', 'ndjson', 'csv'], { description: 'json is whole, ndjson and csv stream' }));
const limit = Type.Optional(Type.Integer({ minimum: 1, description: 'Most rows; only below the configured maximum' }));
const timeout = Type.Optional(Type.Integer({ minimum: 1, description: 'Longest run in milliseconds; only below the configured maximum' }));

export const QueryBody = Type.Object(
  {
    sql,
    params: Type.Optional(
      Type.Unsafe<unknown>({
        type: ['array', 'object', 'null'],
        description: 'An array for ?, an object for :name. Values: null, number, string, boolean, {"bigint": "…"}, {"base64": "…"}',
      }),
    ),
    format,
    limit,
    timeout_ms: timeout,
  },
  closed,
);
export type QueryBody = Static<typeof QueryBody>;

export const QueryString = Type.Object(
  { sql, params: Type.Optional(Type.String({ description: 'JSON, as in the body of POST' })), format, limit, timeout_ms: timeout },
  closed,
);
export type QueryString = Static<typeof QueryString>;

const Column = Type.Object({
  name: Type.String(),
  type: Type.String({ description: 'Declared type, else BIGINT, DOUBLE, TEXT or BLOB by the first value, else NULL' }),
  encoding: Type.Optional(Type.Enum(['base64', 'hex'], { description: 'How bytes are written: base64 in JSON, hex in CSV' })),
});

export const QueryAnswer = Type.Object({
  ok: Type.Literal(true),
  columns: Type.Array(Column),
  rows: Type.Array(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })),
  truncated: Type.Boolean({ description: 'A limit cut the rows short' }),
  elapsed_ms: Type.Number(),
  warnings: Type.Array(Type.String()),
});

export const ErrorAnswer = Type.Object({
  ok: Type.Literal(false),
  code: Type.String({ description: 'Stable, such as E_QUERY_TIMEOUT' }),
  error: Type.String(),
  hint: Type.String({ description: 'What to do next' }),
  position: Type.Optional(Type.Integer({ description: 'Offset in the SQL, in UTF-16 code units' })),
});

const TableColumn = Type.Object({
  name: Type.String(),
  type: Type.String(),
  description: Type.String(),
  hidden: Type.Optional(Type.Boolean()),
  required: Type.Optional(Type.Boolean({ description: 'Must be given by = or IN, or another of its group' })),
  index: Type.Optional(Type.Boolean()),
});

const Table = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['event', 'state', 'kubernetes', 'engine']),
  description: Type.String(),
  source: Type.String(),
  columns: Type.Array(TableColumn),
  examples: Type.Array(Type.String()),
});

export const TablesAnswer = Type.Object({ ok: Type.Literal(true), tables: Type.Array(Table) });
export const TableAnswer = Type.Object({ ok: Type.Literal(true), table: Table });
export const HealthAnswer = Type.Object({ ok: Type.Boolean(), problems: Type.Optional(Type.Array(Type.String())) });
