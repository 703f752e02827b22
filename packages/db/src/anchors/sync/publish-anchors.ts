import type {
  AnchorCounts,
  AnchorFile,
  AnchorIncident,
  AnchorWindowName,
  AnchorWindows,
  CountedCorridor,
  IssuerTenure,
  VerifiedIssuer,
} from '@stellar-insights/analytics';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { Database } from '../../database.ts';
import { appendEvents, type NewEvent } from '../../log/append-events.ts';
import { arrayLiteral } from '../../sql.ts';
import { storeSnapshot, type BegunSync, type SnapshotOptions } from '../../state-syncs.ts';
import { transaction, type Transaction } from '../../transaction.ts';
import type { IssuerFinding } from './findings.ts';
import type { StoredAnchor } from './read-anchor-state.ts';
import { takeTurn } from './take-turn.ts';
import { thinSnapshots } from './thin-snapshots.ts';

/** The next snapshot of all anchors. What is not named stays as it is. Times in unix milliseconds. */
export interface AnchorPublication {
  /** Of `AnchorState`, which all of this was made from. */
  readonly sync: BegunSync;
  readonly snapshot: SnapshotOptions;
  /** The time of what was found. */
  readonly at: number;
  readonly issuers: readonly (IssuerFinding & { readonly nextAt: number })[];
  /** The issuers that the files of their home domains name, as far as that changed. */
  readonly listed: readonly AccountId[];
  readonly unlisted: readonly AccountId[];
  readonly files: readonly FileRow[];
  /** Domains that an anchor has now, and domains that an anchor has left. */
  readonly domainsTaken: readonly string[];
  readonly domainsLeft: readonly string[];
  /** New anchors, and those that changed. */
  readonly anchors: readonly Omit<StoredAnchor, 'isRemoved' | 'counts'>[];
  readonly moved: readonly { readonly anchor: string; readonly domain: string }[];
  readonly tenures: {
    readonly ended: readonly IssuerTenure[];
    readonly begun: readonly (VerifiedIssuer & { readonly anchor: string })[];
  };
  /** Of all anchors; without a row there is none. */
  readonly counts: readonly ({ readonly anchor: string; readonly window: AnchorWindowName } & AnchorCounts)[];
  readonly corridors: readonly ({ readonly anchor: string } & CountedCorridor)[];
  readonly assets: readonly {
    readonly anchor: string;
    readonly asset: AssetId;
    readonly isListed: boolean;
  }[];
  readonly windows: AnchorWindows | null;
  readonly revokedTo: number | null;
  /** Anchors that are otherwise than in their last snapshot. */
  readonly changed: readonly ({
    readonly anchor: string;
  } & Pick<StoredAnchor, 'status' | 'issuers' | 'assets' | 'counts'>)[];
  /** Anchors whose open incident ends, and incidents that begin, or have happened. */
  readonly ended: readonly string[];
  readonly begun: readonly (AnchorIncident & { readonly anchor: string })[];
  readonly events: readonly NewEvent[];
}

/** What came of a request for the file of a domain. */
export interface FileRow {
  readonly domain: string;
  readonly askedAt: number;
  readonly failures: number;
  readonly failure: string | null;
  readonly readAt: number | null;
  readonly file: AnchorFile | null;
  readonly nextAt: number;
}

/**
 * Stores the snapshot with the events that report it: all of it, or nothing. Returns false, and stores nothing, if something else
 * has changed the anchors since the state was read: then read it again.
 */
export async function publishAnchors(db: Database, publication: AnchorPublication): Promise<boolean> {
  return await transaction(db, async (tx) => {
    if (!(await storeSnapshot(tx, publication.sync, publication.snapshot))) return false;
    await takeTurn(tx);
    await storeIssuers(tx, publication);
    await storeDomains(tx, publication);
    await storeAnchors(tx, publication);
    await storeTenures(tx, publication);
    await storeNumbers(tx, publication);
    await storeHistory(tx, publication);
    if (publication.events.length > 0) await appendEvents(tx, publication.events);
    return true;
  });
}

