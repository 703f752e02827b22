import type { Database } from '../../database.ts';
import { appendEvents } from '../../log/append-events.ts';
import { arrayLiteral, isoTime } from '../../sql.ts';
import { storeSnapshot } from '../../state-syncs.ts';
import { transaction, type Transaction } from '../../transaction.ts';
import type { AnchorPublication } from './publication.ts';
import { storeHistory, storeNumbers } from './store-figures.ts';

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
    await storeRanges(tx, publication);
    await storeNumbers(tx, publication);
    await storeHistory(tx, publication);
    if (publication.events.length > 0) await appendEvents(tx, publication.events);
    return true;
  });
}

/**
 * Lets the writers of a sync's tables take turns: each of them writes many rows in an order of its own, so two at the same time could
 * wait for each other. Call it before the first of these rows is written.
 */
export async function takeTurn({ sql }: Transaction): Promise<void> {
  await sql`select from anchor_progress for update`;
}

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
    read_at: isoTime(readAt),
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

async function storeAnchors({ sql }: Transaction, { anchors }: AnchorPublication): Promise<void> {
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
}

async function storeRanges(
  { sql }: Transaction,
  { at, moved, issuerRanges }: AnchorPublication,
): Promise<void> {
  const domains = JSON.stringify(moved);
  await sql`
    update anchor_domain_ranges r set valid_to = ${isoTime(at)}
    from json_to_recordset(${domains}::text::json) as each (anchor text)
    where r.anchor = each.anchor and valid_to is null`;
  await sql`
    insert into anchor_domain_ranges (anchor, domain, valid_from)
    select anchor, domain, ${isoTime(at)}::timestamptz
    from json_to_recordset(${domains}::text::json) as each (anchor text, domain text)`;
  const ended = issuerRanges.ended.map(({ issuer }) => issuer);
  await sql`
    update anchor_issuers set valid_to = ${isoTime(at)}
    where valid_to is null and issuer = any(${arrayLiteral(ended)}::text::text[])`;
  await sql`
    insert into anchor_issuers (anchor, issuer, domain, valid_from)
    select anchor, issuer, domain, ${isoTime(at)}::timestamptz
    from json_to_recordset(${JSON.stringify(issuerRanges.begun)}::text::json) as each (anchor text, issuer text, domain text)`;
}
