import { describe, expect } from 'vitest';
import type { Database } from '../src/index.ts';
import { readHead } from '../src/log/index.ts';
import {
  expirePoolSnapshots,
  listPoolSnapshots,
  NO_TRADES,
  readAllPools,
  readAssetPrices,
  readHighestValues,
  readPool,
  readPoolAt,
  readPoolFigures,
  readReservesAt,
  storedText,
} from '../src/pools/index.ts';
import { beginSync } from '../src/state-syncs.ts';
import { test } from './migrated-database.ts';
import { DAY_MS, EUR, FIGURES, idOf, NOON, pool, read, store, USD, XLM } from './stored-pools.ts';

describe('a snapshot of pools', () => {
  test('replaces the one before, with its figures and events, or stores nothing at all', async ({ db }) => {
    const [first, second, third] = [pool(1, 10n, 20n), pool(2, 30n, 40n), pool(3, 50n, 60n)];
    const traded = { ...NO_TRADES, trades: 3, inputA: 7n, volume: 7n };
    expect(await read(db, readPoolFigures)).toBeNull();
    const begun = await db.run((executor) => beginSync(executor, 'pools'));
    const event = { event: 'pool.changed', channels: ['pools'], data: {} };
    await store(db, [{ ...first, last24h: traded, last7d: traded }, second], { events: [event] });
    const late = { begun, events: [event], paths: new Map([[USD, [idOf(3)]]]) };
    expect(await store(db, [third], late)).toBe(false);
    // What fails last undoes all that came before it.
    const unwritable = { ...event, data: { amount: 1n } };
    await expect(store(db, [third], { events: [unwritable], removed: [idOf(1)] })).rejects.toThrow('BigInt');
    expect([...(await read(db, readAllPools)).keys()]).toStrictEqual([idOf(1), idOf(2)]);
    expect((await readHead(db)).lastId).toBe(1n);
    expect(await read(db, (tx) => readPoolAt(tx, { id: idOf(3), at: NOON }))).toBeNull();
    const sums = { pools: 1, trades: 3, valuedTrades: 3, volume: 7n, fees: 0n };
    expect(await read(db, readPoolFigures)).toStrictEqual({ ...FIGURES, last24h: sums, last7d: sums });

    const changed = { ...first, value: null, last7d: { ...traded, trades: 1, volume: null } };
    await store(db, [changed, third], { at: NOON + 1000, removed: [idOf(2)], moved: [third] });
    expect(await read(db, (tx) => readPool(tx, idOf(1)))).toStrictEqual(changed);
    expect(storedText(changed)).not.toBe(storedText(first));
    expect(await read(db, (tx) => readPool(tx, idOf(2)))).toBeNull();
    const unvalued = { pools: 1, trades: 1, valuedTrades: 0, volume: 0n, fees: 0n };
    const none = { pools: 0, trades: 0, valuedTrades: 0, volume: 0n, fees: 0n };
    const figures = await read(db, readPoolFigures);
    expect([figures?.last24h, figures?.last7d]).toStrictEqual([none, unvalued]);
  });

  test('has the prices of assets along its paths, and none of other assets', async ({ db }) => {
    const second = pool(2, 4n, 2n, { assetA: USD, assetB: EUR });
    const paths = new Map([
      [USD, [idOf(1)]],
      [EUR, [idOf(1), idOf(2)]],
    ]);
    await store(db, [pool(1, 10n, 20n), second], { paths });
    const prices = await read(db, (tx) => readAssetPrices(tx, [XLM, USD, EUR]));
    expect(prices.get(XLM)).toMatchObject({ numerator: 1n, denominator: 1n, pools: [] });
    expect(prices.get(USD)).toMatchObject({ numerator: 10n, denominator: 20n, pools: [idOf(1)] });
    expect(prices.get(EUR)).toMatchObject({ numerator: 40n, denominator: 40n, pools: [idOf(1), idOf(2)] });
    await store(db, [], { at: NOON + 1000, paths: new Map([[EUR, null]]) });
    expect([...(await read(db, (tx) => readAssetPrices(tx, [USD, EUR]))).keys()]).toStrictEqual([USD]);
  });
});

