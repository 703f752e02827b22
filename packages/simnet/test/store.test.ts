import { describe, expect, it } from 'vitest';
import { replaceOffer } from '../src/exchange/offer-liabilities.ts';
import { NATIVE } from '../src/state/asset.ts';
import type { Offer } from '../src/state/entries.ts';
import { spendable } from '../src/state/holdings.ts';
import { Random } from '../src/random.ts';
import { Store } from '../src/state/store.ts';
import { castOf } from '../src/workload/cast.ts';
import { populate } from '../src/workload/genesis.ts';

function populated() {
  const cast = castOf('store');
  const store = new Store(1);
  populate(store, cast, new Random('store'));
  store.settle();
  const [maker] = cast.makers;
  const [usd] = cast.currencies;
  if (maker === undefined || usd === undefined) throw new Error('The cast has no maker or no currency.');
  const offer = (id: bigint, n: number): Offer => ({
    kind: 'offer',
    id,
    seller: maker,
    selling: usd,
    buying: NATIVE,
    amount: 1_000n,
    price: { n, d: 1 },
  });
  return { store, maker, usd, offer };
}

describe('the store', () => {
  it('is after a rollback what it was before, books and ids included', () => {
    const { store, maker, usd, offer } = populated();
    const before = {
      entries: [...store.entries()],
      book: [...store.book(usd, NATIVE)],
      idPool: store.idPool,
    };
    const mark = store.mark();
    store.idPool += 5n;
    replaceOffer(store, null, offer(900n, 7));
    for (const existing of before.book) replaceOffer(store, existing, null);
    expect(store.changesSince(mark)).not.toHaveLength(0);
    store.rollback(mark);
    expect(store.changesSince(mark)).toHaveLength(0);
    expect(new Set(store.entries())).toEqual(new Set(before.entries));
    expect(store.book(usd, NATIVE)).toEqual(before.book);
    expect(store.idPool).toBe(before.idPool);
    expect(store.account(maker.id)).toBeDefined();
  });

  it('keeps a book by price, then by age', () => {
    const { store, usd, offer } = populated();
    for (const existing of store.book(usd, NATIVE).slice()) replaceOffer(store, existing, null);
    for (const [id, price] of [
      [11n, 5],
      [12n, 3],
      [13n, 5],
      [14n, 3],
      [15n, 4],
    ] as const) {
      replaceOffer(store, null, offer(id, price));
    }
    expect(store.book(usd, NATIVE).map(({ id }) => id)).toEqual([12n, 14n, 15n, 11n, 13n]);
  });

  it('lists one change for each entry: its first state and its last', () => {
    const { store, maker } = populated();
    const mark = store.mark();
    const account = store.account(maker.id);
    if (account === undefined) throw new Error('The maker has no account.');
    store.put({ ...account, balance: 1n });
    store.put({ ...account, balance: 2n });
    const changes = store.changesSince(mark).map(({ before, after }) => [before?.entry, after?.entry]);
    expect(changes).toEqual([[account, { ...account, balance: 2n }]]);
  });

  it('does not let anyone spend what an offer has promised', () => {
    const { store, maker, usd, offer } = populated();
    const before = spendable(store, maker, usd);
    replaceOffer(store, null, offer(900n, 2));
    expect(spendable(store, maker, usd)).toBe(before - 1_000n);
  });
});
