import type { AssetId, LedgerSequence, PoolId } from '@stellar-insights/ledger';
import { readSnapshot, type Database, type Transaction } from '../src/index.ts';
import { NO_TRADES, storePools, type Pool, type PoolSnapshotChanges } from '../src/pools/index.ts';
import { beginSync } from '../src/state-syncs.ts';

/* What tests of pools share: pools, and snapshots of them as a sync stores them. */

export const DAY_MS = 86_400_000;
export const NOON = Date.UTC(2026, 0, 20, 12);
const SOURCE = { source: 'horizon', coverage: 'complete', fromLedger: 10, toLedger: 12 } as const;
const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';
export const XLM = 'native' as AssetId;
export const [USD, EUR] = [`USD:${ISSUER}` as AssetId, `EUR:${ISSUER}` as AssetId];

export const FIGURES = {
  fromLedger: 1 as LedgerSequence,
  toLedger: 12 as LedgerSequence,
  from24h: NOON - DAY_MS,
  from7d: NOON - 7 * DAY_MS,
  to: NOON,
  pools: 2,
  valuedPools: 1,
  trustlines: 7,
  value: 99n,
};

export function idOf(place: number): PoolId {
  return place.toString(16).padStart(64, '0') as PoolId;
}

export function pool(place: number, reserveA: bigint, reserveB: bigint, more: Partial<Pool> = {}): Pool {
  return {
    id: idOf(place),
    assetA: XLM,
    assetB: USD,
    feeBp: 30,
    state: { reserveA, reserveB, shares: 5n, trustlines: 3, modifiedLedger: 11 },
    value: 2n * reserveA,
    last24h: NO_TRADES,
    last7d: NO_TRADES,
    change7d: null,
    fallsMeasuredFrom: 0,
    ...more,
  };
}

/** Stores a snapshot of that time in which these pools are new, or other than before. */
export async function store(
  db: Database,
  pools: readonly Pool[],
  { at = NOON, begun, ...more }: Partial<PoolSnapshotChanges> & { readonly at?: number } = {},
): Promise<boolean> {
  return await storePools(db, {
    begun: begun ?? { ...(await db.run((executor) => beginSync(executor, 'pools'))), readAt: at },
    state: SOURCE,
    staleAfterMs: 900_000,
    figures: FIGURES,
    changed: pools,
    moved: pools,
    removed: [],
    paths: new Map(),
    events: [],
    ...more,
  });
}

export function read<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return readSnapshot(db, work);
}
