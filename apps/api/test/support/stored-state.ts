import type { Database } from '@stellar-insights/db';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import { storeAssets } from './stored-assets.ts';
import { storePoolReading, xlmPool } from './stored-pools.ts';

const DAY_MS = 86_400_000;
/** The pool of XLM and of the asset that is given. */
export const FIRST_POOL = '01'.repeat(32);

/**
 * Stores two readings of pools and of assets, of two days ago and of now. Returns a pool and an asset of them by the names of the
 * parameters of routes.
 */
export async function storedState(
  db: Database,
  asset: string,
): Promise<{ readonly pool_id: string; readonly asset: string }> {
  const others = ['AAA', 'BBB'].map((code) => `${code}:${asset.slice(asset.lastIndexOf(':') + 1)}`);
  const names = [asset, ...others] as AssetId[];
  const pools = (units: bigint) =>
    names.map((name, place) => xlmPool(place + 1, name, [1_000_000_000n * BigInt(place + 1), units]));
  for (const [factor, agoMs] of [
    [1, 2 * DAY_MS],
    [2, 0],
  ] as const) {
    await storeAssets(
      db,
      names.map((name, place) => [name, factor * (place + 5)]),
      { agoMs },
    );
    const read = pools(5_000_000n * BigInt(factor));
    const paths = new Map(read.map(({ id, assetB }) => [assetB, [id]]));
    await storePoolReading(db, read, { agoMs, paths });
  }
  return { pool_id: FIRST_POOL, asset };
}

/** Stores two readings of so many pools and assets `A1`, `A2` … of an issuer, among four times as many names of assets. */
export async function storeLargeState(db: Database, issuer: string, size: number): Promise<void> {
  const names = Array.from({ length: size }, (_, place) => `A${place + 1}:${issuer}` as AssetId);
  for (const [factor, agoMs] of [
    [1, 2 * DAY_MS],
    [2, 0],
  ] as const) {
    await storeAssets(
      db,
      names.map((name, place) => [name, factor * place]),
      { agoMs },
    );
    const pools = names.map((name, place) => {
      const pool = xlmPool(1, name, [BigInt(factor * (place + 1)), BigInt(size)]);
      if (place === 0) return pool;
      // Half of them have no XLM.
      const assetA = place % 2 === 0 ? pool.assetA : (names[place - 1] ?? pool.assetA);
      return { ...pool, assetA, id: place.toString(16).padStart(64, '0') as PoolId };
    });
    await storePoolReading(db, pools, {
      agoMs,
      paths: new Map(pools.map(({ id, assetB }) => [assetB, [id]])),
    });
  }
  await db.run(
    ({ sql }) => sql`
      insert into assets (asset) select 'Z' || number || ':' || ${issuer}::text from generate_series(1, ${3 * size}) number`,
  );
  await db.run(({ sql }) => sql`analyze`);
}