/** What a later sync has found stays. */
async function storeIssuers(
  { sql }: Transaction,
  { at, issuers, listed, unlisted }: AnchorPublication,
): Promise<void> {
  const rows = issuers.map(({ issuer, homeDomain, ledger, nextAt }) => ({
    issuer,
    home_domain: homeDomain,
    ledger,
    next_at: isoTime(nextAt),
  }));
  await sql`
    update anchor_accounts set home_domain = each.home_domain, ledger = each.ledger, read_at = ${isoTime(at)}, next_at = each.next_at
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as each (issuer text, home_domain text, ledger int8, next_at timestamptz)
    where account = issuer and account = any(${arrayLiteral(rows.map(({ issuer }) => issuer))}::text::text[])`;
  await sql`update anchor_accounts set is_listed = false where account = any(${arrayLiteral(unlisted)}::text::text[])`;
  await sql`update anchor_accounts set is_listed = true where account = any(${arrayLiteral(listed)}::text::text[])`;
}

async function storeDomains(
  { sql }: Transaction,
  { files, domainsTaken, domainsLeft }: AnchorPublication,
): Promise<void> {
  const rows = files.map(({ domain, askedAt, failures, failure, readAt, file, nextAt }) => ({
    domain,
    asked_at: isoTime(askedAt),
    failures,
    failure,
    read_at: readAt === null ? null : isoTime(readAt),
    file,
    next_at: isoTime(nextAt),
  }));
  // Another process may have asked since: then the time until the next request is not shortened.
  await sql`
    update anchor_domains d set answered_at = each.asked_at, failures = each.failures, failure = each.failure, read_at = each.read_at,
                                file = each.file,
      next_at = case when d.asked_at = each.asked_at then each.next_at else greatest(d.next_at, each.next_at) end
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      domain text, asked_at timestamptz, failures int, failure text, read_at timestamptz, file jsonb, next_at timestamptz)
    where d.domain = each.domain and d.domain = any(${arrayLiteral(rows.map(({ domain }) => domain))}::text::text[])`;
  await sql`
    update anchor_domains set is_candidate = true where domain = any(${arrayLiteral(domainsLeft)}::text::text[])`;
  await sql`
    insert into anchor_domains (domain, is_candidate, next_at)
    select domain, false, now() from unnest(${arrayLiteral(domainsTaken)}::text::text[]) as each (domain)
    on conflict (domain) do update set is_candidate = false, next_at = least(anchor_domains.next_at, greatest(
      excluded.next_at, anchor_domains.asked_at))`;
  // What no issuer names any more is no candidate.
  await sql`
    delete from anchor_domains d where is_candidate and domain = any(${arrayLiteral([
      ...domainsLeft,
      ...files.map(({ domain }) => domain),
    ])}::text::text[]) and not exists (select from anchor_accounts a where a.home_domain = d.domain)`;
}

async function storeAnchors({ sql }: Transaction, { at, anchors, moved }: AnchorPublication): Promise<void> {
  const rows = anchors.map(({ createdAt, since, ...anchor }) => ({
    ...anchor,
    created_at: isoTime(createdAt),
    since: isoTime(since),
  }));
  await sql`
    insert into anchors (id, domain, origin, created_at, organization, url, status, reason, since, rate, issuers, assets)
    select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      id text, domain text, origin text, created_at timestamptz, organization text, url text, status text, reason text,
      since timestamptz, rate text, issuers int, assets int)
    on conflict (id) do update set
      domain = excluded.domain, organization = excluded.organization, url = excluded.url, status = excluded.status,
      reason = excluded.reason, since = excluded.since, rate = excluded.rate, issuers = excluded.issuers,
      assets = excluded.assets`;
  const ranges = JSON.stringify(moved);
  await sql`
    update anchor_domain_ranges r set valid_to = ${isoTime(at)}
    from json_to_recordset(${ranges}::text::json) as each (anchor text)
    where r.anchor = each.anchor and valid_to is null`;
  await sql`
    insert into anchor_domain_ranges (anchor, domain, valid_from)
    select anchor, domain, ${isoTime(at)}::timestamptz
    from json_to_recordset(${ranges}::text::json) as each (anchor text, domain text)`;
}

