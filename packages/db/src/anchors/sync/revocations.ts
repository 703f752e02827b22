import { accountKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../../transaction.ts';

/** Operations of one ledger that took the authorization of trustlines away. */
export interface Revocation {
  readonly issuer: AccountId;
  readonly asset: AssetId;
  readonly ledger: number;
  /** When the ledger closed, in unix milliseconds. */
  readonly closedAt: number;
  readonly operations: number;
}

export interface RevocationRange {
  /** After this ledger, up to that one. */
  readonly after: number;
  readonly to: number;
  readonly issuers: readonly AccountId[];
}

/**
 * The revocations by these issuers, by ledger. A transaction that also grants the authorization of the trustline revokes nothing:
 * a regulated asset is authorized for each single payment (SEP-8).
 */
export async function readRevocations(
  { sql }: Transaction,
  { after, to, issuers }: RevocationRange,
): Promise<Revocation[]> {
  if (issuers.length === 0 || to <= after) return [];
  const keys = issuers.map((issuer) => ({ issuer, key: accountKey(issuer)?.toString('hex') }));
  const rows = await sql<Revocation[]>`
    with operations as (
      select ledger, position >> 12 as transaction, account, trustor, asset, set_flags & 1 = 1 as grants,
             set_flags & 1 = 0 and clear_flags & 1 = 1 as revokes
      from trustline_operations where ledger > ${after} and ledger <= ${to} and type in ('a', 'f') and succeeded
    ), issuers as (
      select each.issuer, account.id
      from json_to_recordset(${JSON.stringify(keys)}::text::json) as each (issuer text, key text), lateral (
        select id from accounts where accounts.key = decode(each.key, 'hex') offset 0
      ) account
    )
    select issuer, a.asset, revoked.ledger::float8 as ledger, count(*)::float8 as operations,
           (extract(epoch from l.closed_at) * 1000)::float8 as "closedAt"
    from operations revoked join issuers on issuers.id = account
    join assets a on a.id = revoked.asset join ledgers l on l.sequence = revoked.ledger
    where revokes and not exists (
      select from operations granted
      where grants and granted.ledger = revoked.ledger and granted.transaction = revoked.transaction
        and granted.trustor = revoked.trustor and granted.asset = revoked.asset)
    group by issuer, a.asset, revoked.ledger, l.closed_at order by revoked.ledger, a.asset collate "C"`;
  return [...rows];
}
