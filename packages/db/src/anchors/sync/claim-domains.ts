import type { Database, RunOptions } from '../../database.ts';
import { transaction } from '../../transaction.ts';
import { takeTurn } from './publish-anchors.ts';

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
  return await transaction(
    db,
    async (tx) => {
      const { sql } = tx;
      await takeTurn(tx);
      const rows = await sql<ClaimedDomain[]>`
        with due as (
          (select domain from anchor_domains where not is_candidate and next_at <= now() order by next_at limit ${anchors})
          union all
          (select domain from anchor_domains where is_candidate and next_at <= now() order by next_at limit ${candidates})
        )
        update anchor_domains set asked_at = now(), next_at = now() + make_interval(secs => ${intervalMs / 1000})
        where domain in (select domain from due)
        returning domain, (extract(epoch from asked_at) * 1000)::float8 as "askedAt"`;
      return [...rows];
    },
    { signal },
  );
}
