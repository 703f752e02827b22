import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  noQuery,
  paymentDetail,
  paymentList,
  paymentParameters,
  paymentsQuery,
  stroopsOf,
  type PaymentList,
  type PaymentsQuery,
} from '@stellar-insights/contract';
import { listPayments, readPayment, type PaymentFilter } from '@stellar-insights/db/payments';
import type { AssetId, Hash, OperationId, Stroops } from '@stellar-insights/ledger';
import { PAYMENT_COLUMNS, renderPayment } from '@stellar-insights/wire';
import { asOfLedger, snapshotCursor } from '../../answers/as-of.ts';
import { memoFilterOf, partyOf, resultFilterOf } from '../../answers/filters.ts';
import { jsonOnly, listFormats } from '../../answers/formats.ts';
import { answerHistory } from '../../answers/history.ts';
import { answerJson } from '../../answers/json.ts';
import { answerList } from '../../answers/list.ts';
import { ProblemError } from '../../answers/problem.ts';
import { jsonResponse, listResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import { inSnapshot, type ApiEnv, type RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { SETTLED } from '../../middleware/cache-control.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/payments',
  operationId: 'listPayments',
  summary: 'Payments and payment attempts',
  description:
    'Payments, path payments, account creations and merges that entered a ledger, failed ones included, newest first if `order` is not set. The filters are combined: a payment has to fit all of them.',
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

export function paymentListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    const [route, query] = [context.get('route'), context.req.valid('query')];
    const read = async (cursor = query.cursor) => await answerPayments(route, { ...query, cursor });
    return answerList(context, await read(), PAYMENT_COLUMNS, read);
  });
}

export function paymentRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(detailRoute, async (context) => {
    const { op_id: id } = context.req.valid('param');
    const answer = await inSnapshot(context.get('route'), async (tx) => {
      const [stored, cursor] = await Promise.all([
        readPayment(tx, BigInt(id) as OperationId),
        snapshotCursor(tx),
      ]);
      if (stored === null) throw new ProblemError(404, 'payment_not_found', `payment ${id} is not stored`);
      return { data: renderPayment(stored), as_of: asOfLedger(stored.payment.ledger, cursor) };
    });
    return answerJson(context, answer, SETTLED);
  });
}

function answerPayments(context: RouteContext, query: PaymentsQuery): Promise<PaymentList> {
  const filter = filterOf(query);
  return answerHistory(context, query, {
    path: listRoute.path,
    read: async (tx, options) => {
      const { payments: rows, next } = await listPayments(tx, { ...filter, ...options });
      return { rows, next };
    },
    render: renderPayment,
  });
}

function filterOf(query: PaymentsQuery): PaymentFilter {
  const { account, from_account: from, to_account: to, min_amount: min, type } = query;
  return {
    account: partyOf(account),
    fromAccount: partyOf(from),
    toAccount: partyOf(to),
    asset: query.asset as AssetId | undefined,
    minAmount: min === undefined ? undefined : (stroopsOf(min) as Stroops),
    type,
    ...resultFilterOf(query.result),
    transactionHash: query.tx_hash as Hash | undefined,
    memo: memoFilterOf(query),
  };
}
