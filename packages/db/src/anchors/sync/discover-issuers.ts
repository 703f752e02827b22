import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { Database, RunOptions } from '../../database.ts';
import { transaction } from '../../transaction.ts';
import type { IssuerFinding } from './findings.ts';
import { takeTurn } from './publish-anchors.ts';

type Signal = Pick<RunOptions, 'signal'>;

export interface FoundIssuer {
  readonly issuer: AccountId;
  /** The last ledger that has named one of its assets. */
  readonly lastLedger: number;
}

/** Which issuers are known. */
export interface IssuerProgress {
  /** Those of assets that were last named before this ledger. */
  readonly knownTo: number;
  /** The last asset that the walk through all named assets has come to; null: it begins anew. */
  readonly walkedTo: AssetId | null;
}

export async function readIssuerProgress(db: Database, options?: Signal): Promise<IssuerProgress> {
  const [row] = await db.run(
    ({ sql }) => sql<IssuerProgress[]>`
      select named_to::float8 as "knownTo", walked_to as "walkedTo" from anchor_progress`,
    options,
  );
  return row ?? { knownTo: 0, walkedTo: null };
}

/**
 * Remembers issuers, so that the network is asked for their home domains: first for those that were named last. `progress` is what
 * is known with them.
 */
export async function addIssuers(
  db: Database,
  issuers: readonly FoundIssuer[],
  { knownTo = 0, walkedTo }: Partial<IssuerProgress>,
  options?: Signal,
): Promise<void> {
  await transaction(
    db,
    async (tx) => {
      const { sql } = tx;
      await takeTurn(tx);
      await sql`
        insert into anchor_accounts as stored (account, next_at)
        select issuer, to_timestamp(-max("lastLedger"))
        from json_to_recordset(${JSON.stringify(issuers)}::text::json) as each (issuer text, "lastLedger" int8)
        group by issuer
        on conflict (account) do update set next_at = excluded.next_at
          where stored.read_at is null and stored.next_at > excluded.next_at`;
      await sql`
        update anchor_progress set named_to = greatest(named_to, ${knownTo}),
                                   walked_to = ${walkedTo === undefined ? sql`walked_to` : walkedTo}`;
    },
    options,
  );
}

export interface DueIssuers extends Signal {
  /** The most of those that a file names. */
  readonly verified: number;
  /** The most of the others. */
  readonly others: number;
}

/** The issuers whose home domains are to be read, those that have waited longest. */
export async function readDueIssuers(
  db: Database,
  { verified, others, signal }: DueIssuers,
): Promise<AccountId[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ account: AccountId }[]>`
      (select account from anchor_accounts where is_listed and next_at <= now() order by next_at limit ${verified})
      union all
      (select account from anchor_accounts where not is_listed and next_at <= now() order by next_at limit ${others})`,
    { signal },
  );
  return rows.map(({ account }) => account);
}

/**
 * The domains that issuers name newly become candidates, whose files are read. A candidate that waits is read at once, but not within
 * `intervalMs` of its last request.
 */
export async function addCandidates(
  db: Database,
  found: readonly Pick<IssuerFinding, 'issuer' | 'homeDomain'>[],
  { intervalMs, signal }: Signal & { readonly intervalMs: number },
): Promise<void> {
  const pairs = JSON.stringify(found.filter(({ homeDomain }) => homeDomain !== null));
  await transaction(
    db,
    async (tx) => {
      const { sql } = tx;
      await takeTurn(tx);
      await sql`
        insert into anchor_domains as stored (domain, is_candidate, next_at)
        select distinct "homeDomain", true, now()
        from json_to_recordset(${pairs}::text::json) as each (issuer text, "homeDomain" text), lateral (
          select home_domain from anchor_accounts where account = issuer offset 0
        ) stored_issuer
        where home_domain is distinct from "homeDomain" and not exists (
          select from anchors where domain = "homeDomain" and removed_at is not null)
        on conflict (domain) do update set next_at = greatest(
            excluded.next_at, stored.asked_at + make_interval(secs => ${intervalMs / 1000}))
          where stored.is_candidate and stored.next_at > greatest(
            excluded.next_at, stored.asked_at + make_interval(secs => ${intervalMs / 1000}))`;
    },
    { signal },
  );
}
