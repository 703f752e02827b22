import type { ClaimAtomWire } from '@stellar/stellar-sdk/xdr';
import { fromHex } from '../digest.ts';
import type { Asset } from '../state/asset.ts';
import type { Offer, Pool } from '../state/entries.ts';
import { credit, debit } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import { accountWire } from '../wire.ts';
import { replaceOffer } from './offer-liabilities.ts';

/** A part of an exchange: the maker, an offer or a pool, gives `sold` and gets `bought`. */
export interface Fill {
  readonly maker: Offer | Pool;
  readonly soldAsset: Asset;
  readonly sold: bigint;
  readonly boughtAsset: Asset;
  readonly bought: bigint;
}

/** Applies the maker's side of the fills. The caller applies the taker's side. */
export function settleFills(store: Store, fills: readonly Fill[]): void {
  for (const fill of fills) {
    if (fill.maker.kind === 'pool') settlePool(store, fill.maker, fill);
    else settleOffer(store, fill.maker, fill);
  }
}

function settlePool(store: Store, pool: Pool, { soldAsset, sold, bought }: Fill): void {
  const [a, b] = soldAsset.id === pool.assetA.id ? [-sold, bought] : [bought, -sold];
  store.put({ ...pool, reserveA: pool.reserveA + a, reserveB: pool.reserveB + b });
}

function settleOffer(store: Store, offer: Offer, { soldAsset, sold, boughtAsset, bought }: Fill): void {
  const left = offer.amount - sold;
  replaceOffer(store, offer, left > 0n ? { ...offer, amount: left } : null);
  debit(store, offer.seller, soldAsset, sold);
  credit(store, offer.seller, boughtAsset, bought);
}

/** The fill as a result contains it. Before protocol 18 there were no pools, and offers had an older form. */
export function claimAtom(fill: Fill, protocol: number): ClaimAtomWire {
  const amounts = {
    assetSold: fill.soldAsset.wire,
    amountSold: fill.sold,
    assetBought: fill.boughtAsset.wire,
    amountBought: fill.bought,
  };
  if (fill.maker.kind === 'pool') {
    return { type: 2, liquidityPool: { liquidityPoolId: fromHex(fill.maker.id), ...amounts } };
  }
  const { id: offerId, seller } = fill.maker;
  return protocol < 18
    ? { type: 0, v0: { sellerEd25519: seller.publicKey, offerId, ...amounts } }
    : { type: 1, orderBook: { sellerId: accountWire(seller), offerId, ...amounts } };
}
