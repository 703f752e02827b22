import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  ledgerDetail,
  ledgerList,
  ledgerParameters,
  ledgerSequence,
  ledgersQuery,
  noQuery,
  type LedgerList,
  type LedgersQuery,
} from '@stellar-insights/contract';
import { listLedgers, readKeptLedgers, readLedger } from '@stellar-insights/db/ledgers';
import { LEDGER_COLUMNS, renderLedger } from '@stellar-insights/wire';
import { z } from 'zod';
import { asOfLedger, asOfLedgers, snapshotCursor } from '../../answers/as-of.ts';
import { jsonOnly, listFormats } from '../../answers/formats.ts';
import { answerJson } from '../../answers/json.ts';
import { answerList, cutPage } from '../../answers/list.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { noLedgers, ProblemError } from '../../answers/problem.ts';
import { jsonResponse, listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import { inSnapshot, type ApiEnv, type RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { SETTLED } from '../../middleware/cache-control.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/ledgers',
  operationId: 'listLedgers',
  summary: 'Ledgers, newest first',
  description: 'Each stored ledger with the numbers of its transactions, operations and payments.',
  tags: ['ledgers'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: ledgersQuery },
  responses: { 200: listResponse(ledgerList, 'Ledgers.'), ...problemResponses },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/ledgers/{sequence}',
  operationId: 'getLedger',
  summary: 'One ledger',
  description: 'A stored ledger with the numbers of its transactions, operations and payments.',
  tags: ['ledgers'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: ledgerParameters, query: noQuery },
  responses: { 200: jsonResponse(ledgerDetail, 'The ledger.'), ...notFoundResponse, ...problemResponses },
});

const place = z.tuple([ledgerSequence]);

export function ledgerListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    const [route, query] = [context.get('route'), context.req.valid('query')];
    const read = async (cursor = query.cursor) => await answerLedgers(route, { ...query, cursor });
    return answerList(context, await read(), LEDGER_COLUMNS, read);
  });
}

export function ledgerRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(detailRoute, async (context) => {
    const { sequence } = context.req.valid('param');
    const answer = await inSnapshot(context.get('route'), async (tx) => {
      const [kept, ledger, cursor] = await Promise.all([
        readKeptLedgers(tx),
        readLedger(tx, sequence),
        snapshotCursor(tx),
      ]);
      if (ledger === null)
        throw new ProblemError(404, 'ledger_not_found', `ledger ${sequence} is not stored`);
      const data = renderLedger(ledger, sequence >= (kept?.firstWithFacts ?? sequence));
      return { data, as_of: asOfLedger(sequence, cursor) };
    });
    return answerJson(context, answer, SETTLED);
  });
}

async function answerLedgers(context: RouteContext, query: LedgersQuery): Promise<LedgerList> {
  const { limit, cursor } = query;
  const page = cursor === undefined ? undefined : parsePageCursor(query, cursor, place);
  const [before] = page?.place ?? [];
  return await inSnapshot(context, async (tx) => {
    const kept = await readKeptLedgers(tx);
    if (kept === null) throw noLedgers();
    const from = before === undefined ? kept.last : before - 1;
    const { rows, last } = cutPage(await listLedgers(tx, { from, limit: limit + 1 }), limit);
    const sequence = last?.header.sequence;
    const asOfCursor = page?.asOfCursor ?? (await snapshotCursor(tx));
    return {
      data: rows.map((row) => renderLedger(row, row.header.sequence >= kept.firstWithFacts)),
      page: {
        next_cursor: sequence === undefined ? null : pageCursor(query, { place: [sequence], asOfCursor }),
      },
      as_of: await asOfLedgers(tx, {
        from: sequence ?? kept.first,
        to: Math.max(from, kept.first),
        cursor: asOfCursor,
      }),
    };
  });
}
