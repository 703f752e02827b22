import type { AssetId, PoolId } from '@stellar-insights/ledger';
import { seed } from '@stellar-insights/devstack/vitest';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareRatios,
  priceAlong,
  priceAssets,
  valueInXlm,
  XLM,
  type AssetPrice,
  type PricedPool,
} from '../../src/index.ts';

const ASSETS = ['native', 'A', 'B', 'C', 'D', 'E', 'F'] as const as unknown as readonly AssetId[];
const parameters = () => ({ seed: seed(), numRuns: 300 });

function pool(id: string, assetA: string, reserveA: number, assetB: string, reserveB: number): PricedPool {
  return {
    id: id as PoolId,
    assetA: assetA as AssetId,
    assetB: assetB as AssetId,
    reserveA: BigInt(reserveA),
    reserveB: BigInt(reserveB),
  };
}

const anyPools = fc
  .uniqueArray(
    fc.record({
      pair: fc
        .tuple(fc.nat(ASSETS.length - 1), fc.nat(ASSETS.length - 1))
        .filter(([a, b]) => a < b)
        .map(([a, b]) => [ASSETS[a], ASSETS[b]] as const),
      reserveA: fc.bigInt({ min: 0n, max: 20n }),
      reserveB: fc.bigInt({ min: 0n, max: 20n }),
    }),
    { selector: ({ pair }) => pair.join(), maxLength: 15 },
  )
  .map((pools) =>
    pools.map(({ pair: [assetA, assetB], reserveA, reserveB }): PricedPool => {
      const names = { assetA: assetA as AssetId, assetB: assetB as AssetId };
      return { id: `${assetA} ${assetB}` as PoolId, ...names, reserveA, reserveB };
    }),
  );

/** The rule word by word: in each round, every pool offers a path from each of its assets to the other one. */
function pricedByRounds(pools: readonly PricedPool[]): Map<AssetId, AssetPrice> {
  let prices = new Map<AssetId, AssetPrice>([
    [XLM, { numerator: 1n, denominator: 1n, depth: null, pools: [] }],
  ]);
  for (let round = 0; round < 4; round++) {
    const next = new Map(prices);
    for (const { id, assetA, assetB, reserveA, reserveB } of pools) {
      if (reserveA === 0n || reserveB === 0n) continue;
      for (const [from, to, inside, outside] of [
        [assetA, assetB, reserveA, reserveB],
        [assetB, assetA, reserveB, reserveA],
      ] as const) {
        const price = prices.get(from);
        if (price === undefined || to === XLM) continue;
        const width = { numerator: inside * price.numerator, denominator: price.denominator };
        const depth = price.depth === null || compareRatios(width, price.depth) < 0 ? width : price.depth;
        const candidate = {
          numerator: price.numerator * inside,
          denominator: price.denominator * outside,
          depth,
          pools: [...price.pools, id],
        };
        const best = next.get(to);
        if (best === undefined || compareKeys(keyOf(candidate), keyOf(best)) > 0) next.set(to, candidate);
      }
    }
    prices = next;
  }
  return prices;
}

function keyOf({ depth, pools }: AssetPrice) {
  return {
    depth: depth ?? { numerator: 0n, denominator: 1n },
    length: pools.length,
    last: pools.at(-1) ?? '',
  };
}

function compareKeys(a: ReturnType<typeof keyOf>, b: ReturnType<typeof keyOf>): number {
  return (
    compareRatios(a.depth, b.depth) || b.length - a.length || (a.last < b.last ? 1 : a.last > b.last ? -1 : 0)
  );
}

