import {
  NO_COUNTS,
  type Anchor,
  type AnchorCounts,
  type AnchorOrigin,
  type AnchorStatus,
  type AnchorWindowName,
  type AnchorWindows,
} from '@stellar-insights/analytics';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { Database, Executor, Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';

/** The most issuers in a row of the list. */
const MOST_ISSUERS = 100;

/** What all counts of anchors are of; null until a synchronisation has seen a stored ledger. */
export async function readAnchorWindows({ sql }: Executor): Promise<AnchorWindows | null> {
  const [row] = await sql<{ windows: AnchorWindows | null }[]>`select windows from anchor_progress`;
  return row?.windows ?? null;
}

/** Where a page of the list ends. `value` is what the list is ordered by, an exact decimal. */
export interface AnchorPlace {
  readonly value: string;
  readonly id: string;
}

export interface AnchorListOptions {
  readonly window: AnchorWindowName;
  readonly by: 'id' | 'attempted' | 'failed' | 'success_rate';
  readonly descending: boolean;
  readonly status?: AnchorStatus | undefined;
  readonly origin?: AnchorOrigin | undefined;
  /** Only the anchor whose issuer has issued this asset, or which has this issuer. */
  readonly asset?: AssetId | undefined;
  readonly issuer?: AccountId | undefined;
  readonly after?: AnchorPlace | undefined;
  readonly limit: number;
}

/** An order by anything else than the id continues with the id, ascending; without attempts, the rate comes last. */
export async function listAnchors(
  tx: Transaction,
  { window, by, descending, status, origin, asset, issuer, after, limit }: AnchorListOptions,
): Promise<(Anchor & { readonly place: AnchorPlace })[]> {
  const { sql } = tx;
  const account = issuer ?? (asset === undefined ? undefined : issuerOf(asset));
  const direction = descending ? sql`desc` : sql`asc`;
  const idDirection = by === 'id' ? direction : sql`asc`;
  const beyond = descending ? sql`<` : sql`>`;
  const beyondId = by === 'id' ? beyond : sql`>`;
  const page =
    after === undefined
      ? sql``
      : sql`and (value ${beyond} ${after.value}::text::numeric or (value = ${after.value}::text::numeric
            and id collate "C" ${beyondId} ${after.id}))`;
  const rows = await sql<(AnchorRow & { value: string })[]>`
    with valued as (
      select a.*, ${orderedValue(tx, by, descending)} as value
      from anchors a left join anchor_counts c on c.anchor = a.id and c.window = ${window}
      where removed_at is null ${status === undefined ? sql`` : sql`and status = ${status}`}
        ${origin === undefined ? sql`` : sql`and origin = ${origin}`}
        ${account === undefined ? sql`` : sql`and id in (select anchor from anchor_issuers where issuer = ${account} and valid_to is null)`}
    )
    select ${anchorColumns(tx)}, value::text as value from valued a where true ${page}
    order by a.value ${direction}, id collate "C" ${idDirection} limit ${limit}`;
  return rows.map((row) => ({ ...anchorOf(row), place: { value: row.value, id: row.id } }));
}

/** `where`: a condition on `anchors`. In any order. */
export async function readAnchors(executor: Executor, where: Fragment): Promise<Anchor[]> {
  const { sql } = executor;
  const rows = await sql<AnchorRow[]>`select ${anchorColumns(executor)} from anchors a ${where}`;
  return rows.map(anchorOf);
}

/** A status without anchors is absent. */
export async function countAnchorsByStatus(db: Database): Promise<Map<AnchorStatus, number>> {
  const rows = await db.run(
    ({ sql }) => sql<{ status: AnchorStatus; count: number }[]>`
      select status, count(*)::float8 as count from anchors where removed_at is null group by status`,
  );
  return new Map(rows.map(({ status, count }) => [status, count]));
}

type AnchorRow = Omit<Anchor, 'counts' | 'issuerList'> & {
  readonly issuerList: readonly AccountId[] | null;
  readonly counts: Partial<Record<AnchorWindowName, AnchorCounts>> | null;
};

/** Of a row `a` of `anchors`. */
function anchorColumns({ sql }: Executor): Fragment {
  return sql`
    id, domain, origin, (extract(epoch from created_at) * 1000)::float8 as "createdAt", organization, status, reason,
    (extract(epoch from since) * 1000)::float8 as since, issuers, assets,
    (select (extract(epoch from asked_at) * 1000)::float8 from anchor_domains d where d.domain = a.domain) as "checkedAt",
    (select (extract(epoch from read_at) * 1000)::float8 from anchor_domains d where d.domain = a.domain) as "readAt",
    (select jsonb_agg(issuer) from (
       select issuer from anchor_issuers i where i.anchor = a.id and i.valid_to is null
       order by issuer collate "C" limit ${MOST_ISSUERS}) own) as "issuerList",
    (select jsonb_object_agg(c.window, jsonb_build_object(
        'attempts', c.attempts, 'successes', c.successes, 'failures', c.failures))
     from anchor_counts c where c.anchor = a.id) as counts`;
}

function anchorOf({ counts, issuerList, ...row }: AnchorRow): Anchor {
  const { id, domain, origin, createdAt, organization, status, reason, since, issuers, assets } = row;
  return {
    id,
    domain,
    origin,
    createdAt,
    organization,
    status,
    reason,
    since,
    issuers,
    issuerList: issuerList ?? [],
    assets,
    checkedAt: row.checkedAt,
    readAt: row.readAt,
    counts: { '24h': counts?.['24h'] ?? NO_COUNTS, '7d': counts?.['7d'] ?? NO_COUNTS },
  };
}

/** An exact number. A success rate is a number of at least 0 and at most 1, so anchors without one come last. */
function orderedValue(
  { sql }: Transaction,
  by: AnchorListOptions['by'],
  descending: AnchorListOptions['descending'],
): Fragment {
  switch (by) {
    case 'attempted':
      return sql`coalesce(c.attempts, 0)::numeric`;
    case 'failed':
      return sql`coalesce(c.attempts - c.successes, 0)::numeric`;
    case 'success_rate':
      return sql`coalesce(c.successes::numeric / nullif(c.attempts, 0), ${descending ? -1 : 2})`;
    case 'id':
      return sql`0::numeric`;
  }
}

/** The native asset has no issuer, so no anchor has issued it. */
function issuerOf(asset: AssetId): string {
  return asset.slice(asset.lastIndexOf(':') + 1);
}
