import { priceAlong, XLM, type AssetPrice } from '@stellar-insights/analytics';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import { arrayLiteral } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { givenPools } from './pool.ts';

/** The pools that lead from XLM to each asset that has a price in the last snapshot. */
export async function readPricePaths({ sql }: Transaction): Promise<Map<AssetId, readonly PoolId[]>> {
  const rows = await sql<{ asset: AssetId; path: readonly PoolId[] }[]>`
    select assets.asset, path from pool_price_paths join assets on assets.id = pool_price_paths.asset`;
  return new Map(rows.map(({ asset, path }) => [asset, path]));
}

/** The prices of these assets at the reserves of the last snapshot. An asset without a price is absent. */
export async function readAssetPrices(
  { sql }: Transaction,
  assets: readonly AssetId[],
): Promise<Map<AssetId, AssetPrice>> {
  const paths = await sql<{ asset: AssetId; path: readonly PoolId[] }[]>`
    select asset.asset, path from pool_price_paths p join assets asset on asset.id = p.asset
    where asset.asset = any(${arrayLiteral(assets)}::text::text[])`;
  const rows = await sql<
    { id: PoolId; assetA: AssetId; assetB: AssetId; reserveA: bigint; reserveB: bigint }[]
  >`
    select encode(pool, 'hex') as id, a.asset as "assetA", b.asset as "assetB",
           reserve_a as "reserveA", reserve_b as "reserveB"
    from ${givenPools({ sql }, [...new Set(paths.flatMap(({ path }) => path))])} join pools using (pool)
    join assets a on a.id = asset_a join assets b on b.id = asset_b
    where reserve_a is not null`;
  const pools = new Map(rows.map((row) => [row.id, row]));
  const found = [...paths, ...(assets.includes(XLM) ? [{ asset: XLM, path: [] }] : [])];
  return new Map(
    found.flatMap(({ asset, path }) => {
      const price = priceAlong(path, pools);
      return price === null ? [] : [[asset, price]];
    }),
  );
}
