import {
  byCodeUnits,
  sortedCorridors,
  type CorridorBuckets,
  type FailureCount,
  type SizeClassCount,
  type Tally,
} from '@stellar-insights/analytics';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { readHorizon, type Tier } from '@stellar-insights/db/corridors';
import type { LedgerRange } from '@stellar-insights/ledger';
import type { Row } from './difference.ts';

/* The counts of corridors as rows of a tier, for comparison: as recomputed, and as stored. */

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
   * Whether a row is kept and counts ledgers of the range only: no other stored ledger lies in its time, and no ledger has
   * touched the corridor since the row was computed.
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

/** The rows of a tier that begin from `first` to `last`, both included and in unix milliseconds. */
export function readStoredBuckets(
  db: Database,
  { from, to }: LedgerRange,
  { table, ms }: Tier,
  [first, last]: readonly [first: number, last: number],
): Promise<StoredBuckets> {
  const [firstStart, lastStart] = [first, last].map((time) => new Date(time).toISOString()) as [
    string,
    string,
  ];
  return readSnapshot(db, async (tx) => {
    const { sql } = tx;
    const length = sql`make_interval(secs => ${ms / 1000})`;
    const text = (time: typeof length) =>
      sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as bucket_start`;
    const kept = await readHorizon(tx, table);
    const rows = await sql<StoredBucket[]>`
      select ${text(sql`bucket_start`)}, s.asset as source_asset, d.asset as dest_asset, is_self, attempts, successes,
             delivered::text as delivered, failures, size_classes
      from ${sql(table)} join assets s on s.id = source_asset join assets d on d.id = dest_asset
      where bucket_start between ${firstStart} and ${lastStart}
      order by bucket_start, s.asset collate "C", d.asset collate "C", is_self`;
    const dirty = await sql<Pick<StoredBucket, 'bucket_start' | 'source_asset' | 'dest_asset'>[]>`
      select distinct ${text(sql`date_bin(${length}, bucket_start, 'epoch')`)}, s.asset as source_asset, d.asset as dest_asset
      from dirty_corridor_buckets join assets s on s.id = source_asset join assets d on d.id = dest_asset
      where bucket_start >= ${firstStart} and bucket_start < ${lastStart}::timestamptz + ${length}`;
    const shared = await sql<{ start: string }[]>`
      select start from (values (${firstStart}::text), (${lastStart}::text)) ends (start)
      where exists (
        select from ledgers
        where closed_at >= start::timestamptz and closed_at < start::timestamptz + ${length}
          and (sequence < ${from} or sequence > ${to})
      )`;
    const sharedStarts = new Set<unknown>(shared.map((end) => end.start));
    const dirtyBuckets = new Set(dirty.map(identity));
    return {
      rows: rows.map(storedRow),
      isComparable: (bucket) =>
        Date.parse(bucket['bucket_start'] as string) >= kept &&
        !sharedStarts.has(bucket['bucket_start']) &&
        !dirtyBuckets.has(identity(bucket)),
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
