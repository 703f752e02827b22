import { accountOfKey, type AssetId } from '@stellar-insights/ledger';
import type { TrustlineName } from '@stellar-insights/ledger/state';
import type { Database } from '../database.ts';
import { readNaming } from '../named/index.ts';
import { readSnapshot } from '../transaction.ts';
import type { BegunAssetSync } from './asset-sync.ts';

/** What has been named since it was read. */
export interface PendingNames<Name> {
  readonly names: readonly Name[];
  /** The first ledger whose names may still be pending once these are read. */
  readonly since: number;
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
    const { ledger } = await readNaming(tx);
    const rows = await tx.sql<{ asset: AssetId }[]>`
      select a.asset
      from named_assets n join assets a on a.id = n.asset
      left join asset_statistics s on s.asset = n.asset and s.source = ${source}
      where n.last_ledger >= ${assetsSince} and n.issuer is not null and (s.ledger is null or s.ledger < n.last_ledger)
      order by s.read_at nulls first, n.last_ledger, n.asset limit ${limit}`;
    // In this order the last ones are not the last to be named: where some are left, all of them are looked at again.
    const areAll = rows.length < limit;
    return { names: rows.map(({ asset }) => asset), since: areAll ? (ledger ?? 0) : assetsSince, areAll };
  });
}

/** Trustlines that a stored ledger has named after they were read, in the order in which they were named. */
export async function readPendingTrustlines(
  db: Database,
  { progress: { trustlinesSince } }: BegunAssetSync,
  limit: number,
): Promise<PendingNames<TrustlineName>> {
  return await readSnapshot(db, async (tx) => {
    const { ledger } = await readNaming(tx);
    const rows = await tx.sql<{ account: Buffer; asset: AssetId; ledger: number }[]>`
      select k.key as account, a.asset, n.last_ledger::float8 as ledger
      from named_trustlines n
      join accounts k on k.id = n.account join assets a on a.id = n.asset
      left join trustline_states s on s.asset = n.asset and s.account = n.account
      where n.last_ledger >= ${trustlinesSince} and (s.ledger is null or s.ledger < n.last_ledger)
      order by n.last_ledger limit ${limit}`;
    const areAll = rows.length < limit;
    const names = rows.map(({ account, asset }) => ({ account: accountOfKey(account), asset }));
    return { names, since: areAll ? (ledger ?? 0) : (rows.at(-1)?.ledger ?? trustlinesSince), areAll };
  });
}
