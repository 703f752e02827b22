import { trustlineOperationList, trustlineOperationsQuery } from '@stellar-insights/contract';
import { listTrustlineOperations } from '@stellar-insights/db/operations';
import type { AssetId, Hash, PoolId } from '@stellar-insights/ledger';
import { renderTrustlineOperation, TRUSTLINE_OPERATION_COLUMNS } from '@stellar-insights/wire';
import { partyOf, resultFilterOf } from '../../answers/filters.ts';
import { operationListRoute } from './operation-list.ts';

export const trustlineOperationListRoute = operationListRoute({
  path: '/trustline-operations',
  operationId: 'listTrustlineOperations',
  summary: 'Operations on trustlines',
  description:
    'Trustlines that holders opened, changed or ended, and what issuers said that holders may do, failed operations included, newest first if `order` is not set. The filters are combined: an operation has to fit all of them.',
  tag: 'trustlines',
  query: trustlineOperationsQuery,
  answer: trustlineOperationList,
  columns: TRUSTLINE_OPERATION_COLUMNS,
  recorded: 'trustline_operations',
  read: (tx, query, page) =>
    listTrustlineOperations(
      tx,
      {
        account: partyOf(query.account),
        asset: query.asset as AssetId | undefined,
        pool: query.pool_id as PoolId | undefined,
        type: query.type,
        ...resultFilterOf(query.result),
        transactionHash: query.tx_hash as Hash | undefined,
      },
      page,
    ),
  render: renderTrustlineOperation,
});
