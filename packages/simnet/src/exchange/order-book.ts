import type { KeyPair } from '../key-pair.ts';
import type { Asset } from '../state/asset.ts';
import type { Offer, Price } from '../state/entries.ts';
import { receiveProblem } from '../state/holdings.ts';
import type { Store } from '../state/store.ts';
import { ceilDivide } from './constant-product.ts';
import type { Fill } from './fill.ts';

/** What a taker took from a book. */
export interface Crossing {
  readonly fills: readonly Fill[];
  /** The totals that the taker pays and gets. */
  readonly paid: bigint;
  readonly got: bigint;
  /** Whether the whole amount is covered. */
  readonly complete: boolean;
  /** Whether it ended at an offer of the taker itself. */
  readonly crossedSelf: boolean;
}

export interface Taker {
  readonly account: KeyPair;
  readonly paying: Asset;
  readonly getting: Asset;
  /** The highest price of an offer to take, in units paid for one unit got. Default: any. */
  readonly limit?: Price;
}

type Step = { readonly sold: bigint; readonly bought: bigint } | null;

/** Takes offers, best first, until the taker gets exactly `amount`. Does not change the store. */
export function buyFromBook(store: Store, taker: Taker, amount: bigint): Crossing {
  return cross(
    store,
    taker,
    (offer, { got }) => {
      const wanted = amount - got;
      if (wanted <= 0n) return null;
      const sold = wanted < offer.amount ? wanted : offer.amount;
      return { sold, bought: ceilDivide(sold * BigInt(offer.price.n), BigInt(offer.price.d)) };
    },
    ({ got }) => got >= amount,
  );
}

/**
 * Pays `amount` into a book, best offer first. The last offer taken may leave a remainder too small for one more unit:
 * `give` it to the maker, who may then sell 0 for it (strict send pays all), or `keep` it.
 */
export function sellIntoBook(store: Store, taker: Taker, amount: bigint, rest: 'give' | 'keep'): Crossing {
  let exhausted = false;
  return cross(
    store,
    taker,
    (offer, { paid }) => {
      const left = amount - paid;
      if (left <= 0n || exhausted) return null;
      const affordable = (left * BigInt(offer.price.d)) / BigInt(offer.price.n);
      exhausted = affordable < offer.amount;
      const sold = exhausted ? affordable : offer.amount;
      if (sold === 0n && rest === 'keep') return null;
      const price = ceilDivide(sold * BigInt(offer.price.n), BigInt(offer.price.d));
      return { sold, bought: exhausted && rest === 'give' ? left : price };
    },
    ({ paid }) => exhausted || paid >= amount,
  );
}

function cross(
  store: Store,
  taker: Taker,
  step: (offer: Offer, soFar: { paid: bigint; got: bigint }) => Step,
  done: (soFar: { paid: bigint; got: bigint }) => boolean,
): Crossing {
  const fills: Fill[] = [];
  const soFar = { paid: 0n, got: 0n };
  for (const offer of store.book(taker.getting, taker.paying)) {
    if (done(soFar) || (taker.limit !== undefined && isDearer(offer.price, taker.limit))) break;
    if (offer.seller.id === taker.account.id) return { fills, ...soFar, complete: false, crossedSelf: true };
    const next = step(offer, soFar);
    if (next === null) break;
    if (receiveProblem(store, offer.seller, taker.paying, next.bought) === 'not_authorized') continue;
    fills.push({ maker: offer, soldAsset: taker.getting, boughtAsset: taker.paying, ...next });
    soFar.paid += next.bought;
    soFar.got += next.sold;
  }
  return { fills, ...soFar, complete: done(soFar), crossedSelf: false };
}

function isDearer(price: Price, limit: Price): boolean {
  return BigInt(price.n) * BigInt(limit.d) > BigInt(limit.n) * BigInt(price.d);
}
