import type { Offer } from '../state/entries.ts';
import { countSubentries, promise } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import { ceilDivide } from './constant-product.ts';

/**
 * One offer replaces another, is created (`before` null) or is deleted (`after` null). Updates the liabilities of its
 * seller and the number of the seller's entries.
 */
export function replaceOffer(store: Store, before: Offer | null, after: Offer | null): void {
  if (before !== null) {
    promiseOffer(store, before, -1n);
    if (after === null) store.remove(before);
  }
  if (after !== null) {
    store.put(after);
    promiseOffer(store, after, 1n);
  }
  const change = (after === null ? 0 : 1) - (before === null ? 0 : 1);
  const seller = (after ?? before)?.seller;
  if (seller !== undefined && change !== 0) countSubentries(store, seller, change);
}

/** What the seller would get for the whole offer, rounded in the seller's favour. */
export function proceeds({ amount, price }: Pick<Offer, 'amount' | 'price'>): bigint {
  return ceilDivide(amount * BigInt(price.n), BigInt(price.d));
}

function promiseOffer(store: Store, offer: Offer, sign: 1n | -1n): void {
  promise(store, offer.seller, offer.selling, { selling: sign * offer.amount, buying: 0n });
  promise(store, offer.seller, offer.buying, { selling: 0n, buying: sign * proceeds(offer) });
}
