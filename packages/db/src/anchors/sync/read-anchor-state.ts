import {
  NO_COUNTS,
  type AnchorCounts,
  type AnchorFile,
  type AnchorOrigin,
  type AnchorStatus,
  type HealthStatus,
  type IssuerRange,
  type KnownAnchor,
  type VerifiedIssuer,
} from '@stellar-insights/analytics';
import type { AccountId } from '@stellar-insights/ledger';
import { selectCursor } from '../../ledgers/cursor.ts';
import { arrayLiteral } from '../../sql.ts';
import { beginSync, readStateSync, type BegunSync, type StateSync } from '../../state-syncs.ts';
import type { Transaction } from '../../transaction.ts';
import type { Findings } from './findings.ts';

/** An anchor as it is stored. */
export interface StoredAnchor extends KnownAnchor {
  readonly origin: AnchorOrigin;
  readonly organization: string | null;
  readonly url: string | null;
  readonly status: AnchorStatus;
  readonly reason: string | null;
  readonly since: number;
  readonly rate: HealthStatus;
  readonly issuers: number;
  readonly assets: number;
  /** Of 24 hours. */
  readonly counts: AnchorCounts;
}

/** What is stored of a domain's file. */
export interface DomainFile {
  /** Names the claim whose outcome this is; null before the first. */
  readonly answeredAt: number | null;
  readonly failures: number;
  readonly failure: string | null;
  readonly readAt: number | null;
  readonly file: AnchorFile | null;
}

/** All that is stored about anchors and that findings are compared with. */
export interface AnchorState {
  /** Begun at this moment: it names the snapshot that this state is of, and the time of what is found. */
  readonly sync: BegunSync;
  readonly previous: StateSync | null;
  /** The last ledger stored, and the last one whose trustline operations were looked at; null if there is none. */
  readonly lastLedger: number | null;
  readonly revokedTo: number | null;
  readonly networkPassphrase: string | null;
  readonly anchors: readonly StoredAnchor[];
  /** Those that last; of an anchor that has none, those that ended last. */
  readonly issuerRanges: readonly IssuerRange[];
  readonly verified: readonly VerifiedIssuer[];
  /** Of the domains of anchors, and of those that the findings are about or lead to. */
  readonly files: ReadonlyMap<string, DomainFile>;
  /** The found issuers that another sync has asked for in a later ledger. */
  readonly outdated: ReadonlySet<AccountId>;
  /** The found issuers that the stored file of their found home domain names. */
  readonly listedFound: ReadonlySet<AccountId>;
  /** Of each file that was found, the issuers whose stored home domain is that domain and that the file names. */
  readonly listedBy: readonly VerifiedIssuer[];
}

/*
 * What the findings name is looked up by its key, one by one (`offset 0`): for a join the planner may read a table from end to end.
 */

/** Run it in a snapshot. It reads each anchor, and of the rest what the findings name. */
export async function readAnchorState(tx: Transaction, findings: Findings): Promise<AnchorState> {
  const { sql } = tx;
  const sync = await beginSync(tx, 'anchors');
  const previous = await readStateSync(tx, 'anchors');
  const cursor = await selectCursor(tx);
  const [progress] = await sql<{ revokedTo: number | null }[]>`
    select revoked_to::float8 as "revokedTo" from anchor_progress`;
  const anchors = await sql<(Omit<StoredAnchor, 'counts'> & { counts: AnchorCounts | null })[]>`
    select id, domain, (extract(epoch from created_at) * 1000)::float8 as "createdAt", removed_at is not null as "isRemoved",
           origin, organization, url, status, reason, (extract(epoch from since) * 1000)::float8 as since, rate, issuers, assets,
           case when c.anchor is not null then jsonb_build_object(
             'attempts', attempts, 'successes', successes, 'failures', failures) end as counts
    from anchors left join anchor_counts c on c.anchor = id and "window" = '24h'`;
  const listedFound = await readListedFound(tx, findings);
  const listedBy = await readListedBy(tx, findings);
  const domains = [
    ...anchors.map(({ domain }) => domain),
    ...findings.files.map(({ domain }) => domain),
    ...findings.issuers.flatMap(({ issuer, homeDomain }) =>
      homeDomain !== null && listedFound.has(issuer) ? [homeDomain] : [],
    ),
  ];
  return {
    sync,
    previous,
    lastLedger: cursor?.sequence ?? null,
    revokedTo: progress?.revokedTo ?? null,
    networkPassphrase: cursor?.networkPassphrase ?? null,
    anchors: anchors.map(({ counts, ...anchor }) => ({ ...anchor, counts: counts ?? NO_COUNTS })),
    issuerRanges: await readIssuerRanges(tx),
    verified: await sql<VerifiedIssuer[]>`
      select account as issuer, home_domain as domain from anchor_accounts where is_listed order by next_at`,
    files: await readFiles(tx, domains),
    outdated: await readOutdated(tx, findings),
    listedFound,
    listedBy,
  };
}

