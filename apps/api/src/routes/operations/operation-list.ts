import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { HistoryQuery } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import type { FactPage, PageOptions, StoredFact } from '@stellar-insights/db/history';
import { readFactsFrom, type LaterKind } from '@stellar-insights/db/facts';
import type { Columns } from '@stellar-insights/wire';
import type { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerHistory } from '../../answers/history.ts';
import { answerList, type List } from '../../answers/list.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';

/** A list of one kind of facts: how it is asked for, read and answered. */
export interface OperationList<Query extends HistoryQuery, Fact, Row extends object> {
  readonly path: string;
  /** The name of the operation in the OpenAPI document. */
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly query: z.ZodObject & z.ZodType<Query>;
  readonly answer: z.ZodType<List & { readonly data: Row[] }>;
  readonly columns: Columns;
  /** What is not recorded of all ledgers. */
  readonly recorded?: LaterKind;
  readonly read: (tx: Transaction, query: Query, page: PageOptions) => Promise<FactPage<Fact>>;
  readonly render: (stored: StoredFact<Fact>) => Row;
}

export function operationListRoute<Query extends HistoryQuery, Fact, Row extends object>({
  path,
  operationId,
  summary,
  description,
  tag,
  query: parameters,
  answer: schema,
  columns,
  recorded,
  read,
  render,
}: OperationList<Query, Fact, Row>): (routes: OpenAPIHono<ApiEnv>) => void {
  const route = createRoute({
    method: 'get',
    path,
    operationId,
    summary,
    description,
    tags: [tag],
    security: requires('read'),
    middleware: [listFormats],
    request: { query: parameters },
    responses: { 200: listResponse(schema, `${summary}.`), ...problemResponses },
  });
  return (routes) => {
    routes.openapi(route, async (context) => {
      const query = context.req.valid('query') as Query;
      const readPage = async (cursor = query.cursor) =>
        await answerHistory(
          context.get('route'),
          { ...query, cursor },
          {
            path,
            read: async (tx, page) => {
              const { facts: rows, next } = await read(tx, query, page);
              return { rows, next };
            },
            render,
            ...(recorded && { recordedFrom: (tx, kept) => readFactsFrom(tx, recorded, kept) }),
          },
        );
      return answerList(context, await readPage(), columns, readPage) as never;
    });
  };
}
