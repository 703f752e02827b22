import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import type { IdsByName } from '../dictionary/index.ts';
import type { Transaction } from '../transaction.ts';

/* What the facts of ledgers name. Only operations that succeeded count: a failed one may name what never existed. */

/** Of an account; other addresses have no trustlines, and longer keys. */
const ACCOUNT_KEY_BYTES = 32;

/** Both included. */
interface Range {
  readonly first: number;
  readonly last: number;
}

interface AssetRow {
  readonly id: number;
  readonly asset: AssetId;
  readonly first: number;
  readonly last: number;
}

/** Null of the native asset. */
export function issuerOf(asset: AssetId): AccountId | null {
  const [, issuer] = asset.split(':');
  return (issuer ?? null) as AccountId | null;
}

export async function readAssets(tx: Transaction, range: Range): Promise<AssetRow[]> {
  const { sql } = tx;
  const inRange = within(tx, range);
  return [
    ...(await sql<AssetRow[]>`
      select id, (select asset from assets where assets.id = each.id) as asset, min(ledger) as first, max(ledger) as last
      from (
        select ledger, id from payments, unnest(array[source_asset, dest_asset] || path) id
        where ${inRange} and succeeded
        union all
        select ledger, id from trades, unnest(array[sold_asset, bought_asset]) id where ${inRange}
        union all
        select ledger, id from trustline_operations, unnest(array[asset, pool_asset_a, pool_asset_b]) id
        where ${inRange} and succeeded
        union all
        select ledger, asset from claimable_balances where ${inRange} and succeeded
        union all
        select ledger, asset from clawbacks where ${inRange} and succeeded
        union all
        select ledger, asset from contract_transfers where ${inRange} and succeeded
        union all
        select ledger, id from pool_operations left join named_pools n using (pool) left join pools p using (pool),
          unnest(array[coalesce(n.asset_a, p.asset_a), coalesce(n.asset_b, p.asset_b)]) id
        where ${inRange} and succeeded
      ) each where id is not null group by id order by id`),
  ];
}

/** `ids`: of the issuers. */
export async function storeAssets(
  { sql }: Transaction,
  assets: readonly AssetRow[],
  ids: IdsByName,
): Promise<void> {
  const rows = assets.map(({ asset, ...row }) => {
    const issuer = issuerOf(asset);
    return { ...row, issuer: issuer === null ? null : ids.accounts.get(issuer) };
  });
  await sql`
    insert into named_assets as stored (asset, issuer, first_ledger, last_ledger)
    select id, issuer, first, last
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (id int4, issuer int4, first int8, last int8)
    order by id
    on conflict (asset) do update set
      first_ledger = least(stored.first_ledger, excluded.first_ledger),
      last_ledger = greatest(stored.last_ledger, excluded.last_ledger)`;
}

export async function storePools(tx: Transaction, range: Range): Promise<void> {
  const inRange = within(tx, range);
  await tx.sql`
    insert into named_pools as stored (pool, asset_a, asset_b, first_ledger, last_ledger)
    select pool, max(asset_a), max(asset_b), min(ledger), max(ledger) from (
      select pool, least(sold_asset, bought_asset) as asset_a, greatest(sold_asset, bought_asset) as asset_b, ledger
      from trades where ${inRange} and pool is not null
      union all
      select pool, least(pool_asset_a, pool_asset_b), greatest(pool_asset_a, pool_asset_b), ledger
      from trustline_operations where ${inRange} and pool is not null and succeeded
      union all
      select pool, null, null, ledger from pool_operations where ${inRange} and succeeded
    ) each group by pool order by pool
    on conflict (pool) do update set
      asset_a = coalesce(stored.asset_a, excluded.asset_a), asset_b = coalesce(stored.asset_b, excluded.asset_b),
      first_ledger = least(stored.first_ledger, excluded.first_ledger),
      last_ledger = greatest(stored.last_ledger, excluded.last_ledger)`;
}

/**
 * Deposits and withdrawals name only the pool, and move both of its assets. This is for pools that these ledgers are the first to
 * name; `readAssets` has the assets of those that were known before.
 */
export async function nameAssetsOfPools(tx: Transaction, range: Range): Promise<void> {
  await tx.sql`
    update named_assets stored set last_ledger = moved.last_ledger
    from (
      select id, max(ledger) as last_ledger
      from pool_operations join named_pools using (pool), unnest(array[asset_a, asset_b]) id
      where ${within(tx, range)} and succeeded group by id
    ) moved
    where stored.asset = moved.id and stored.last_ledger < moved.last_ledger`;
}

/** After the assets, of which it needs the issuers. A buyer is no holder: a path payment goes through assets that nobody in it trusts. */
export async function storeTrustlines(tx: Transaction, range: Range): Promise<void> {
  const inRange = within(tx, range);
  await tx.sql`
    insert into named_trustlines as stored (asset, account, last_ledger)
    select asset, account, max(ledger) from (
      select asset, account, ledger
      from payments, lateral (values (source_asset, source), (dest_asset, destination)) line (asset, account)
      where ${inRange} and succeeded
      union all
      select asset, trustor, ledger from trustline_operations where ${inRange} and succeeded
      union all
      select asset, account, ledger from claimable_balances where ${inRange} and succeeded
      union all
      select asset, from_account, ledger from clawbacks where ${inRange} and succeeded and from_account is not null
      union all
      select asset, address, ledger from contract_transfers, unnest(array[from_address, to_address]) address, lateral (
        select from accounts where id = address and octet_length(key) = ${ACCOUNT_KEY_BYTES} offset 0
      ) account
      where ${inRange} and succeeded
      union all
      select asset, seller, ledger from trades, unnest(array[sold_asset, bought_asset]) asset
      where ${inRange} and seller is not null
    ) each join named_assets using (asset)
    where issuer <> account
    group by asset, account order by asset, account
    on conflict (asset, account) do update set last_ledger = excluded.last_ledger
    where stored.last_ledger < excluded.last_ledger`;
}

function within({ sql }: Transaction, { first, last }: Range): Fragment {
  return sql`ledger between ${first}::int4 and ${last}::int4`;
}
