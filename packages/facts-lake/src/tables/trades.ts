import type { AccountId, AssetId, PoolId, Stroops, TradeFact } from '@stellar-insights/ledger';
import { int32, int64, int64Of, nullable, textOf, type RowOf } from './columns.ts';
import { lakeTable, type LakeTable } from './lake-table.ts';
import { placeColumns, placeFact, placeRow } from './operation-table.ts';

/** Either an offer or a pool. */
const makerColumns = {
  seller: nullable(textOf<AccountId>()),
  offer_id: nullable(int64),
  pool_id: nullable(textOf<PoolId>()),
};

export const trades: LakeTable<TradeFact> = lakeTable({
  name: 'trades',
  columns: {
    ...placeColumns,
    order: int32,
    ...makerColumns,
    buyer: textOf<AccountId>(),
    sold_asset: textOf<AssetId>(),
    sold_stroops: int64Of<Stroops>(),
    bought_asset: textOf<AssetId>(),
    bought_stroops: int64Of<Stroops>(),
  },
  ledger: 'ledger',
  factsOf: ({ trades: facts }) => facts,
  toRow: (fact: TradeFact, closedAt) => ({
    ...placeRow(fact, closedAt),
    order: fact.order,
    ...makerRow(fact.maker),
    buyer: fact.buyer,
    sold_asset: fact.soldAsset,
    sold_stroops: fact.soldAmount,
    bought_asset: fact.boughtAsset,
    bought_stroops: fact.boughtAmount,
  }),
  toFact: (row) => ({
    ...placeFact(row),
    order: row.order,
    maker: makerFact(row),
    buyer: row.buyer,
    soldAsset: row.sold_asset,
    soldAmount: row.sold_stroops,
    boughtAsset: row.bought_asset,
    boughtAmount: row.bought_stroops,
  }),
});

function makerRow(maker: TradeFact['maker']): RowOf<typeof makerColumns> {
  return maker.type === 'offer'
    ? { seller: maker.seller, offer_id: maker.offerId, pool_id: null }
    : { seller: null, offer_id: null, pool_id: maker.pool };
}

function makerFact({ seller, offer_id: offerId, pool_id: pool }: RowOf<typeof makerColumns>) {
  if (pool !== null) return { type: 'pool', pool } as const;
  if (seller === null || offerId === null) throw new TypeError('found a trade without a maker, expected one');
  return { type: 'offer', seller, offerId } as const;
}
