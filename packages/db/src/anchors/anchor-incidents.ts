import type { AnchorIncident, AnchorIncidentKind } from '@stellar-insights/analytics';
import type { Executor } from '../database.ts';
import { isoTime } from '../sql.ts';

export interface AnchorIncidentListOptions {
  /** Of the anchor. */
  readonly id: string;
  readonly kind?: AnchorIncidentKind | undefined;
  /** Only those that last, or only those that have ended. */
  readonly isOpen?: boolean | undefined;
  /** The incident after which the page begins. */
  readonly before?: { readonly startedAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listAnchorIncidents(
  { sql }: Executor,
  { id, kind, isOpen, before, limit }: AnchorIncidentListOptions,
): Promise<AnchorIncident[]> {
  const open =
    isOpen === undefined ? sql`` : isOpen ? sql`and ended_at is null` : sql`and ended_at is not null`;
  const page =
    before === undefined
      ? sql``
      : sql`and (started_at, id) < (${isoTime(before.startedAt)}::timestamptz, ${before.id}::uuid)`;
  const rows = await sql<AnchorIncident[]>`
    select id, kind, (extract(epoch from started_at) * 1000)::float8 as "startedAt",
           (extract(epoch from ended_at) * 1000)::float8 as "endedAt", ledger::float8 as ledger, details
    from anchor_incidents
    where anchor = ${id} ${kind === undefined ? sql`` : sql`and kind = ${kind}`} ${open} ${page}
    order by started_at desc, id desc limit ${limit}`;
  return [...rows];
}
