import { accountKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../../transaction.ts';

const MOST_ASSETS = 1000;

export interface IssuedAsset {
  readonly issuer: AccountId;
  readonly asset: AssetId;
}

/** The assets of these issuers that stored ledgers name; of each issuer a thousand at most. */
export async function readIssuedAssets(
  { sql }: Transaction,
  issuers: readonly AccountId[],
): Promise<IssuedAsset[]> {
  const keys = issuers.map((issuer) => ({ issuer, key: accountKey(issuer)?.toString('hex') }));
  const rows = await sql<IssuedAsset[]>`
    select each.issuer, named.asset
    from json_to_recordset(${JSON.stringify(keys)}::text::json) as each (issuer text, key text), lateral (
      select id from accounts where accounts.key = decode(each.key, 'hex') offset 0
    ) account, lateral (
      select asset from named_assets n where n.issuer = account.id order by asset limit ${MOST_ASSETS}
    ) own, lateral (select asset from assets where assets.id = own.asset offset 0) named`;
  return [...rows];
}
