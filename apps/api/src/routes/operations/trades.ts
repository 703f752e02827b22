import { tradeList, tradesQuery } from '@stellar-insights/contract';
import { listTrades } from '@stellar-insights/db/operations';
import type { AccountId, AssetId, Hash, PoolId } from '@stellar-insights/ledger';
import { renderTrade, TRADE_COLUMNS } from '@stellar-insights/wire';
import { operationListRoute } from './operation-list.ts';

export const tradeListRoute = operationListRoute({
  path: '/trades',
  operationId: 'listTrades',
  summary: 'What offers and pools exchanged',
  description:
    'Each offer and each pool that an operation crossed, newest first if `order` is not set. The number in `id` is the place in which the operation crossed it. The filters are combined: a trade has to fit all of them.',
  tag: 'trades',
  query: tradesQuery,
  answer: tradeList,
  columns: TRADE_COLUMNS,
  read: (tx, query, page) =>
    listTrades(
      tx,
      {
        account: query.account as AccountId | undefined,
        asset: query.asset as AssetId | undefined,
        soldAsset: query.sold_asset as AssetId | undefined,
        boughtAsset: query.bought_asset as AssetId | undefined,
        pool: query.pool_id as PoolId | undefined,
        offerId: query.offer_id === undefined ? undefined : BigInt(query.offer_id),
        transactionHash: query.tx_hash as Hash | undefined,
      },
      page,
    ),
  render: renderTrade,
});
