/** GET /api/v1/tables and /api/v1/tables/:name: the specifications, as the reference has them. */
import type { FastifyInstance } from 'fastify';
import { ShrikeError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { findTable, tables } from '../tables/index.ts';
import type { TableSpec } from '../tables/spec.ts';
import { ErrorAnswer, TableAnswer, TablesAnswer } from './schemas.ts';

function describe({ name, kind, description, source, columns, examples }: TableSpec) {
  return {
    name,
    kind,
    description,
    source,
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      description: column.description,
      ...(column.hidden ? { hidden: true } : {}),
      ...(column.required || column.requiredGroup !== undefined ? { required: true } : {}),
      ...(column.index ? { index: true } : {}),
    })),
    examples,
  };
}

export function addTableRoutes(app: FastifyInstance): void {
  app.get('/api/v1/tables', {
    schema: { summary: 'Every table', operationId: 'tables', response: { 200: TablesAnswer, '4xx': ErrorAnswer } },
    handler: async () => ({ ok: true, tables: tables.map(describe) }),
  });
  app.get<{ Params: { name: string } }>('/api/v1/tables/:name', {
    schema: { summary: 'One table', operationId: 'table', response: { 200: TableAnswer, '4xx': ErrorAnswer } },
    handler: async ({ params }) => {
      const table = findTable(params.name);
      if (table !== undefined) return { ok: true, table: describe(table) };
      const near = nearest(
        params.name,
        tables.map(({ name }) => name),
      );
      throw new ShrikeError('E_HTTP_UNKNOWN_TABLE', {
        table: params.name,
        suggestion: near === undefined ? 'GET /api/v1/tables lists them all.' : `Did you mean ${near}?`,
      });
    },
  });
}
