import type { PendingQuery, Row } from 'postgres';
import { BUCKET_MS, bucketStart } from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import type { Span } from './span.ts';

export type Fragment = PendingQuery<Row[]>;

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
export async function countedAttempts(
  tx: Transaction,
  { span, sourceAsset, destAsset, part }: AttemptFilter,
): Promise<{ readonly tables: Fragment }> {
  const { sql } = tx;
  const lastBucket = bucketStart(span.to);
  const from = new Date(part?.from ?? span.from).toISOString();
  const until = new Date(Math.min(part?.to ?? Infinity, lastBucket + BUCKET_MS)).toISOString();
  const open = span.isPast ? new Date(lastBucket).toISOString() : null;
  const corridor = sql`
    ${sourceAsset === undefined ? sql`` : sql`and source_asset = ${sourceAsset}`}
    ${destAsset === undefined ? sql`` : sql`and dest_asset = ${destAsset}`}`;
  const marked = sql`
    select distinct bucket_start, source_asset, dest_asset from dirty_corridor_buckets
    where bucket_start >= ${from} and bucket_start < ${until} ${corridor}
    union select ${open}::timestamptz, null, null
    where ${open}::timestamptz >= ${from} and ${open}::timestamptz < ${until}`;
  const ledgers = await touchedLedgers(tx, marked, span);
  const tables = sql`
    marked as (${marked}), stored as (
      select * from corridor_buckets b
      where bucket_start >= ${from} and bucket_start < ${until} ${corridor}
        and (${open}::timestamptz is null or bucket_start < ${open}::timestamptz)
        and not exists (
          select from marked m where m.bucket_start = b.bucket_start
            and m.source_asset = b.source_asset and m.dest_asset = b.dest_asset)
    ), attempts as (
      select date_bin('5 minutes', l.closed_at, 'epoch') as bucket_start, p.*
      from payments p join ledgers l on l.sequence = p.ledger
      where p.ledger = any(${ledgers}::text::bigint[])
        and p.type in ('payment', 'path_payment_strict_send', 'path_payment_strict_receive') ${corridor}
    ), fresh as (
      select * from attempts a
      where bucket_start = ${open}::timestamptz or exists (
        select from marked m where m.bucket_start = a.bucket_start
          and m.source_asset = a.source_asset and m.dest_asset = a.dest_asset)
    )`;
  return { tables };
}

/**
 * The ledgers of the marked buckets, as an array's text. Read first, so that the planner knows how few they are: of a join it
 * would think that it needs all payments.
 */
async function touchedLedgers({ sql }: Transaction, marked: Fragment, { toLedger }: Span): Promise<string> {
  const [row] = await sql<{ sequences: string | null }[]>`
    select string_agg(sequence::text, ',') as sequences
    from (select distinct bucket_start from (${marked}) marked) touched, lateral (
      select sequence from ledgers
      where closed_at >= touched.bucket_start and closed_at < touched.bucket_start + interval '5 minutes'
        and sequence <= ${toLedger}
      offset 0
    ) each`;
  return `{${row?.sequences ?? ''}}`;
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
