import { claimableBalanceList, claimableBalancesQuery } from '@stellar-insights/contract';
import { listClaimableBalances } from '@stellar-insights/db/operations';
import type { AccountId, AssetId, Hash } from '@stellar-insights/ledger';
import { CLAIMABLE_BALANCE_COLUMNS, renderClaimableBalance } from '@stellar-insights/wire';
import { partyOf, resultFilterOf } from '../../answers/filters.ts';
import { operationListRoute } from './operation-list.ts';

export const claimableBalanceListRoute = operationListRoute({
  path: '/claimable-balances',
  operationId: 'listClaimableBalances',
  summary: 'Creations and claims of claimable balances',
  description:
    'Creations and claims of claimable balances, failed ones included, newest first if `order` is not set. `balance_id` finds both halves of a payment. The filters are combined: an operation has to fit all of them.',
  tag: 'claimable-balances',
  query: claimableBalancesQuery,
  answer: claimableBalanceList,
  columns: CLAIMABLE_BALANCE_COLUMNS,
  read: (tx, query, page) =>
    listClaimableBalances(
      tx,
      {
        account: partyOf(query.account),
        claimant: query.claimant as AccountId | undefined,
        asset: query.asset as AssetId | undefined,
        balanceId: query.balance_id as Hash | undefined,
        type: query.type,
        ...resultFilterOf(query.result),
        transactionHash: query.tx_hash as Hash | undefined,
      },
      page,
    ),
  render: renderClaimableBalance,
});
