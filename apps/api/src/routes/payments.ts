import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import {
  noQuery,
  paymentDetail,
  paymentList,
  paymentParameters,
  paymentsQuery,
  type PaymentsQuery,
} from '@stellar-insights/contract';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { readKeptLedgers } from '@stellar-insights/db/ledgers';
import { listPayments, readPayment, type PaymentFilter } from '@stellar-insights/db/payments';
import {
  ledgerOfOperation,
  type AccountId,
  type AssetId,
  type Hash,
  type OperationId,
  type ResultCode,
} from '@stellar-insights/ledger';
import { PAYMENT_COLUMNS, renderPayment } from '@stellar-insights/wire';
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
  path: '/payments',
  operationId: 'listPayments',
  summary: 'Payments and attempts, newest first',
  tags: ['payments'],
  middleware: [listFormats(PAYMENT_COLUMNS)],
  request: { query: paymentsQuery },
  responses: { 200: jsonAnswer(paymentList, `Payments.${TABLE_NOTE}`), ...problems },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/payments/{op_id}',
  operationId: 'getPayment',
  summary: 'One payment',
  tags: ['payments'],
  middleware: [jsonOnly],
  request: { params: paymentParameters, query: noQuery },
  responses: { 200: jsonAnswer(paymentDetail, 'The payment.'), ...notFound, ...problems },
});

const place = z.tuple([z.string().regex(/^[1-9][0-9]{0,17}$/)]);

export function paymentsRoutes({ db }: { readonly db: Database }) {
  const routes = new OpenAPIHono<ApiEnv>();
  routes.openapi(listRoute, async (context) => {
    const query = context.req.valid('query');
    const { limit, cursor } = query;
    const [id] = cursor === undefined ? [] : placeOf(query, cursor, place);
    const before = id === undefined ? undefined : (BigInt(id) as OperationId);
    const answer = await readSnapshot(db, async (tx) => {
      const kept = await readKeptLedgers(tx);
      if (kept === null) throw noLedgers();
      const found = await listPayments(tx, { ...filterOf(query), before, limit: limit + 1 });
      const rows = found.slice(0, limit);
      const last = found.length > limit ? rows.at(-1)?.payment : undefined;
      const to = before === undefined ? kept.last : ledgerOfOperation(before);
      return {
        data: rows.map(renderPayment),
        page: { next_cursor: last === undefined ? null : pageCursor(query, [last.operationId.toString()]) },
        as_of: await asOfLedgers(tx, Math.min(last?.ledger ?? kept.firstWithFacts, to), to),
      };
    });
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
  routes.openapi(detailRoute, async (context) => {
    const { op_id: id } = context.req.valid('param');
    const found = await readSnapshot(db, (tx) => readPayment(tx, BigInt(id) as OperationId));
    if (found === null) throw new ProblemError(404, 'payment_not_found', `no payment ${id} is stored`);
    const answer = { data: renderPayment(found), as_of: asOfLedger(found.payment.ledger) };
    return context.json(answer, 200, { 'Cache-Control': SETTLED });
  });
  return routes;
}

function filterOf({ account, asset, tx_hash: hash, memo, result }: PaymentsQuery): PaymentFilter {
  const outcome = result === 'succeeded' || result === 'failed';
  return {
    account: account as AccountId | undefined,
    asset: asset as AssetId | undefined,
    transactionHash: hash as Hash | undefined,
    memo,
    succeeded: outcome ? result === 'succeeded' : undefined,
    reason: outcome ? undefined : (result as ResultCode | undefined),
  };
}
