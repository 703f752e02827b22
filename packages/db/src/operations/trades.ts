import type { AccountId, AssetId, Hash, PoolId, TradeFact } from '@stellar-insights/ledger';
import { tradeFact } from '../facts/fact-rows.ts';
import { byIndex, byReading, findFilterIds, hasHash, hasId, whereGiven } from '../history/criteria.ts';
import { factList } from '../history/list-facts.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf } from '../history/parties.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { trades } from '../tables/trades.ts';
import type { Transaction } from '../transaction.ts';

/** All but `offerId` are served by an index. */
export interface TradeFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** Buyer or seller. */
  readonly account?: AccountId | undefined;
  readonly buyer?: AccountId | undefined;
  readonly seller?: AccountId | undefined;
  /** Sold or bought. */
  readonly asset?: AssetId | undefined;
  readonly soldAsset?: AssetId | undefined;
  readonly boughtAsset?: AssetId | undefined;
  readonly pool?: PoolId | undefined;
  readonly offerId?: bigint | undefined;
}

export const TRADES: FactTable<TradeFact, typeof trades> = { table: trades, key: 'order', factOf: tradeFact };

/** Trades in the order of ledger, position and claim. */
export const listTrades = factList(TRADES, tradesWanted);

async function tradesWanted(
  tx: Transaction,
  { transactionHash, account, buyer, seller, asset, soldAsset, boughtAsset, pool, offerId }: TradeFilter,
): Promise<Wanted | null> {
  const ids = await findFilterIds(tx, {
    accounts: [account, buyer, seller],
    assets: [asset, soldAsset, boughtAsset],
  });
  if (ids === null) return null;
  const { sql } = tx;
  const ofAccount = (column: string, name: AccountId) => hasId(tx, column, ids.account(name));
  const ofAsset = (column: string, name: AssetId) => hasId(tx, column, ids.asset(name));
  const criteria = [
    ...whereGiven(account, (name) => eitherOf(tx, ofAccount('buyer', name), ofAccount('seller', name))),
    ...whereGiven(buyer, (name) => byIndex(ofAccount('buyer', name))),
    ...whereGiven(seller, (name) => byIndex(ofAccount('seller', name))),
    ...whereGiven(asset, (name) => eitherOf(tx, ofAsset('sold_asset', name), ofAsset('bought_asset', name))),
    ...whereGiven(soldAsset, (name) => byIndex(ofAsset('sold_asset', name))),
    ...whereGiven(boughtAsset, (name) => byIndex(ofAsset('bought_asset', name))),
    ...whereGiven(pool, (id) => byIndex(hasHash(tx, 'pool', id))),
    ...whereGiven(offerId, (id) => byReading(sql`offer_id = ${id.toString()}::numeric`)),
  ];
  return { criteria, within: transactionHash && { transactionHash } };
}
