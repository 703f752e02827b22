import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  noQuery,
  TRANSACTION_ROWS,
  transactionDetail,
  transactionList,
  transactionParameters,
  transactionsQuery,
  type TransactionList,
  type TransactionsQuery,
} from '@stellar-insights/contract';
import { readKeptLedgers } from '@stellar-insights/db/ledgers';
import { listTransactions, readTransaction } from '@stellar-insights/db/transactions';
import type { Hash } from '@stellar-insights/ledger';
import { renderTransaction, TRANSACTION_COLUMNS } from '@stellar-insights/wire';
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
import { renderTransactionDetail } from './render-transaction-detail.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/transactions',
  operationId: 'listTransactions',
  summary: 'Transactions',
  description:
    'All transactions that entered a ledger, failed ones included, newest first if `order` is not set; `after_id` and `before_id` are compared with `id`. The filters are combined: a transaction has to fit all of them.',
  tags: ['transactions'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: transactionsQuery },
  responses: { 200: listResponse(transactionList, 'Transactions.'), ...problemResponses },
});

const detailRoute = createRoute({
  method: 'get',
  path: '/transactions/{tx_hash}',
  operationId: 'getTransaction',
  summary: 'One transaction, with everything that is recorded of its operations',
  description:
    'A transaction by its hash; a fee bump by its outer or its inner hash. Each list of facts has the rows of its own route.',
  tags: ['transactions'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: transactionParameters, query: noQuery },
  responses: {
    200: jsonResponse(transactionDetail, 'The transaction.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

export function transactionListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    const [route, query] = [context.get('route'), context.req.valid('query')];
    const read = async (cursor = query.cursor) => await answerTransactions(route, { ...query, cursor });
    return answerList(context, await read(), TRANSACTION_COLUMNS, read);
  });
}

export function transactionRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(detailRoute, async (context) => {
    const { tx_hash: hash } = context.req.valid('param');
    const answer = await inSnapshot(context.get('route'), async (tx) => {
      const kept = await readKeptLedgers(tx);
      const stored = kept && (await readTransaction(tx, hash as Hash, { kept, limit: TRANSACTION_ROWS }));
      if (stored === null) {
        throw new ProblemError(404, 'transaction_not_found', `transaction ${hash} is not stored`);
      }
      const as_of = asOfLedger(stored.transaction.ledger, await snapshotCursor(tx));
      return { data: renderTransactionDetail(stored, TRANSACTION_ROWS), as_of };
    });
    return answerJson(context, answer, SETTLED);
  });
}

function answerTransactions(context: RouteContext, query: TransactionsQuery): Promise<TransactionList> {
  const { succeeded, reason: result } = resultFilterOf(query.result);
  const filter = { account: partyOf(query.account), succeeded, result, memo: memoFilterOf(query) };
  return answerHistory(context, query, {
    path: listRoute.path,
    read: async (tx, options) => {
      const { transactions: rows, next } = await listTransactions(tx, filter, options);
      return { rows, next };
    },
    render: renderTransaction,
  });
}
