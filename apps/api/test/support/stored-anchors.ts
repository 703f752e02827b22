import { randomUUID } from 'node:crypto';
import { NO_COUNTS, type AnchorIncident, type AnchorStatus } from '@stellar-insights/analytics';
import { transaction, type Database } from '@stellar-insights/db';
import { registerAnchor } from '@stellar-insights/db/anchors';
import { beginSync, storeSnapshot } from '@stellar-insights/db/state-syncs';

const HOUR_MS = 3_600_000;
export const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';

export const WALKED_ANCHOR = 'walked.example';

/** An anchor with what a sync would have found. */
export interface StoredAnchor {
  readonly domain: string;
  readonly status?: AnchorStatus;
  readonly issuer?: string;
  readonly attempts?: number;
  readonly successes?: number;
  /** Of seven days. Default: as many as of 24 hours. */
  readonly week?: { readonly attempts: number; readonly successes: number };
  /** How many rows of history; each an hour before the one before. */
  readonly history?: number;
  readonly incidents?: readonly Occurrence[];
}

type Occurrence = Pick<AnchorIncident, 'kind' | 'details'> & { readonly lasts?: boolean };

/** Stores the anchors and one reading of them. Their windows begin with the first ledger stored and end with the last. */
export async function storeAnchors(db: Database, anchors: readonly StoredAnchor[]): Promise<void> {
  for (const anchor of anchors) await storeAnchor(db, anchor);
  await db.run(
    ({ sql }) => sql`
      update anchor_progress set windows = (
        select jsonb_build_object('24h', each, '7d', each) from (
          select jsonb_build_object('from', extract(epoch from min(closed_at)) * 1000,
                                    'to', extract(epoch from max(closed_at)) * 1000,
                                    'fromLedger', min(sequence), 'toLedger', max(sequence)) as each from ledgers) one)`,
  );
  const begun = await db.run((executor) => beginSync(executor, 'anchors'));
  const state = { source: 'rpc', coverage: 'seen', fromLedger: 100, toLedger: 101 } as const;
  await transaction(db, (tx) => storeSnapshot(tx, begun, { state, staleAfterMs: HOUR_MS }));
}

/** Stores two anchors: `WALKED_ANCHOR`, which has a history and incidents, and another one. */
export async function storeWalkedAnchors(db: Database): Promise<void> {
  const incidents = [
    { kind: 'degraded', details: { reason: 'PAYMENT_NOT_AUTHORIZED', blame: 'issuer' }, lasts: true },
    { kind: 'unreachable', details: { reason: 'timed_out' } },
  ] as const;
  const counts = { attempts: 9, successes: 8 };
  const walked = { domain: WALKED_ANCHOR, issuer: ISSUER, ...counts, history: 3, incidents };
  await storeAnchors(db, [walked, { domain: 'other.example' }]);
}

/** Stores so many anchors `1.example`, `2.example` … beside the others, each with counts and twenty snapshots and incidents. */
export async function storeManyAnchors(db: Database, size: number): Promise<void> {
  await storeWalkedAnchors(db);
  const none = JSON.stringify(NO_COUNTS.failures);
  await db.run(async ({ sql }) => {
    await sql`
      insert into anchors (id, domain, origin, created_at, status, since, rate, issuers, assets)
      select name, name, 'discovered', now(), 'healthy', now(), 'unknown', 1, 0
      from generate_series(1, ${size}) number, lateral (select number || '.example' as name) named`;
    await sql`
      insert into anchor_domains (domain, is_candidate, next_at)
      select id, false, now() from anchors where origin = 'discovered'`;
    await sql`
      insert into anchor_issuers (anchor, issuer, domain, valid_from)
      select id, 'G' || lpad(row_number() over ()::text, 55, 'A'), id, now() from anchors where origin = 'discovered'`;
    await sql`
      insert into anchor_counts (anchor, "window", attempts, successes, failures)
      select id, each, length(id), 0, ${none}::text::jsonb from anchors, unnest(array['24h', '7d']) each
      where origin = 'discovered'`;
    await sql`
      insert into anchor_snapshots (anchor, at, status, issuers, assets, attempts, successes, failures)
      select id, now() - hours * interval '1 hour', 'healthy', 1, 0, 0, 0, ${none}::text::jsonb
      from anchors, generate_series(1, 20) hours where origin = 'discovered'`;
    await sql`
      insert into anchor_incidents (id, anchor, kind, started_at, ended_at, details)
      select gen_random_uuid(), id, 'unverified', now() - hours * interval '1 hour', now(), '{"reason":"not_mutual"}'
      from anchors, generate_series(1, 20) hours where origin = 'discovered'`;
    await sql`analyze`;
  });
}

async function storeAnchor(
  db: Database,
  {
    domain,
    status = 'healthy',
    issuer,
    attempts = 0,
    successes = 0,
    week = { attempts, successes },
    history = 1,
    incidents = [],
  }: StoredAnchor,
): Promise<void> {
  await registerAnchor(db, domain);
  const issuers = issuer === undefined ? 0 : 1;
  const blames = blamesOf({ attempts, successes });
  const now = Date.now();
  await db.run(async ({ sql }) => {
    await sql`
      update anchors set status = ${status}, reason = ${status === 'healthy' ? null : 'success_rate'}, issuers = ${issuers},
        organization = '=Anchor, Inc.', url = 'https://example.com/'
      where id = ${domain}`;
    if (issuer !== undefined) {
      await sql`
        insert into anchor_issuers (anchor, issuer, domain, valid_from) values (${domain}, ${issuer}, ${domain}, now())`;
    }
    for (const [window, counts] of Object.entries({ '24h': { attempts, successes }, '7d': week })) {
      await sql`
        insert into anchor_counts (anchor, "window", attempts, successes, failures)
        values (${domain}, ${window}, ${counts.attempts}, ${counts.successes}, ${blamesOf(counts)}::text::jsonb)`;
    }
    for (let hour = 0; hour < history; hour++) {
      const at = new Date(now - hour * HOUR_MS).toISOString();
      await sql`
        insert into anchor_snapshots (anchor, at, status, issuers, assets, attempts, successes, failures)
        values (${domain}, ${at}, ${status}, ${issuers}, 0, ${attempts}, ${successes}, ${blames}::text::jsonb)`;
    }
    for (const [place, { kind, details, lasts = false }] of incidents.entries()) {
      const at = new Date(now - place * HOUR_MS).toISOString();
      await sql`
        insert into anchor_incidents (id, anchor, kind, started_at, ended_at, ledger, details)
        values (${randomUUID()}, ${domain}, ${kind}, ${at}, ${lasts ? null : at},
                ${kind === 'authorization_revoked' ? 7 : null}, ${JSON.stringify(details)}::text::jsonb)`;
    }
  });
}

/** Each failure is counted against the issuer. */
function blamesOf({ attempts, successes }: Required<StoredAnchor>['week']): string {
  return JSON.stringify({ ...NO_COUNTS.failures, issuer: attempts - successes });
}
