import { hasFallen } from '@stellar-insights/analytics';
import {
  NO_TRADES,
  storedText,
  type Pool,
  type PoolFigures,
  type PoolWindows,
} from '@stellar-insights/db/pools';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import type { LiquidityDrop } from '@stellar-insights/wire';
import type { PoolSnapshot } from './pool-snapshot.ts';

export interface PoolDifferences {
  /** Pools of which anything is new. */
  readonly changed: readonly Pool[];
  /** Pools whose reserves, shares or trustlines differ from those before; pools that are gone are among them, without a state. */
  readonly moved: readonly Pool[];
  readonly removed: readonly PoolId[];
  /** Null: the asset has no price any more. */
  readonly paths: ReadonlyMap<AssetId, readonly PoolId[] | null>;
}

/** Of a pool that is gone, and has had no trades for so long that it leaves the snapshot. */
const NOTHING_LEFT = { state: null, value: null, last24h: NO_TRADES, last7d: NO_TRADES, change7d: null };

interface Before {
  readonly pools: ReadonlyMap<PoolId, Pool>;
  readonly paths: ReadonlyMap<AssetId, readonly PoolId[]>;
  /** Whether the source would have named the pool if it existed. */
  readonly covers: (pool: PoolId) => boolean;
}

/** How a snapshot differs from the one before. */
export function compareSnapshots({ pools, prices }: PoolSnapshot, before: Before): PoolDifferences {
  const changed = [...pools.values()].filter((pool) => {
    const stored = before.pools.get(pool.id);
    return stored === undefined || storedText(stored) !== storedText(pool);
  });
  const removed = [...before.pools.keys()].filter((id) => !pools.has(id));
  const gone = [...before.pools.values()].filter(
    ({ id, state }) => state !== null && before.covers(id) && (pools.get(id)?.state ?? null) === null,
  );
  const moved = [
    ...changed.filter(({ id, state }) => state !== null && !isSame(state, before.pools.get(id)?.state)),
    ...gone.map((pool) => pools.get(pool.id) ?? { ...pool, ...NOTHING_LEFT }),
  ];
  return { changed, moved, removed, paths: pathChanges(prices, before.paths) };
}

interface DropBasis {
  readonly highest: ReadonlyMap<PoolId, bigint>;
  /** Has the value of a pool without a row since its falls are measured: it has not moved since the same pools are read. */
  readonly before: ReadonlyMap<PoolId, Pick<Pool, 'value'>>;
  readonly threshold: number;
}

/** The pools that moved and whose value has fallen far below the highest one that they had of late. */
export function liquidityDrops(
  moved: readonly Pool[],
  { highest, before, threshold }: DropBasis,
): Map<PoolId, LiquidityDrop> {
  const drops = new Map<PoolId, LiquidityDrop>();
  for (const { id, state, value: stored } of moved) {
    // A pool that is gone holds nothing. One without a price may hold anything.
    const value = state === null ? 0n : stored;
    const top = highest.get(id) ?? before.get(id)?.value ?? null;
    if (value === null || top === null || !hasFallen(top, value, threshold)) continue;
    drops.set(id, { value, highest: top, threshold });
  }
  return drops;
}

/** What a snapshot says of all pools together. */
export function figuresOf(
  { pools }: PoolSnapshot,
  { windows, hasSource }: { readonly windows: PoolWindows; readonly hasSource: boolean },
): Omit<PoolFigures, 'last24h' | 'last7d'> {
  const existing = [...pools.values()].filter(({ state }) => state !== null);
  const values = existing.flatMap(({ value }) => (value === null ? [] : [value]));
  return {
    ...windows,
    pools: hasSource ? existing.length : pools.size,
    valuedPools: values.length,
    trustlines: hasSource ? existing.reduce((sum, { state }) => sum + (state?.trustlines ?? 0), 0) : null,
    value: hasSource ? values.reduce((sum, value) => sum + value, 0n) : null,
  };
}

function isSame(state: NonNullable<Pool['state']>, before: Pool['state'] | undefined): boolean {
  if (before === null || before === undefined) return false;
  return (['reserveA', 'reserveB', 'shares', 'trustlines'] as const).every(
    (key) => state[key] === before[key],
  );
}

function pathChanges(
  prices: PoolSnapshot['prices'],
  before: Before['paths'],
): Map<AssetId, readonly PoolId[] | null> {
  const changes = new Map<AssetId, readonly PoolId[] | null>();
  for (const [asset, { pools }] of prices) {
    if (before.get(asset)?.join() !== pools.join()) changes.set(asset, pools);
  }
  for (const asset of before.keys()) if (!prices.has(asset)) changes.set(asset, null);
  return changes;
}
