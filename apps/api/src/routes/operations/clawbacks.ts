import { clawbackList, clawbacksQuery } from '@stellar-insights/contract';
import { listClawbacks } from '@stellar-insights/db/operations';
import type { AssetId, Hash } from '@stellar-insights/ledger';
import { CLAWBACK_COLUMNS, renderClawback } from '@stellar-insights/wire';
import { partyOf, resultFilterOf } from '../../answers/filters.ts';
import { operationListRoute } from './operation-list.ts';

export const clawbackListRoute = operationListRoute({
  path: '/clawbacks',
  operationId: 'listClawbacks',
  summary: 'What issuers took back',
  description:
    'Clawbacks from trustlines and of claimable balances, failed ones included, newest first if `order` is not set. The filters are combined: an operation has to fit all of them.',
  tag: 'clawbacks',
  query: clawbacksQuery,
  answer: clawbackList,
  columns: CLAWBACK_COLUMNS,
  recorded: 'clawbacks',
  read: (tx, query, page) =>
    listClawbacks(
      tx,
      {
        account: partyOf(query.account),
        fromAccount: partyOf(query.from_account),
        asset: query.asset as AssetId | undefined,
        balanceId: query.balance_id as Hash | undefined,
        type: query.type,
        ...resultFilterOf(query.result),
        transactionHash: query.tx_hash as Hash | undefined,
      },
      page,
    ),
  render: renderClawback,
});
