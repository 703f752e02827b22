import { annualRate, compareRatios, feesOf, impermanentLoss, type Ratio } from '@stellar-insights/analytics';
import { seed } from '@stellar-insights/devstack/vitest';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  listPools,
  NO_TRADES,
  readAllPools,
  type ListedPool,
  type Pool,
  type PoolCounts,
  type PoolOrder,
} from '../src/pools/index.ts';
import { test } from './migrated-database.ts';
import { DAY_MS, EUR, NOON, pool, read, store, USD, XLM } from './stored-pools.ts';

describe('the lists of pools', () => {
  test('have every pool once, in the order of exact values, on pages of any size', async ({ db }) => {
    const random = new Random(`${seed()} lists`);
    const few = () => BigInt(random.integer(0, 4));
    const counts = (): PoolCounts => {
      if (random.chance(0.3)) return NO_TRADES;
      const [inputA, inputB] = [1000n * few(), 777n];
      const [volume, fees] = random.chance(0.2) ? [null, null] : [few(), few()];
      return {
        trades: 2,
        inputA,
        inputB,
        feesA: feesOf(inputA, 30),
        feesB: feesOf(inputB, 30),
        volume,
        fees,
      };
    };
    const pools = Array.from({ length: 80 }, (_, place): Pool => {
      const [reserveA, reserveB] = [few(), few()];
      const before = { reserveA: few(), reserveB: few() };
      const after = { reserveA, reserveB };
      return pool(place, reserveA, reserveB, {
        value: random.chance(0.2) ? null : few() * 10n ** 30n,
        last24h: counts(),
        last7d: counts(),
        change7d: random.chance(0.3) ? null : { from: NOON - 7 * DAY_MS, to: NOON, before, after },
        assetB: random.chance(0.5) ? USD : EUR,
      });
    });
    await store(db, pools);
    for (const by of ['id', 'value', 'apr', 'volume24h', 'volume7d', 'fees24h', 'fees7d', 'loss'] as const) {
      const listed: ListedPool[] = [];
      for (let limit = random.integer(1, 30), page: ListedPool[] = []; ; page = []) {
        page = await read(db, (tx) => listPools(tx, { by, after: listed.at(-1), limit }));
        listed.push(...page);
        if (page.length < limit) break;
      }
      const expected = pools.toSorted(
        (a, b) => compareNullable(valueOf(by, b), valueOf(by, a)) || (a.id < b.id ? -1 : 1),
      );
      expect(
        listed.map(({ place: _, ...each }) => each),
        by,
      ).toStrictEqual(expected);
    }
    const other = { asset: EUR, by: 'id', limit: 100 } as const;
    expect(await read(db, (tx) => listPools(tx, other))).toHaveLength(
      pools.filter(({ assetB }) => assetB === EUR).length,
    );
    expect(await read(db, (tx) => listPools(tx, { ...other, otherAsset: XLM }))).toHaveLength(
      pools.filter(({ assetB }) => assetB === EUR).length,
    );
    expect(await read(db, (tx) => listPools(tx, { ...other, otherAsset: USD }))).toStrictEqual([]);
    expect(await read(db, readAllPools)).toStrictEqual(new Map(pools.map((each) => [each.id, each])));
  });
});

/** What a pool is ordered by; null if it has no value. */
function valueOf(by: PoolOrder, { value, last24h, last7d, change7d }: Pool): Ratio | null {
  const whole = (numerator: bigint | null) => (numerator === null ? null : { numerator, denominator: 1n });
  switch (by) {
    case 'id':
      return null;
    case 'value':
      return whole(value);
    case 'apr':
      return annualRate(last24h.fees, value);
    case 'volume24h':
      return whole(last24h.volume);
    case 'volume7d':
      return whole(last7d.volume);
    case 'fees24h':
      return whole(last24h.fees);
    case 'fees7d':
      return whole(last7d.fees);
    case 'loss': {
      // The ratio of the prices, or its reciprocal: the larger, the larger is the loss.
      const ratio = change7d && impermanentLoss(change7d.before, change7d.after)?.ratio;
      if (!ratio) return null;
      const reciprocal = { numerator: ratio.denominator, denominator: ratio.numerator };
      return compareRatios(ratio, reciprocal) > 0 ? ratio : reciprocal;
    }
  }
}

function compareNullable(a: Ratio | null, b: Ratio | null): number {
  return a === null || b === null ? Number(a !== null) - Number(b !== null) : compareRatios(a, b);
}
