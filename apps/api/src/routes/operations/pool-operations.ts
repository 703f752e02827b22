import { poolOperationList, poolOperationsQuery } from '@stellar-insights/contract';
import { listPoolOperations } from '@stellar-insights/db/operations';
import type { Hash, PoolId } from '@stellar-insights/ledger';
import { POOL_OPERATION_COLUMNS, renderPoolOperation } from '@stellar-insights/wire';
import { partyOf, resultFilterOf } from '../../answers/filters.ts';
import { operationListRoute } from './operation-list.ts';

export const poolOperationListRoute = operationListRoute({
  path: '/pool-operations',
  operationId: 'listPoolOperations',
  summary: 'Deposits into liquidity pools and withdrawals',
  description:
    'Deposits into liquidity pools and withdrawals, failed ones included, newest first if `order` is not set. The filters are combined: an operation has to fit all of them.',
  tag: 'pools',
  query: poolOperationsQuery,
  answer: poolOperationList,
  columns: POOL_OPERATION_COLUMNS,
  recorded: 'pool_operations',
  read: (tx, query, page) =>
    listPoolOperations(
      tx,
      {
        account: partyOf(query.account),
        pool: query.pool_id as PoolId | undefined,
        type: query.type,
        ...resultFilterOf(query.result),
        transactionHash: query.tx_hash as Hash | undefined,
      },
      page,
    ),
  render: renderPoolOperation,
});
