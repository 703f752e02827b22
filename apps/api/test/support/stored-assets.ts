import type { Database } from '@stellar-insights/db';
import { beginAssetSync, storeAssetSync } from '@stellar-insights/db/assets';
import type { AssetId } from '@stellar-insights/ledger';

/** An asset, and how many accounts trust it. */
export type StoredAsset = readonly [asset: AssetId, accounts: number];

interface Reading {
  /** How long before now it began; default: now. */
  readonly agoMs?: number;
  /** Without Horizon, it is not known how many accounts trust an asset. */
  readonly source?: 'horizon' | 'rpc';
  readonly staleAfterMs?: number;
}

const FLAGS = { authRequired: false, authRevocable: true, authImmutable: false, authClawbackEnabled: false };
const LEDGER = 100;

/** Stores what a sync would have read of assets: each account holds one unit. */
export async function storeAssets(
  db: Database,
  assets: readonly StoredAsset[],
  { agoMs = 0, source = 'horizon', staleAfterMs = 3_600_000 }: Reading = {},
): Promise<void> {
  const { sync, progress } = await beginAssetSync(db, source);
  const none = { accounts: 0, balance: 0n };
  const states = assets.map(([asset, accounts]) => {
    const authorized = { accounts, balance: BigInt(accounts) * 10_000_000n };
    const listed = {
      holders: { authorized, maintainLiabilities: none, unauthorized: none },
      claimableBalances: { count: 1, amount: 5n },
      pools: { count: 2, amount: 7n },
      contracts: { count: 0, amount: 0n },
    };
    const seen = { holders: null, claimableBalances: null, pools: null, contracts: null };
    return { state: { asset, flags: FLAGS, ...(source === 'rpc' ? seen : listed) }, ledger: LEDGER };
  });
  await storeAssetSync(db, {
    sync: { ...sync, readAt: sync.readAt - agoMs },
    state: {
      source,
      coverage: source === 'rpc' ? 'seen' : 'complete',
      fromLedger: LEDGER,
      toLedger: LEDGER + 1,
    },
    staleAfterMs,
    assets: states,
    trustlines: [],
    progress,
    endsCrawl: false,
  });
}