describe('the snapshots of a pool', () => {
  const id = idOf(1);

  /** Reserves of that many stroops in snapshots so many hours after noon. */
  async function storeAt(db: Database, hours: readonly number[]): Promise<void> {
    for (const hour of hours) {
      const state = pool(1, BigInt(1000 + hour), 5n, { value: BigInt(100 - hour) });
      await store(db, [state], { at: NOON + hour * 3_600_000 });
    }
  }

  test('hold from their time to the next one, and are listed newest first', async ({ db }) => {
    await storeAt(db, [0, 1, 3]);
    const at = (hours: number) => ({ id, at: NOON + hours * 3_600_000 });
    const reserves = async (hours: number) => (await read(db, (tx) => readPoolAt(tx, at(hours))))?.reserveA;
    expect(await Promise.all([-1, 0, 2, 3, 9].map(reserves))).toStrictEqual([
      undefined,
      1000n,
      1001n,
      1003n,
      1003n,
    ]);
    const held = await read(db, (tx) => readReservesAt(tx, at(2).at));
    expect(held.get(id)).toStrictEqual({ readAt: at(1).at, reserveA: 1001n, reserveB: 5n });
    const list = async (options: object) =>
      (await read(db, (tx) => listPoolSnapshots(tx, { id, limit: 9, ...options }))).map(
        ({ readAt }) => readAt,
      );
    expect(await list({})).toStrictEqual([3, 1, 0].map((hours) => at(hours).at));
    expect(await list({ from: at(1).at, to: at(3).at })).toStrictEqual([at(1).at]);
    expect(await list({ before: at(3).at, limit: 1 })).toStrictEqual([at(1).at]);
  });

  test('have the highest value of a time, the row that held at its beginning included, since the last fall', async ({
    db,
  }) => {
    await storeAt(db, [0, 1, 3]);
    const highest = async (since: number) => {
      const values = await read(db, (tx) =>
        readHighestValues(tx, { ids: [id], since: NOON + since * 3_600_000 }),
      );
      return values.get(id);
    };
    expect(await Promise.all([-5, 0, 2, 4].map(highest))).toStrictEqual([100n, 100n, 99n, 97n]);
    await store(db, [pool(1, 1n, 1n, { value: 50n, fallsMeasuredFrom: NOON + 5 * 3_600_000 })], {
      at: NOON + 5 * 3_600_000,
    });
    expect(await highest(0)).toBe(50n);
  });

  test('are all kept for eight days, then the last of each day, then what held when the kept time begins', async ({
    db,
  }) => {
    const hours = [
      -24 * 40,
      -24 * 39,
      -24 * 21,
      -24 * 20 - 2,
      -24 * 20,
      -24 * 9 - 1,
      -24 * 9,
      -24 * 8,
      -1,
      0,
    ];
    await storeAt(db, hours);
    await store(db, [pool(2, 1n, 1n)], { at: NOON - 40 * DAY_MS });
    await store(db, [], { at: NOON });
    await expirePoolSnapshots(db, { days: 30 });
    const left = await read(db, (tx) => listPoolSnapshots(tx, { id, limit: 99 }));
    expect(left.map(({ readAt }) => (readAt - NOON) / 3_600_000)).toStrictEqual(
      [-24 * 39, -24 * 21, -24 * 20, -24 * 9, -24 * 8, -1, 0].toReversed(),
    );
    expect(await read(db, (tx) => readPoolAt(tx, { id: idOf(2), at: NOON }))).not.toBeNull();
    await expirePoolSnapshots(db, { days: 30 });
    expect(await read(db, (tx) => listPoolSnapshots(tx, { id, limit: 99 }))).toStrictEqual(left);
  });
});
