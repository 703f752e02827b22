import type { Trade } from '@stellar-insights/contract';
import type { TradeFact } from '@stellar-insights/ledger';
import { PLACE_COLUMNS, renderPartId, renderPlace, type FactInLedger } from './operation.ts';
import { knownAmount } from './values.ts';

/** A trade as REST answers it. */
export function renderTrade({ fact, transaction, closedAt }: FactInLedger<TradeFact>): Trade {
  return {
    id: renderPartId(fact),
    ...renderPlace(fact, transaction, closedAt),
    maker: renderMaker(fact.maker),
    buyer: fact.buyer,
    sold_asset: fact.soldAsset,
    ...knownAmount('sold', fact.soldAmount),
    bought_asset: fact.boughtAsset,
    ...knownAmount('bought', fact.boughtAmount),
  };
}

/** The columns of `renderTrade` in CSV. */
export const TRADE_COLUMNS = [
  'id',
  ...PLACE_COLUMNS,
  'maker.type',
  'maker.seller',
  'maker.offer_id',
  'maker.pool_id',
  'buyer',
  'sold_asset',
  'sold',
  'sold_stroops',
  'bought_asset',
  'bought',
  'bought_stroops',
] as const;

function renderMaker(maker: TradeFact['maker']): Trade['maker'] {
  return maker.type === 'offer'
    ? { type: 'offer', seller: maker.seller, offer_id: maker.offerId.toString() }
    : { type: 'pool', pool_id: maker.pool };
}
