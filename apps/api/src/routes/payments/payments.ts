import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  noQuery,
  operationId,
  paymentDetail,
  paymentList,
  paymentParameters,
  paymentsQuery,
  type PaymentList,
  type PaymentsQuery,
} from '@stellar-insights/contract';
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
import { asOfLedger, asOfLedgers, snapshotCursor } from '../../answers/as-of.ts';
import { jsonOnly, listFormats } from '../../answers/formats.ts';
import { answerJson } from '../../answers/json.ts';
import { answerList } from '../../answers/list.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { noLedgers, ProblemError } from '../../answers/problem.ts';
import { jsonResponse, listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import { inSnapshot, type ApiEnv, type RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { SETTLED } from '../../middleware/cache-control.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/payments',
  operationId: 'listPayments',
  summary: 'Payments and payment attempts, newest first',
  description:
    'Payments, path payments, account creations and merges that entered a ledger, failed ones included. The filters are combined: a payment has to fit all of them.',
  tags: ['payments'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: paymentsQuery },
  responses: { 200: listResponse(paymentList, 'Payments.'), ...problemResponses },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/payments/{op_id}',
  operationId: 'getPayment',
  summary: 'One payment',
  description: 'A payment, path payment, account creation or merge by the id of its operation.',
  tags: ['payments'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: paymentParameters, query: noQuery },
  responses: { 200: jsonResponse(paymentDetail, 'The payment.'), ...notFoundResponse, ...problemResponses },
});

const place = z.tuple([operationId]);

export function paymentListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    const answer = await answerPayments(context.get('route'), context.req.valid('query'));
    return answerList(context, answer, PAYMENT_COLUMNS);
  });
}

export function paymentRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(detailRoute, async (context) => {
    const { op_id: id } = context.req.valid('param');
    const answer = await inSnapshot(context.get('route'), async (tx) => {
      const stored = await readPayment(tx, BigInt(id) as OperationId);
      if (stored === null) throw new ProblemError(404, 'payment_not_found', `payment ${id} is not stored`);
      const as_of = asOfLedger(stored.payment.ledger, await snapshotCursor(tx));
      return { data: renderPayment(stored), as_of };
    });
    return answerJson(context, answer, SETTLED);
  });
}

async function answerPayments(context: RouteContext, query: PaymentsQuery): Promise<PaymentList> {
  const { limit, cursor } = query;
  const page = cursor === undefined ? undefined : parsePageCursor(query, cursor, place);
  const [id] = page?.place ?? [];
  const beyond = id === undefined ? undefined : (BigInt(id) as OperationId);
  return await inSnapshot(context, async (tx) => {
    const kept = await readKeptLedgers(tx);
    if (kept === null) throw noLedgers();
    const fromLedger = kept.firstWithFacts;
    const { payments, next } = await listPayments(tx, { ...filterOf(query), beyond, fromLedger, limit });
    const asOfCursor = page?.asOfCursor ?? (await snapshotCursor(tx));
    const to = beyond === undefined ? kept.last : ledgerOfOperation(beyond);
    const from = next === null ? fromLedger : ledgerOfOperation(next);
    return {
      data: payments.map(renderPayment),
      page: {
        next_cursor: next === null ? null : pageCursor(query, { place: [next.toString()], asOfCursor }),
      },
      as_of: await asOfLedgers(tx, { from: Math.min(from, to), to, cursor: asOfCursor }),
    };
  });
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
