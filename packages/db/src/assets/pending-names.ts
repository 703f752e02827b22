import { accountOfKey, LAST_LEDGER, type AssetId } from '@stellar-insights/ledger';
import type { TrustlineName } from '@stellar-insights/ledger/state';
import type { Database, Executor, Fragment } from '../database.ts';
import { readNaming } from '../named/index.ts';
import { planForOwnParameters, readSnapshot } from '../transaction.ts';
import type { BegunAssetSync } from './asset-sync.ts';

/** What has been named since it was read. */
export interface PendingNames<Name> {
  readonly names: readonly Name[];
  /** The first ledger whose names may still be pending once these are read. */
  readonly since: number;
  /** The oldest of the ledgers that named them last: a source that is behind it knows none of them yet. Null if there are none. */
  readonly first: number | null;
  /** Whether these are all. */
  readonly areAll: boolean;
}

/** Assets that a stored ledger has named after they were read, those that were read longest ago first. */
export async function readPendingAssets(
  db: Database,
  { source, progress: { assetsSince } }: BegunAssetSync,
  limit: number,
): Promise<PendingNames<AssetId>> {
  return await readSnapshot(db, async (tx) => {
    const { sql } = tx;
    await planForOwnParameters(tx);
    const { ledger } = await readNaming(tx);
    const rows = await sql<{ asset: AssetId; ledger: number }[]>`
      select a.asset, pending.last_ledger::float8 as ledger
      from (
        select n.asset, n.last_ledger
        from named_assets n left join lateral (${readingOf(tx, source)}) s on true
        where ${namedSince(tx, assetsSince)} and n.issuer is not null
          and (s.ledger is null or s.ledger < n.last_ledger)
        order by s.read_at nulls first, n.last_ledger, n.asset limit ${limit}
      ) pending, lateral (select asset from assets where id = pending.asset offset 0) a`;
    // In this order the last ones are not the last to be named: where some are left, all of them are looked at again.
    const areAll = rows.length < limit;
    const names = rows.map(({ asset }) => asset);
    return { names, since: areAll ? (ledger ?? 0) : assetsSince, first: firstOf(rows), areAll };
  });
}

/** Assets of anchors, those that were read longest ago first. */
export async function readAnchorAssets(
  db: Database,
  { source }: BegunAssetSync,
  limit: number,
): Promise<AssetId[]> {
  return await db.run(async (executor) => {
    const rows = await executor.sql<{ asset: AssetId }[]>`
      select a.asset
      from (
        select n.asset from anchor_assets n left join lateral (${readingOf(executor, source)}) s on true
        order by s.read_at nulls first, n.asset limit ${limit}
      ) pending, lateral (select asset from assets where id = pending.asset offset 0) a`;
    return rows.map(({ asset }) => asset);
  });
}

/** Trustlines that a stored ledger has named after they were read, in the order in which they were named. */
export async function readPendingTrustlines(
  db: Database,
  { progress: { trustlinesSince } }: BegunAssetSync,
  limit: number,
): Promise<PendingNames<TrustlineName>> {
  return await readSnapshot(db, async (tx) => {
    await planForOwnParameters(tx);
    const { ledger } = await readNaming(tx);
    const rows = await tx.sql<{ account: Buffer; asset: AssetId; ledger: number }[]>`
      select k.key as account, a.asset, pending.last_ledger::float8 as ledger
      from (
        select n.* from named_trustlines n left join lateral (
          select ledger from trustline_states where asset = n.asset and account = n.account offset 0
        ) s on true
        where ${namedSince(tx, trustlinesSince)} and (s.ledger is null or s.ledger < n.last_ledger)
        order by n.last_ledger limit ${limit}
      ) pending,
      lateral (select asset from assets where id = pending.asset offset 0) a,
      lateral (select key from accounts where id = pending.account offset 0) k
      order by pending.last_ledger`;
    const areAll = rows.length < limit;
    const names = rows.map(({ account, asset }) => ({ account: accountOfKey(account), asset }));
    const since = areAll ? (ledger ?? 0) : (rows.at(-1)?.ledger ?? trustlinesSince);
    return { names, since, first: firstOf(rows), areAll };
  });
}

/** Of a range with two ends the planner expects few rows, and uses the index, also where it knows nothing of the table yet. */
function namedSince({ sql }: Executor, ledger: number): Fragment {
  return sql`last_ledger between ${ledger}::int8 and ${LAST_LEDGER}::int8`;
}

/** When the asset of a row `n` was last read. By its key: a join may read the whole table. */
function readingOf({ sql }: Executor, source: string): Fragment {
  return sql`select read_at, ledger from asset_statistics where asset = n.asset and source = ${source} offset 0`;
}

function firstOf(rows: readonly { readonly ledger: number }[]): number | null {
  return rows.length === 0 ? null : Math.min(...rows.map(({ ledger }) => ledger));
}