async function readIssuerRanges({ sql }: Transaction): Promise<IssuerRange[]> {
  const rows = await sql<IssuerRange[]>`
    select anchor, issuer, domain, null::float8 as to from anchor_issuers where valid_to is null
    union all
    select i.anchor, i.issuer, i.domain, (extract(epoch from i.valid_to) * 1000)::float8
    from anchors a, lateral (
      select * from anchor_issuers each where each.anchor = a.id
      and each.valid_to = (select max(valid_to) from anchor_issuers last where last.anchor = a.id)
    ) i where a.issuers = 0`;
  return [...rows];
}

async function readFiles({ sql }: Transaction, domains: readonly string[]): Promise<Map<string, DomainFile>> {
  const rows = await sql<(DomainFile & { domain: string })[]>`
    select domain, (extract(epoch from answered_at) * 1000)::float8 as "answeredAt", failures, failure, (extract(epoch from read_at) * 1000)::float8 as "readAt", file
    from anchor_domains where domain = any(${arrayLiteral([...new Set(domains)])}::text::text[])`;
  return new Map(rows.map(({ domain, ...file }) => [domain, file]));
}

async function readOutdated({ sql }: Transaction, { issuers }: Findings): Promise<Set<AccountId>> {
  const rows = await sql<{ issuer: AccountId }[]>`
    select issuer from json_to_recordset(${JSON.stringify(issuers)}::text::json) as found (issuer text, ledger int8), lateral (
      select ledger from anchor_accounts where account = issuer offset 0
    ) stored where stored.ledger > found.ledger`;
  return new Set(rows.map(({ issuer }) => issuer));
}

async function readListedFound({ sql }: Transaction, { issuers }: Findings): Promise<Set<AccountId>> {
  const found = issuers.flatMap(({ issuer, homeDomain }) =>
    homeDomain === null ? [] : [{ issuer, domain: homeDomain }],
  );
  const rows = await sql<{ issuer: AccountId }[]>`
    select issuer from json_to_recordset(${JSON.stringify(found)}::text::json) as found (issuer text, domain text), lateral (
      select file from anchor_domains d where d.domain = found.domain offset 0
    ) stored where stored.file -> 'issuers' ? issuer`;
  return new Set(rows.map(({ issuer }) => issuer));
}

async function readListedBy({ sql }: Transaction, { files }: Findings): Promise<VerifiedIssuer[]> {
  const named = files.flatMap(({ domain, file }) =>
    (file?.issuers ?? []).map((issuer) => ({ domain, issuer })),
  );
  const rows = await sql<VerifiedIssuer[]>`
    select issuer, domain
    from json_to_recordset(${JSON.stringify(named)}::text::json) as named (issuer text, domain text), lateral (
      select home_domain from anchor_accounts where account = issuer offset 0
    ) stored where home_domain = domain`;
  return [...rows];
}
