import {
  BUCKET_MS,
  byCodeUnits,
  sortedCorridors,
  type CorridorBuckets,
  type FailureCount,
  type SizeClassCount,
  type Tally,
} from '@stellar-insights/analytics';
import { readSnapshot, type Database } from '@stellar-insights/db';
import type { LedgerRange } from '@stellar-insights/ledger';
import type { Row } from './difference.ts';

/* Corridor buckets as rows of `corridor_buckets`, for comparison: as recomputed, and as stored. */

export function recomputedBuckets({ tables }: CorridorBuckets): Row[] {
  return [...tables].flatMap(([start, table]) =>
    sortedCorridors(table).flatMap(({ sourceAsset, destAsset, others, self }) =>
      [
        { isSelf: false, tally: others },
        { isSelf: true, tally: self },
      ]
        .filter(({ tally }) => tally.attempts > 0)
        .map(({ isSelf, tally }) => ({
          bucket_start: new Date(start).toISOString(),
          source_asset: sourceAsset,
          dest_asset: destAsset,
          is_self: isSelf,
          ...tallyColumns(tally),
        })),
    ),
  );
}

export interface StoredBuckets {
  readonly rows: readonly Row[];
  /**
   * Whether a bucket counts ledgers of the range only: no other stored ledger lies in its five minutes, and no ledger has
   * touched the corridor since the bucket was computed.
   */
  readonly isComparable: (bucket: Row) => boolean;
}

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

/** The buckets that begin from `first` to `last`, both included and in unix milliseconds. */
export function readStoredBuckets(
  db: Database,
  { from, to }: LedgerRange,
  [first, last]: readonly [first: number, last: number],
): Promise<StoredBuckets> {
  const [firstStart, lastStart] = [new Date(first).toISOString(), new Date(last).toISOString()];
  return readSnapshot(db, async ({ sql }) => {
    const start = sql`to_char(bucket_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    const rows = await sql<StoredBucket[]>`
      select ${start} as bucket_start, source_asset, dest_asset, is_self, attempts, successes,
             delivered::text as delivered, failures, size_classes
      from corridor_buckets where bucket_start between ${firstStart} and ${lastStart}
      order by bucket_start, source_asset collate "C", dest_asset collate "C", is_self`;
    const dirty = await sql<Pick<StoredBucket, 'bucket_start' | 'source_asset' | 'dest_asset'>[]>`
      select distinct ${start} as bucket_start, source_asset, dest_asset
      from dirty_corridor_buckets where bucket_start between ${firstStart} and ${lastStart}`;
    const shared = await sql<{ start: string }[]>`
      select start from (values (${firstStart}::text), (${lastStart}::text)) ends (start)
      where exists (
        select from ledgers
        where closed_at >= start::timestamptz
          and closed_at < start::timestamptz + make_interval(secs => ${BUCKET_MS / 1000})
          and (sequence < ${from} or sequence > ${to})
      )`;
    const sharedStarts = new Set<unknown>(shared.map((end) => end.start));
    const dirtyBuckets = new Set(dirty.map(identity));
    return {
      rows: rows.map(storedRow),
      isComparable: (bucket) =>
        !sharedStarts.has(bucket['bucket_start']) && !dirtyBuckets.has(identity(bucket)),
    };
  });
}

function identity(bucket: Row | Pick<StoredBucket, 'bucket_start' | 'source_asset' | 'dest_asset'>): string {
  return JSON.stringify([bucket['bucket_start'], bucket['source_asset'], bucket['dest_asset']]);
}

function tallyColumns({ attempts, successes, delivered, failures, sizeClasses }: Tally): Row {
  return {
    attempts,
    successes,
    delivered: delivered.toString(),
    failures: [...failures.values()]
      .toSorted((a, b) => byCodeUnits(a.reason, b.reason) || byCodeUnits(a.blame, b.blame))
      .map(failureCell),
    size_classes: [...sizeClasses.values()]
      .toSorted((a, b) => byCodeUnits(a.side, b.side) || a.sizeClass - b.sizeClass)
      .map(sizeClassCell),
  };
}

function storedRow({ failures, size_classes: sizes, ...bucket }: StoredBucket): Row {
  return { ...bucket, failures: failures.map(failureCell), size_classes: sizes.map(sizeClassCell) };
}

/* JSON from the database has its own order of names. */

function failureCell({ reason, blame, count }: FailureCount) {
  return { reason, blame, count };
}

function sizeClassCell({ side, sizeClass, attempts, successes }: SizeClassCount) {
  return { side, sizeClass, attempts, successes };
}
