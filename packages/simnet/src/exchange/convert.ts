import type { Store } from '../state/store.ts';
import type { Pool } from '../state/entries.ts';
import { poolIdOf, poolPayout, poolPrice } from './constant-product.ts';
import { settleFills, type Fill } from './fill.ts';
import { buyFromBook, sellIntoBook, type Crossing, type Taker } from './order-book.ts';

export type Conversion =
  | { readonly fills: readonly Fill[]; readonly paid: bigint; readonly got: bigint }
  | 'too_few_offers'
  | 'offer_cross_self';

interface Exchange {
  readonly store: Store;
  /** There are no pools before 18. */
  readonly protocol: number;
}

/** One hop of a path in which the taker pays exactly `amount`. */
export function convertPaying({ store, protocol }: Exchange, taker: Taker, amount: bigint): Conversion {
  const book = sellIntoBook(store, taker, amount, 'give');
  const pool = protocol < 18 ? null : poolOf(store, taker);
  if (pool === null) return settle(store, book);
  const { reserveIn, reserveOut } = reserves(pool, taker);
  const got = poolPayout(reserveIn, reserveOut, amount);
  if (got === 0n || (book.complete && book.got >= got)) return settle(store, book);
  return settle(store, throughPool(pool, taker, amount, got));
}

/** One hop of a path in which the taker gets exactly `amount`. */
export function convertGetting({ store, protocol }: Exchange, taker: Taker, amount: bigint): Conversion {
  const book = buyFromBook(store, taker, amount);
  const pool = protocol < 18 ? null : poolOf(store, taker);
  if (pool === null) return settle(store, book);
  const { reserveIn, reserveOut } = reserves(pool, taker);
  const paid = poolPrice(reserveIn, reserveOut, amount);
  if (paid === null || (book.complete && book.paid <= paid)) return settle(store, book);
  return settle(store, throughPool(pool, taker, paid, amount));
}

function settle(store: Store, { fills, paid, got, complete, crossedSelf }: Crossing): Conversion {
  if (crossedSelf) return 'offer_cross_self';
  if (!complete) return 'too_few_offers';
  settleFills(store, fills);
  return { fills, paid, got };
}

function throughPool(maker: Pool, taker: Taker, paid: bigint, got: bigint): Crossing {
  const fill = { maker, soldAsset: taker.getting, sold: got, boughtAsset: taker.paying, bought: paid };
  return { fills: [fill], paid, got, complete: true, crossedSelf: false };
}

function poolOf(store: Store, { paying, getting }: Taker): Pool | null {
  const pool = store.pool(poolIdOf(paying, getting));
  return pool === undefined || pool.shares === 0n ? null : pool;
}

function reserves(pool: Pool, { paying }: Taker): { reserveIn: bigint; reserveOut: bigint } {
  return paying.id === pool.assetA.id
    ? { reserveIn: pool.reserveA, reserveOut: pool.reserveB }
    : { reserveIn: pool.reserveB, reserveOut: pool.reserveA };
}
