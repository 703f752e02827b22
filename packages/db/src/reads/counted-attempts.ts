import type { PendingQuery, Row } from 'postgres';
import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import type { Span } from './span.ts';

export type Fragment = PendingQuery<Row[]>;

const BUCKET_MS = 300_000;

/** Which attempts are counted; of all corridors unless assets are named. */
export interface AttemptFilter {
  readonly span: Span;
  readonly sourceAsset?: AssetId | undefined;
  readonly destAsset?: AssetId | undefined;
  /** A part of the span's buckets, in unix milliseconds: from (inclusive) to (exclusive). */
  readonly part?: { readonly from: number; readonly to: number };
}

/**
 * The tables `stored` (rows of `corridor_buckets`) and `fresh` (single attempts, with their `bucket_start`), which together
 * hold every attempt of the span once: buckets as they were computed, but the attempts themselves where a ledger has touched
 * a bucket since, or where the bucket reaches beyond the span. To be run in the snapshot that the span was read in.
 */
export function countedAttempts(
  { sql }: Transaction,
  { span, sourceAsset, destAsset, part }: AttemptFilter,
): Fragment {
  const from = new Date(part?.from ?? span.from).toISOString();
  // Exclusive, as buckets are aligned: the one in which the span ends is the last.
  const end = Math.floor(span.to / BUCKET_MS) * BUCKET_MS + BUCKET_MS;
  const until = new Date(Math.min(part?.to ?? end, end)).toISOString();
  const open = span.isPast ? new Date(end - BUCKET_MS).toISOString() : null;
  const corridor = sql`
    ${sourceAsset === undefined ? sql`` : sql`and source_asset = ${sourceAsset}`}
    ${destAsset === undefined ? sql`` : sql`and dest_asset = ${destAsset}`}`;
  return sql`
    marked as (
      select distinct bucket_start, source_asset, dest_asset from dirty_corridor_buckets
      where bucket_start >= ${from} and bucket_start < ${until} ${corridor}
    ), stored as (
      select * from corridor_buckets b
      where bucket_start >= ${from} and bucket_start < ${until} ${corridor}
        and (${open}::timestamptz is null or bucket_start < ${open}::timestamptz)
        and not exists (
          select from marked m where m.bucket_start = b.bucket_start
            and m.source_asset = b.source_asset and m.dest_asset = b.dest_asset)
    ), touched as (
      select bucket_start from marked
      union select ${open}::timestamptz where ${open}::timestamptz >= ${from} and ${open}::timestamptz < ${until}
    ), fresh as (
      select t.bucket_start, p.* from touched t
      join ledgers l on l.closed_at >= t.bucket_start and l.closed_at < t.bucket_start + interval '5 minutes'
        and l.sequence <= ${span.toLedger}
      join payments p on p.ledger = l.sequence
      where p.type in ('payment', 'path_payment_strict_send', 'path_payment_strict_receive') ${corridor}
        and (t.bucket_start >= ${open}::timestamptz or exists (
          select from marked m where m.bucket_start = t.bucket_start
            and m.source_asset = p.source_asset and m.dest_asset = p.dest_asset))
    )`;
}

/** The table `cells`: numbers of attempts by bucket, corridor and `is_self`. Needs the tables of `countedAttempts`. */
export function countedCells({ sql }: Transaction): Fragment {
  return sql`
    cells as (
      select bucket_start, source_asset, dest_asset, is_self,
             attempts::int8 as attempts, successes::int8 as successes, delivered
      from stored
      union all
      select bucket_start, source_asset, dest_asset, is_self_payment, count(*),
             count(*) filter (where succeeded), coalesce(sum(delivered_amount), 0)
      from fresh group by 1, 2, 3, 4
    )`;
}