async function storeTenures({ sql }: Transaction, { at, tenures }: AnchorPublication): Promise<void> {
  const ended = tenures.ended.map(({ issuer }) => issuer);
  await sql`
    update anchor_issuers set valid_to = ${isoTime(at)}
    where valid_to is null and issuer = any(${arrayLiteral(ended)}::text::text[])`;
  await sql`
    insert into anchor_issuers (anchor, issuer, domain, valid_from)
    select anchor, issuer, domain, ${isoTime(at)}::timestamptz
    from json_to_recordset(${JSON.stringify(tenures.begun)}::text::json) as each (anchor text, issuer text, domain text)`;
}

/** Only what differs is written. */
async function storeNumbers(
  { sql }: Transaction,
  { counts, corridors, assets, windows, revokedTo }: AnchorPublication,
): Promise<void> {
  await sql`
    merge into anchor_counts c using (
      select * from json_to_recordset(${JSON.stringify(counts)}::text::json)
        as each (anchor text, "window" text, attempts int, successes int, failures jsonb)
    ) each on c.anchor = each.anchor and c."window" = each."window"
    when matched and (c.attempts, c.successes, c.failures) is distinct from (each.attempts, each.successes, each.failures)
      then update set attempts = each.attempts, successes = each.successes, failures = each.failures
    when not matched then insert values (anchor, "window", attempts, successes, failures)
    when not matched by source then delete`;
  await sql`
    merge into anchor_corridors c using (
      select anchor, s.id as source, d.id as dest, attempts, successes, failures
      from json_to_recordset(${JSON.stringify(corridors)}::text::json)
        as each (anchor text, "sourceAsset" text, "destAsset" text, attempts int, successes int, failures jsonb)
      join assets s on s.asset = "sourceAsset" join assets d on d.asset = "destAsset"
    ) each on c.anchor = each.anchor and c.source_asset = each.source and c.dest_asset = each.dest
    when matched and (c.attempts, c.successes, c.failures) is distinct from (each.attempts, each.successes, each.failures)
      then update set attempts = each.attempts, successes = each.successes, failures = each.failures
    when not matched then insert values (anchor, source, dest, attempts, successes, failures)
    when not matched by source then delete`;
  await sql`
    merge into anchor_assets a using (
      select anchor, assets.id, "isListed"
      from json_to_recordset(${JSON.stringify(assets)}::text::json) as each (anchor text, asset text, "isListed" boolean)
      join assets using (asset)
    ) each on a.anchor = each.anchor and a.asset = each.id
    when matched and a.is_listed <> each."isListed" then update set is_listed = each."isListed"
    when not matched then insert values (anchor, id, "isListed")
    when not matched by source then delete`;
  await sql`
    update anchor_progress set windows = ${windows === null ? null : JSON.stringify(windows)}::text::jsonb, revoked_to = ${revokedTo}`;
}

async function storeHistory(
  tx: Transaction,
  { at, changed, windows, ended, begun }: AnchorPublication,
): Promise<void> {
  const { sql } = tx;
  const snapshots = changed.map(({ counts, ...anchor }) => ({ ...anchor, ...counts }));
  const window = windows?.['24h'];
  await sql`
    insert into anchor_snapshots (anchor, at, status, issuers, assets, attempts, successes, failures,
                                  window_from, window_to, from_ledger, to_ledger)
    select anchor, ${isoTime(at)}::timestamptz, status, issuers, assets, attempts, successes, failures,
           ${window === undefined ? null : isoTime(window.from)}::timestamptz, ${window === undefined ? null : isoTime(window.to)}::timestamptz,
           ${window?.fromLedger ?? null}::int8, ${window?.toLedger ?? null}::int8
    from json_to_recordset(${JSON.stringify(snapshots)}::text::json) as each (
      anchor text, status text, issuers int, assets int, attempts int, successes int, failures jsonb)`;
  await thinSnapshots(tx);
  await sql`
    update anchor_incidents set ended_at = ${isoTime(at)}
    where ended_at is null and anchor = any(${arrayLiteral(ended)}::text::text[])`;
  const rows = begun.map(({ id, anchor, kind, startedAt, endedAt, ledger, details }) => ({
    id,
    anchor,
    kind,
    started_at: isoTime(startedAt),
    ended_at: endedAt === null ? null : isoTime(endedAt),
    ledger,
    details,
  }));
  await sql`
    insert into anchor_incidents (id, anchor, kind, started_at, ended_at, ledger, details)
    select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      id uuid, anchor text, kind text, started_at timestamptz, ended_at timestamptz, ledger int8, details jsonb)`;
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
