import { readSnapshot, type Database } from '@stellar-insights/db';
import { listAssets, type AssetStatistics } from '@stellar-insights/db/assets';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import { syncAssets, type AssetSyncOptions, type SyncedRound } from '../../src/trustlines/sync-assets.ts';

type Options = Partial<AssetSyncOptions> & Pick<AssetSyncOptions, 'db' | 'state'>;

/** One round; what is not given has a default. */
export function round(options: Options): Promise<SyncedRound> {
  const defaults = {
    staleAfterMs: 60_000,
    crawlEveryMs: 86_400_000,
    withAnchors: true,
    mostAssets: 1000,
    signal: new AbortController().signal,
  };
  return syncAssets({ ...defaults, ...options });
}

/** Rounds until nothing is left to read. */
export async function sync(options: Options): Promise<SyncedRound[]> {
  const rounds: SyncedRound[] = [];
  do rounds.push(await round(options));
  while (rounds.at(-1)?.remaining === true);
  return rounds;
}

/** The stored statistics, by asset. */
export async function stored(db: Database): Promise<Map<string, AssetStatistics>> {
  const assets = await readSnapshot(db, (tx) => listAssets(tx, { by: 'asset', limit: 1000 }));
  return new Map(assets.map(({ place: _, ...asset }) => [asset.asset, asset]));
}

export const syncOf = (db: Database) => db.run((executor) => readStateSync(executor, 'assets'));