describe('the price of an asset', () => {
  test('is that of the deepest path, which may be longer than another one', () => {
    const pools = [
      pool('1', 'native', 10, 'A', 1000),
      pool('2', 'native', 5000, 'B', 5000),
      pool('3', 'A', 800, 'B', 1600),
    ];
    expect(priceAssets(pools).get('A' as AssetId)).toMatchObject({
      numerator: 5000n * 1600n,
      denominator: 5000n * 800n,
      depth: { numerator: 1600n * 5000n, denominator: 5000n },
      pools: ['2', '3'],
    });
  });

  test('is that of the path with fewer pools, then the smaller id, if two are equally deep', () => {
    const short = pool('9', 'native', 100, 'A', 50);
    const long = [pool('1', 'native', 100, 'B', 100), pool('2', 'B', 100, 'A', 25)];
    expect(priceAssets([...long, short]).get('A' as AssetId)?.pools).toStrictEqual(['9']);
    const both = [pool('7', 'native', 100, 'A', 50), short];
    expect(priceAssets(both).get('A' as AssetId)?.pools).toStrictEqual(['7']);
  });

  test('does not exist beyond four pools, through an empty pool, or without a pool', () => {
    const names = ['native', 'A', 'B', 'C', 'D', 'E'];
    const chain = names.slice(1).map((name, place) => pool(`${place}`, names[place] ?? '', 10, name, 10));
    const prices = priceAssets([...chain, pool('x', 'native', 0, 'F', 10)]);
    expect([...prices.keys()].toSorted()).toStrictEqual(['A', 'B', 'C', 'D', 'native']);
  });

  test('is what the rule gives word by word, in any order of the pools', () => {
    fc.assert(
      fc.property(
        anyPools.chain((pools) =>
          fc.tuple(fc.constant(pools), fc.shuffledSubarray(pools, { minLength: pools.length })),
        ),
        ([pools, shuffled]) => {
          const sorted = (prices: Map<AssetId, AssetPrice>) =>
            [...prices].toSorted(([a], [b]) => (a < b ? -1 : 1));
          expect(sorted(priceAssets(shuffled))).toStrictEqual(sorted(pricedByRounds(pools)));
        },
      ),
      parameters(),
    );
  });

  test('is what its path gives, which has at most four pools and no asset twice', () => {
    fc.assert(
      fc.property(anyPools, (pools) => {
        const byId = new Map(pools.map((one) => [one.id, one]));
        for (const [asset, price] of priceAssets(pools)) {
          expect(priceAlong(price.pools, byId)).toStrictEqual(price);
          expect(price.pools.length).toBeLessThanOrEqual(4);
          const visited = price.pools.reduce(
            (assets, id) => {
              const { assetA, assetB } = byId.get(id) as PricedPool;
              return [...assets, assets.at(-1) === assetA ? assetB : assetA];
            },
            [XLM],
          );
          expect(new Set(visited).size).toBe(visited.length);
          expect(visited.at(-1)).toBe(asset);
        }
      }),
      parameters(),
    );
  });

  test('of a path is null where a pool is missing or empty', () => {
    const pools = new Map([['1', pool('1', 'native', 10, 'A', 0)]]) as unknown as Map<PoolId, PricedPool>;
    expect(priceAlong(['1' as PoolId], pools)).toBeNull();
    expect(priceAlong(['2' as PoolId], pools)).toBeNull();
  });
});

describe('the value of amounts', () => {
  const ofXlm = priceAssets([]).get(XLM) ?? null;
  const half = (depth: bigint): AssetPrice => ({
    numerator: 1n,
    denominator: 2n,
    depth: { numerator: depth, denominator: 1n },
    pools: [],
  });

  test('is rounded down once, in sum', () => {
    expect(
      valueInXlm([
        { amount: 1n, price: half(9n) },
        { amount: 1n, price: half(9n) },
      ]),
    ).toBe(1n);
    expect(valueInXlm([{ amount: 3n, price: half(9n) }])).toBe(1n);
  });

  test('is null if there is some of an asset without a price, and 0 if there is none of it', () => {
    expect(valueInXlm([{ amount: 1n, price: null }])).toBeNull();
    expect(valueInXlm([{ amount: 0n, price: null }])).toBe(0n);
  });

  test('is at most the depth of the path, or so many depths; that of XLM has no limit', () => {
    expect(valueInXlm([{ amount: 1000n, price: half(9n) }])).toBe(9n);
    const depths = { numerator: 5n, denominator: 2n };
    expect(valueInXlm([{ amount: 1000n, price: half(9n), depths }])).toBe(22n);
    expect(valueInXlm([{ amount: 1000n, price: ofXlm }])).toBe(1000n);
  });

  test('of both reserves of a pool with XLM is twice its XLM, if its path is the price', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 18n), fc.bigInt(1n, 10n ** 18n), (xlm, other) => {
        const only = { ...pool('1', 'native', 0, 'A', 0), reserveA: xlm, reserveB: other };
        const price = priceAssets([only]).get('A' as AssetId) ?? null;
        expect(
          valueInXlm([
            { amount: xlm, price: ofXlm },
            { amount: other, price },
          ]),
        ).toBe(2n * xlm);
      }),
      parameters(),
    );
  });

  test('of all pools together is at most twice, for each pool, the XLM that is in pools', () => {
    fc.assert(
      fc.property(anyPools, (pools) => {
        const prices = priceAssets(pools);
        const priceOf = (asset: AssetId) => prices.get(asset) ?? null;
        const xlm = pools.reduce((sum, { assetA, reserveA }) => sum + (assetA === XLM ? reserveA : 0n), 0n);
        for (const { assetA, assetB, reserveA, reserveB } of pools) {
          const value = valueInXlm([
            { amount: reserveA, price: priceOf(assetA) },
            { amount: reserveB, price: priceOf(assetB) },
          ]);
          expect(value ?? 0n).toBeLessThanOrEqual(2n * xlm);
        }
      }),
      parameters(),
    );
  });
});
