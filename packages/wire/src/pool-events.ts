import type { LogEventOf } from '@stellar-insights/contract';
import { corridorLiquidityDropped, poolChanged } from '@stellar-insights/contract/events';
import { renderPool, renderPoolWindows, type PoolRow, type PoolTimes } from './pool.ts';
import { isoTime, knownAmount } from './values.ts';

export type PoolEvent = LogEventOf<'pool.changed' | 'corridor.liquidity_dropped'>;

/** The reading that found a change. */
interface Reading {
  /** In unix milliseconds. */
  readonly readAt: number;
  readonly fromLedger: number;
  readonly toLedger: number;
}

/** The value of a pool, in stroops of XLM, and the highest one that it has fallen from. */
export interface LiquidityDrop {
  readonly value: bigint;
  readonly highest: bigint;
  /** The share by which it must have fallen. */
  readonly threshold: number;
}

export interface PoolEventContent {
  readonly pool: PoolRow;
  /** Null if its value has not fallen far enough. */
  readonly drop: LiquidityDrop | null;
  readonly windows: PoolTimes;
  readonly reading: Reading;
}

/** The events of a pool whose state changed: its new state, then the fall of its value. */
export function poolEvents({ pool, drop, windows, reading }: PoolEventContent): PoolEvent[] {
  const { readAt, fromLedger, toLedger } = reading;
  const read = { read_at: isoTime(readAt), from_ledger: fromLedger, to_ledger: toLedger };
  const changed = poolChanged.create({ ...renderPool(pool), windows: renderPoolWindows(windows), ...read });
  if (drop === null) return [changed];
  const dropped = corridorLiquidityDropped.create({
    asset_a: pool.assetA,
    asset_b: pool.assetB,
    pool: pool.id,
    ...knownAmount('tvl_xlm', drop.value),
    ...knownAmount('highest_tvl_xlm', drop.highest),
    threshold: drop.threshold,
    ...read,
  });
  return [changed, dropped];
}
