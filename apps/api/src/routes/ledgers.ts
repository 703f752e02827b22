import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  ledgerDetail,
  ledgerList,
  ledgerParameters,
  ledgersQuery,
  noQuery,
} from '@stellar-insights/contract';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { listLedgers, readKeptLedgers, readLedger } from '@stellar-insights/db/ledgers';
import { LEDGER_COLUMNS, renderLedger } from '@stellar-insights/wire';
import { z } from 'zod';
import type { ApiEnv } from '../api-env.ts';
import { jsonOnly, listFormats } from '../middleware/formats.ts';
import { LIVE, SETTLED } from '../middleware/revalidation.ts';
import { pageCursor, placeOf } from '../paging/page-cursor.ts';
import { ProblemError } from '../problems/problem-error.ts';
import { asOfLedger, asOfLedgers, noLedgers } from './as-of.ts';
import { jsonAnswer, notFound, problems, TABLE_NOTE } from './declare.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/ledgers',
  operationId: 'listLedgers',
  summary: 'Ledgers, newest first',
  tags: ['ledgers'],
  middleware: [listFormats(LEDGER_COLUMNS)],
  request: { query: ledgersQuery, noQuery },
  responses: { 200: jsonAnswer(ledgerList, `Ledgers.${TABLE_NOTE}`), ...problems },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/ledgers/{sequence}',
  operationId: 'getLedger',
  summary: 'One ledger',
  tags: ['ledgers'],
  middleware: [jsonOnly],
  request: { params: ledgerParameters, query: noQuery },
  responses: { 200: jsonAnswer(ledgerDetail, 'The ledger.'), ...notFound, ...problems },
});

const place = z.tuple([z.int().min(1)]);

export function ledgersRoutes({ db }: { readonly db: Database }) {
  const routes = new OpenAPIHono<ApiEnv>();
  routes.openapi(listRoute, async (context) => {
    const query = context.req.valid('query');
    const { limit, cursor } = query;
    const [before] = cursor === undefined ? [] : placeOf(query, cursor, place);
    const answer = await readSnapshot(db, async (tx) => {
      const kept = await readKeptLedgers(tx);
      if (kept === null) throw noLedgers();
      const from = before === undefined ? kept.last : before - 1;
      const found = await listLedgers(tx, { from, limit: limit + 1 });
      const rows = found.slice(0, limit);
      const last = found.length > limit ? rows.at(-1)?.header.sequence : undefined;
      return {
        data: rows.map((row) => renderLedger(row, row.header.sequence >= kept.firstWithFacts)),
        page: { next_cursor: last === undefined ? null : pageCursor(query, [last]) },
        as_of: await asOfLedgers(tx, last ?? kept.first, Math.max(from, kept.first)),
      };
    });
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
  routes.openapi(detailRoute, async (context) => {
    const { sequence } = context.req.valid('param');
    const data = await readSnapshot(db, async (tx) => {
      const kept = await readKeptLedgers(tx);
      const found = await readLedger(tx, sequence);
      return found && renderLedger(found, sequence >= (kept?.firstWithFacts ?? sequence));
    });
    if (data === null) throw new ProblemError(404, 'ledger_not_found', `ledger ${sequence} is not stored`);
    return context.json({ data, as_of: asOfLedger(sequence) }, 200, { 'Cache-Control': SETTLED });
  });
  return routes;
}
