import { annualRate, impermanentLoss, type Ratio, type Reserves } from '@stellar-insights/analytics';
import type { Pool, PoolDetail, PoolList, PoolSnapshot, PoolStats } from '@stellar-insights/contract';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import { amount, isoTime, knownAmount, renderRatio } from './values.ts';

/* Pools as they are read and counted; times in unix milliseconds, amounts in stroops. */

interface PoolState extends Reserves {
  readonly shares: bigint;
  readonly trustlines: number;
}

/** The trades of a window. `volume` and `fees` are in XLM, null where there is no price. */
interface PoolCounts {
  readonly trades: number;
  readonly inputA: bigint;
  readonly inputB: bigint;
  readonly feesA: bigint;
  readonly feesB: bigint;
  readonly volume: bigint | null;
  readonly fees: bigint | null;
}

/** What a pool held at two readings. */
export interface PoolChange {
  readonly from: number;
  readonly to: number;
  readonly before: Reserves;
  readonly after: Reserves;
}

export interface PoolRow {
  readonly id: PoolId;
  readonly assetA: AssetId;
  readonly assetB: AssetId;
  readonly feeBp: number;
  readonly state: (PoolState & { readonly modifiedLedger: number }) | null;
  /** In XLM. */
  readonly value: bigint | null;
  readonly last24h: PoolCounts;
  readonly last7d: PoolCounts;
  readonly change7d: PoolChange | null;
}

/** `change`: what the impermanent loss is of; default: the last seven days. */
export function renderPool(pool: PoolRow, change: PoolChange | null = pool.change7d): Pool {
  const { id, assetA, assetB, feeBp, state, value, last24h, last7d } = pool;
  return {
    id,
    asset_a: assetA,
    asset_b: assetB,
    fee_bp: feeBp,
    ...renderReserves(state, value),
    modified_ledger: state?.modifiedLedger ?? null,
    last_24h: renderActivity(last24h),
    last_7d: renderActivity(last7d),
    apr: ratioOrNull(annualRate(last24h.fees, value)),
    impermanent_loss: change && renderLoss(change),
  };
}

/** A path of pools and the price of one unit in XLM along it. */
interface AssetPrice extends Ratio {
  readonly pools: readonly PoolId[];
}

export function renderAssetValue(price: AssetPrice | undefined): PoolDetail['data']['value_a'] {
  return price === undefined ? null : { price_xlm: renderRatio(price), pools: [...price.pools] };
}

interface PoolSnapshotRow extends PoolState {
  readonly readAt: number;
  readonly fromLedger: number;
  readonly toLedger: number;
  /** Another snapshot has followed. */
  readonly isComplete: boolean;
  readonly value: bigint | null;
}

export function renderPoolSnapshot({
  readAt,
  fromLedger,
  toLedger,
  isComplete,
  value,
  ...state
}: PoolSnapshotRow): PoolSnapshot {
  return {
    read_at: isoTime(readAt),
    from_ledger: fromLedger,
    to_ledger: toLedger,
    is_complete: isComplete,
    ...renderReserves(state, value),
  };
}

/** The trades of a window, of all pools. `pools`: those with at least one. */
interface CountsOfAll {
  readonly pools: number;
  readonly trades: number;
  readonly valuedTrades: number;
  readonly volume: bigint;
  readonly fees: bigint;
}

interface PoolFigures {
  readonly pools: number;
  readonly valuedPools: number;
  readonly trustlines: number | null;
  readonly value: bigint | null;
  readonly last24h: CountsOfAll;
  readonly last7d: CountsOfAll;
}

export function renderPoolStats(figures: PoolFigures): PoolStats['data'] {
  return {
    pools: figures.pools,
    valued_pools: figures.valuedPools,
    trustlines: figures.trustlines,
    ...amount('tvl_xlm', figures.value),
    last_24h: renderCountsOfAll(figures.last24h),
    last_7d: renderCountsOfAll(figures.last7d),
  };
}

export interface PoolTimes {
  readonly from24h: number;
  readonly from7d: number;
  readonly to: number;
}

/** The windows that the trades were counted in. */
export function renderPoolWindows({ from24h, from7d, to }: PoolTimes): PoolList['windows'] {
  return {
    '24h': { from: isoTime(from24h), to: isoTime(to) },
    '7d': { from: isoTime(from7d), to: isoTime(to) },
  };
}

const RESERVES_COLUMNS = [
  ...['reserve_a', 'reserve_b', 'shares'].flatMap((name) => [name, `${name}_stroops`]),
  'trustlines',
  ...ratioColumns('price'),
  'tvl_xlm',
  'tvl_xlm_stroops',
];

const ACTIVITY_COLUMNS = [
  'trades',
  ...['volume_a', 'volume_b', 'volume_xlm', 'fees_a', 'fees_b', 'fees_xlm'].flatMap((name) => [
    name,
    `${name}_stroops`,
  ]),
];

/** The columns of a pool in CSV. */
export const POOL_COLUMNS = [
  'id',
  'asset_a',
  'asset_b',
  'fee_bp',
  ...RESERVES_COLUMNS,
  'modified_ledger',
  ...['last_24h', 'last_7d'].flatMap((window) => ACTIVITY_COLUMNS.map((name) => `${window}.${name}`)),
  ...ratioColumns('apr'),
  'impermanent_loss.value',
  ...ratioColumns('impermanent_loss.price_ratio'),
  'impermanent_loss.from',
  'impermanent_loss.to',
];

/** The columns of a snapshot of a pool in CSV. */
export const POOL_SNAPSHOT_COLUMNS = [
  'read_at',
  'from_ledger',
  'to_ledger',
  ...RESERVES_COLUMNS,
  'is_complete',
];

function renderReserves(state: PoolState | null, value: bigint | null) {
  return {
    ...amount('reserve_a', state?.reserveA ?? null),
    ...amount('reserve_b', state?.reserveB ?? null),
    ...amount('shares', state?.shares ?? null),
    trustlines: state?.trustlines ?? null,
    price: state && priceOf(state),
    ...amount('tvl_xlm', value),
  };
}

/** What one unit of the first asset costs in the second. Null of a pool without reserves. */
function priceOf({ reserveA, reserveB }: Reserves) {
  return reserveA === 0n ? null : renderRatio({ numerator: reserveB, denominator: reserveA });
}

function renderActivity({ trades, inputA, inputB, volume, feesA, feesB, fees }: PoolCounts) {
  return {
    trades,
    ...knownAmount('volume_a', inputA),
    ...knownAmount('volume_b', inputB),
    ...amount('volume_xlm', volume),
    ...knownAmount('fees_a', feesA),
    ...knownAmount('fees_b', feesB),
    ...amount('fees_xlm', fees),
  };
}

function renderCountsOfAll({ pools, trades, valuedTrades, volume, fees }: CountsOfAll) {
  return {
    pools,
    trades,
    valued_trades: valuedTrades,
    ...knownAmount('volume_xlm', volume),
    ...knownAmount('fees_xlm', fees),
  };
}

function renderLoss({ from, to, before, after }: PoolChange): Pool['impermanent_loss'] {
  const loss = impermanentLoss(before, after);
  return (
    loss && {
      value: loss.loss,
      price_ratio: renderRatio(loss.ratio),
      from: isoTime(from),
      to: isoTime(to),
    }
  );
}

function ratioOrNull(ratio: Ratio | null) {
  return ratio && renderRatio(ratio);
}

function ratioColumns(name: string): string[] {
  return ['value', 'numerator', 'denominator'].map((part) => `${name}.${part}`);
}
