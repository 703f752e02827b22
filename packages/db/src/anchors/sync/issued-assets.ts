import { accountKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../../transaction.ts';

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
    from json_to_recordset(${JSON.stringify(keys)}::text::json) as each (issuer text, key text)
    join accounts on accounts.key = decode(each.key, 'hex'), lateral (
      select a.asset from named_assets n join assets a on a.id = n.asset
      where n.issuer = accounts.id order by n.asset limit ${MOST_ASSETS}
    ) named`;
  return [...rows];
}

const MOST_ASSETS = 1000;
