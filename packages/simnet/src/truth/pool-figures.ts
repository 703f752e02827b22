import type { AssetId, LedgerFacts, PoolId } from '@stellar-insights/ledger';
import type { PoolState } from '@stellar-insights/ledger/state';
import { BUCKET_MS } from './corridor-buckets.ts';

/*
 * What pools are worth and earn, from their true state and the true trades, by the rules of docs/pools.md. It shares no code with
 * the product. All results are stroops of XLM, rounded down once.
 */

export interface PoolFiguresTruth {
  /** Null if an asset has no price. */
  readonly value: bigint | null;
  readonly day: PoolCountsTruth;
  readonly week: PoolCountsTruth;
}

export interface PoolCountsTruth {
  readonly trades: number;
  readonly inputA: bigint;
  readonly inputB: bigint;
  readonly feesA: bigint;
  readonly feesB: bigint;
  readonly volume: bigint | null;
  readonly fees: bigint | null;
}

const DAY_MS = 86_400_000;

/** Of every pool. `ledgers` are all that were closed so far; the windows end with the last one. */
export function poolFigures(
  pools: readonly PoolState[],
  ledgers: readonly LedgerFacts[],
): ReadonlyMap<PoolId, PoolFiguresTruth> {
  const prices = new Prices(pools);
  const end = ledgers.at(-1)?.header.closedAt ?? 0;
  const inWindow = (lengthMs: number): readonly LedgerFacts[] => {
    const begin = Math.floor((end - lengthMs) / BUCKET_MS) * BUCKET_MS;
    return ledgers.filter(({ header }) => header.closedAt >= begin);
  };
  const [day, week] = [inWindow(DAY_MS), inWindow(7 * DAY_MS)];
  return new Map(
    pools.map((pool) => {
      const { id, assetA, assetB, reserveA, reserveB } = pool;
      const value = sum(prices.worth(reserveA, assetA, ONE), prices.worth(reserveB, assetB, ONE));
      return [id, { value, day: countsOf(pool, day, prices), week: countsOf(pool, week, prices) }];
    }),
  );
}

function countsOf(pool: PoolState, ledgers: readonly LedgerFacts[], prices: Prices): PoolCountsTruth {
  const { id, assetA, assetB, feeBp } = pool;
  const trades = ledgers
    .flatMap((ledger) => ledger.trades)
    .filter(({ maker }) => maker.type === 'pool' && maker.pool === id);
  const side = (asset: AssetId) => {
    const paid = trades.filter(({ boughtAsset }) => boughtAsset === asset);
    const input = paid.reduce((total, { boughtAmount }) => total + boughtAmount, 0n);
    const fees = (input * BigInt(feeBp)) / 10_000n;
    const count = BigInt(paid.length);
    return {
      input,
      fees,
      inputWorth: prices.worth(input, asset, { n: count, d: 1n }),
      feesWorth: prices.worth(fees, asset, { n: count * BigInt(feeBp), d: 10_000n }),
    };
  };
  const [a, b] = [side(assetA), side(assetB)];
  return {
    trades: trades.length,
    inputA: a.input,
    inputB: b.input,
    feesA: a.fees,
    feesB: b.fees,
    volume: sum(a.inputWorth, b.inputWorth),
    fees: sum(a.feesWorth, b.feesWorth),
  };
}

/** n / d, both at least 0. */
interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** How an asset is reached from XLM. */
interface Route {
  readonly price: Fraction;
  /** Null: without limit. */
  readonly width: Fraction | null;
  readonly pools: readonly PoolId[];
}

const ONE: Fraction = { n: 1n, d: 1n };
const ZERO: Fraction = { n: 0n, d: 1n };
const ROUNDS = 4;

class Prices {
  readonly #pools: readonly PoolState[];
  readonly #routes = new Map<string, Route | null>();

  constructor(pools: readonly PoolState[]) {
    this.#pools = pools.filter(({ reserveA, reserveB }) => reserveA > 0n && reserveB > 0n);
  }

  /** Null without a price. At most `depths` times what the route's thinnest pool holds. */
  worth(amount: bigint, asset: AssetId, depths: Fraction): Fraction | null {
    if (amount === 0n) return ZERO;
    const route = this.#route(asset, ROUNDS);
    if (route === null) return null;
    const worth = times(route.price, { n: amount, d: 1n });
    const most = route.width === null ? null : times(route.width, depths);
    return most !== null && isLess(most, worth) ? most : worth;
  }

  /** The best route of at most so many pools, each of whose beginnings is the best of its length. */
  #route(asset: AssetId, rounds: number): Route | null {
    if (rounds === 0) return asset === 'native' ? { price: ONE, width: null, pools: [] } : null;
    const key = `${rounds} ${asset}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const through = this.#pools.flatMap((pool) => this.#through(pool, asset, rounds - 1));
    const shorter = this.#route(asset, rounds - 1);
    const [best = null] = [...(shorter === null ? [] : [shorter]), ...through].toSorted(compareRoutes);
    this.#routes.set(key, best);
    return best;
  }

  /** The route to the pool's other asset, and on through the pool. */
  #through(pool: PoolState, asset: AssetId, rounds: number): Route[] {
    if (asset !== pool.assetA && asset !== pool.assetB) return [];
    const isA = asset === pool.assetA;
    const route = this.#route(isA ? pool.assetB : pool.assetA, rounds);
    if (route === null) return [];
    const [own, other] = isA ? [pool.reserveA, pool.reserveB] : [pool.reserveB, pool.reserveA];
    const held = times(route.price, { n: other, d: 1n });
    return [
      {
        price: times(route.price, { n: other, d: own }),
        width: route.width !== null && isLess(route.width, held) ? route.width : held,
        pools: [...route.pools, pool.id],
      },
    ];
  }
}

/** The widest first, then the shortest, then by the id of the last pool. */
function compareRoutes(one: Route, other: Route): number {
  if (one.width === null || other.width === null) return one.width === null ? -1 : 1;
  if (isLess(one.width, other.width)) return 1;
  if (isLess(other.width, one.width)) return -1;
  const shorter = one.pools.length - other.pools.length;
  if (shorter !== 0) return shorter;
  return (one.pools.at(-1) ?? '') < (other.pools.at(-1) ?? '') ? -1 : 1;
}

function times(one: Fraction, other: Fraction): Fraction {
  return { n: one.n * other.n, d: one.d * other.d };
}

function isLess(one: Fraction, other: Fraction): boolean {
  return one.n * other.d < other.n * one.d;
}

function sum(one: Fraction | null, other: Fraction | null): bigint | null {
  if (one === null || other === null) return null;
  return (one.n * other.d + other.n * one.d) / (one.d * other.d);
}
