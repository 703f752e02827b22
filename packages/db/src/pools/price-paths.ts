import type { AssetId, PoolId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';

/** The pools that lead from XLM to each asset that has a price in the last snapshot. */
export async function readPricePaths({ sql }: Transaction): Promise<Map<AssetId, readonly PoolId[]>> {
  const rows = await sql<{ asset: AssetId; path: readonly PoolId[] }[]>`
    select assets.asset, path from pool_price_paths join assets on assets.id = pool_price_paths.asset`;
  return new Map(rows.map(({ asset, path }) => [asset, path]));
}
