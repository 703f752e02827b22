import {
  feesOf,
  priceAssets,
  valueInXlm,
  XLM,
  type AssetPrice,
  type Priced,
} from '@stellar-insights/analytics';
import { NO_TRADES, type Pool, type PoolCounts, type PoolInput } from '@stellar-insights/db/pools';
import { poolAssets, type AssetId, type PoolId } from '@stellar-insights/ledger';
import type { PoolState } from '@stellar-insights/ledger/state';

/** The fee of all pools that the protocol knows: of one that no source has any more. */
const FEE_BP = 30;

export interface SnapshotContent {
  /** When the states were read, in unix milliseconds. */
  readonly readAt: number;
  /** Null without a source of state. */
  readonly states: ReadonlyMap<PoolId, PoolState> | null;
  /** What takers paid in each window. */
  readonly day: readonly PoolInput[];
  readonly week: readonly PoolInput[];
  /** The pools of the snapshot before. */
  readonly before: ReadonlyMap<PoolId, Pool>;
  /** Whether that one covers the same pools: prices follow the pools that are covered. */
  readonly isComparable: boolean;
  /** The reserves that held seven days before `readAt`. */
  readonly weekAgo: ReadonlyMap<PoolId, HeldReserves>;
}

interface HeldReserves {
  readonly readAt: number;
  readonly reserveA: bigint;
  readonly reserveB: bigint;
}

type Prices = ReadonlyMap<AssetId, AssetPrice>;

export interface PoolSnapshot {
  readonly pools: ReadonlyMap<PoolId, Pool>;
  /** Of assets other than XLM. */
  readonly prices: Prices;
}

/** The pools that exist, and those that had trades in the longer window, with their figures at the prices of one snapshot. */
export function makeSnapshot(content: SnapshotContent): PoolSnapshot {
  const states = content.states ?? new Map<PoolId, PoolState>();
  const prices = content.states === null ? new Map<AssetId, AssetPrice>() : priceAssets(states.values());
  const [day, week] = [byPool(content.day), byPool(content.week)];
  const pools = new Map<PoolId, Pool>();
  for (const id of new Set([...states.keys(), ...week.keys()])) {
    const state = states.get(id);
    const inputs = week.get(id) ?? [];
    const identity = identify(state ?? content.before.get(id), inputs);
    if (identity === null) continue;
    const count = (some: readonly PoolInput[] = []) => countTrades(identity, some, prices);
    const held = content.weekAgo.get(id);
    const before = content.before.get(id);
    pools.set(id, {
      id,
      ...identity,
      state: state === undefined ? null : stateOf(state),
      value: state === undefined ? null : valueOf(state, prices),
      last24h: count(day.get(id)),
      last7d: count(inputs),
      change7d: state && held ? changeOf(held, state, content.readAt) : null,
      // What it was worth earlier is no measure of the next fall.
      fallsMeasuredFrom:
        content.isComparable && before !== undefined ? before.fallsMeasuredFrom : content.readAt,
    });
  }
  prices.delete(XLM);
  return { pools, prices };
}

type Identity = Pick<Pool, 'assetA' | 'assetB' | 'feeBp'>;

/** Null if nothing has named the pool's assets, which cannot be: it has a state or trades. */
function identify(known: Identity | undefined, [input]: readonly PoolInput[]): Identity | null {
  if (known !== undefined) return { assetA: known.assetA, assetB: known.assetB, feeBp: known.feeBp };
  if (input === undefined) return null;
  const [assetA, assetB] = poolAssets(input.boughtAsset, input.soldAsset);
  return { assetA, assetB, feeBp: FEE_BP };
}

function stateOf({ reserveA, reserveB, shares, trustlines, modifiedLedger }: PoolState): Pool['state'] {
  return { reserveA, reserveB, shares, trustlines, modifiedLedger };
}

function valueOf({ assetA, assetB, reserveA, reserveB }: PoolState, prices: Prices) {
  return valueInXlm([
    { amount: reserveA, price: prices.get(assetA) ?? null },
    { amount: reserveB, price: prices.get(assetB) ?? null },
  ]);
}

function changeOf(held: HeldReserves, state: PoolState, readAt: number): Pool['change7d'] {
  return {
    from: held.readAt,
    to: readAt,
    before: { reserveA: held.reserveA, reserveB: held.reserveB },
    after: { reserveA: state.reserveA, reserveB: state.reserveB },
  };
}

function countTrades(pool: Identity, inputs: readonly PoolInput[], prices: Prices): PoolCounts {
  if (inputs.length === 0) return NO_TRADES;
  const [a, b] = [sideOf(pool.assetA, pool, inputs, prices), sideOf(pool.assetB, pool, inputs, prices)];
  return {
    trades: a.trades + b.trades,
    inputA: a.input.amount,
    inputB: b.input.amount,
    feesA: a.fees.amount,
    feesB: b.fees.amount,
    volume: valueInXlm([a.input, b.input]),
    fees: valueInXlm([a.fees, b.fees]),
  };
}

interface Side {
  readonly trades: number;
  readonly input: Priced;
  readonly fees: Priced;
}

/** What takers paid in one asset. A trade is worth the depth of the price at most, its fee that share of it. */
function sideOf(asset: AssetId, { feeBp }: Identity, inputs: readonly PoolInput[], prices: Prices): Side {
  const { trades = 0, bought = 0n } = inputs.find(({ boughtAsset }) => boughtAsset === asset) ?? {};
  const price = prices.get(asset) ?? null;
  return {
    trades,
    input: { amount: bought, price, depths: { numerator: BigInt(trades), denominator: 1n } },
    fees: {
      amount: feesOf(bought, feeBp),
      price,
      depths: { numerator: BigInt(trades * feeBp), denominator: 10_000n },
    },
  };
}

function byPool(inputs: readonly PoolInput[]): Map<PoolId, PoolInput[]> {
  const sorted = new Map<PoolId, PoolInput[]>();
  for (const input of inputs) {
    const others = sorted.get(input.pool);
    if (others === undefined) sorted.set(input.pool, [input]);
    else others.push(input);
  }
  return sorted;
}
