import type { Database, RunOptions } from '../../database.ts';

export interface ClaimOptions extends Pick<RunOptions, 'signal'> {
  /** Between two requests to a domain. */
  readonly intervalMs: number;
  /** The most domains of anchors, and the most candidates. */
  readonly anchors: number;
  readonly candidates: number;
}

export interface ClaimedDomain {
  readonly domain: string;
  /** Names this claim: what comes of a later one has precedence. */
  readonly askedAt: number;
}

/**
 * The domains whose files are to be read, those that have waited longest. A claim is stored before the request is sent: so
 * whatever is killed or runs twice, a domain gets one request in an interval.
 */
export async function claimDomains(
  db: Database,
  { intervalMs, anchors, candidates, signal }: ClaimOptions,
): Promise<ClaimedDomain[]> {
  const rows = await db.run(
    ({ sql }) => sql<ClaimedDomain[]>`
      with of_anchors as (
        select domain from anchor_domains where not is_candidate and next_at <= now()
        order by next_at limit ${anchors} for update skip locked
      ), of_candidates as (
        select domain from anchor_domains where is_candidate and next_at <= now()
        order by next_at limit ${candidates} for update skip locked
      )
      update anchor_domains set asked_at = now(), next_at = now() + make_interval(secs => ${intervalMs / 1000})
      where domain in (select domain from of_anchors union all select domain from of_candidates)
      returning domain, (extract(epoch from asked_at) * 1000)::float8 as "askedAt"`,
    { signal },
  );
  return [...rows];
}
