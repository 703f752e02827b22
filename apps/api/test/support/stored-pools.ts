import { readSnapshot, type Database } from '@stellar-insights/db';
import { NO_TRADES, readPoolWindows, storePools, type Pool } from '@stellar-insights/db/pools';
import { beginSync } from '@stellar-insights/db/state-syncs';
import type { AssetId, PoolId } from '@stellar-insights/ledger';

interface Reading {
  /** How long before now it began; default: now. */
  readonly agoMs?: number;
  /** The pools that lead from XLM to an asset. */
  readonly paths?: ReadonlyMap<AssetId, readonly PoolId[]>;
  readonly staleAfterMs?: number;
  /** Whether a source of state was read; default: true. */
  readonly hasSource?: boolean;
}

/** A pool of XLM and an asset, without trades, that is worth twice its XLM. */
export function xlmPool(byte: number, asset: string, [xlm, units]: readonly [bigint, bigint]): Pool {
  return {
    id: Buffer.alloc(32, byte).toString('hex') as PoolId,
    assetA: 'native' as AssetId,
    assetB: asset as AssetId,
    feeBp: 30,
    state: { reserveA: xlm, reserveB: units, shares: xlm, trustlines: byte, modifiedLedger: 70_000 },
    value: 2n * xlm,
    last24h: NO_TRADES,
    last7d: NO_TRADES,
    change7d: null,
    fallsMeasuredFrom: 0,
  };
}

/** Stores what a sync would have found: the pools, each of them changed. At least one ledger must be stored. */
export async function storePoolReading(
  db: Database,
  pools: readonly Pool[],
  { agoMs = 0, paths = new Map(), staleAfterMs = 3_600_000, hasSource = true }: Reading = {},
): Promise<void> {
  const begun = await db.run((executor) => beginSync(executor, 'pools'));
  const windows = await readSnapshot(db, readPoolWindows);
  if (windows === null) throw new RangeError('found no ledger, expected one');
  const valued = pools.filter(({ value }) => value !== null);
  const source = { source: 'horizon', coverage: 'complete', fromLedger: 70_000, toLedger: 70_001 } as const;
  await storePools(db, {
    begun: { ...begun, readAt: begun.readAt - agoMs },
    figures: {
      ...windows,
      pools: pools.length,
      valuedPools: valued.length,
      trustlines: hasSource ? pools.reduce((sum, { state }) => sum + (state?.trustlines ?? 0), 0) : null,
      value: hasSource ? valued.reduce((sum, { value }) => sum + (value ?? 0n), 0n) : null,
    },
    changed: pools,
    moved: pools.filter(({ state }) => state !== null),
    removed: [],
    paths,
    events: [],
    state: hasSource ? source : null,
    staleAfterMs,
  });
}
