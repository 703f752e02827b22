import type { FailureCount, SizeClassCount } from '@stellar-insights/analytics';
import { transaction, type Database } from '@stellar-insights/db';
import type { LedgerRange } from '@stellar-insights/ledger';
import type { Row } from './difference.ts';

interface StoredBucket {
  readonly bucket_start: string;
  readonly source_asset: string;
  readonly dest_asset: string;
  readonly is_self: boolean;
  readonly attempts: number;
  readonly successes: number;
  readonly delivered: string;
  readonly failures: readonly FailureCount[];
  readonly size_classes: readonly SizeClassCount[];
}

export interface StoredBuckets {
  readonly rows: readonly Row[];
  /**
   * Whether a bucket says something about the range alone: no stored ledger outside of it lies in the same five minutes, and
   * none has touched the corridor since the bucket was computed.
   */
  readonly isComparable: (bucket: Row) => boolean;
}

/** The buckets from the span that begins at `first` to the one that begins at `last`, both in unix milliseconds. */
export function readStoredBuckets(
  db: Database,
  { from, to }: LedgerRange,
  [first, last]: readonly [first: number, last: number],
): Promise<StoredBuckets> {
  const edges = [new Date(first).toISOString(), new Date(last).toISOString()] as const;
  return transaction(
    db,
    async ({ sql }) => {
      const rows = await sql<StoredBucket[]>`
        select to_char(bucket_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as bucket_start,
               source_asset, dest_asset, is_self, attempts, successes, delivered::text as delivered,
               failures, size_classes
        from corridor_buckets where bucket_start between ${edges[0]} and ${edges[1]}
        order by bucket_start, source_asset collate "C", dest_asset collate "C", is_self`;
      const dirty = await sql<{ start: string; source: string; dest: string }[]>`
        select distinct to_char(bucket_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as start,
               source_asset as source, dest_asset as dest
        from dirty_corridor_buckets where bucket_start between ${edges[0]} and ${edges[1]}`;
      const shared = await sql<{ edge: string }[]>`
        select edge from (values (${edges[0]}::text), (${edges[1]}::text)) spans (edge)
        where exists (
          select from ledgers
          where closed_at >= edge::timestamptz and closed_at < edge::timestamptz + interval '5 minutes'
            and (sequence < ${from} or sequence > ${to})
        )`;
      const sharedStarts = new Set<unknown>(shared.map(({ edge }) => edge));
      const marks = new Set(dirty.map(({ start, source, dest }) => JSON.stringify([start, source, dest])));
      return {
        rows: rows.map(bucketRow),
        isComparable: ({ bucket_start: start, source_asset: source, dest_asset: dest }) =>
          !sharedStarts.has(start) && !marks.has(JSON.stringify([start, source, dest])),
      };
    },
    { isolation: 'repeatable read' },
  );
}

/** JSON from the database has its own order of names. */
function bucketRow({ failures, size_classes: sizes, ...bucket }: StoredBucket): Row {
  return {
    ...bucket,
    failures: failures.map(({ reason, blame, count }) => ({ reason, blame, count })),
    size_classes: sizes.map(({ side, sizeClass, attempts, successes }) => ({
      side,
      sizeClass,
      attempts,
      successes,
    })),
  };
}
