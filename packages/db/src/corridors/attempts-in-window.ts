import { BUCKET_MS, bucketStart } from '@stellar-insights/analytics';
import type { AssetId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import { bucketOfLedger, failureBlame, fixedSide, isInBucket, isPaymentAttempt } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { Window } from './window.ts';

/** Which attempts are counted; those of all corridors if no asset is named. */
export interface AttemptFilter {
  readonly window: Window;
  readonly sourceAsset?: AssetId | undefined;
  readonly destAsset?: AssetId | undefined;
  /** A part of the window's buckets, in unix milliseconds: from (inclusive) to (exclusive). */
  readonly part?: { readonly from: number; readonly to: number };
}

/**
 * The tables `bucketed` (rows of `corridor_buckets`) and `unbucketed` (single attempts, with their `bucket_start`), which
 * together hold every attempt of the window once. A bucket is taken as it was computed, unless a ledger has touched it since
 * (it is `dirty`) or it reaches beyond the window: then its attempts themselves are taken. Run it in the snapshot that the
 * window was read in.
 */
export async function attemptsInWindow(
  tx: Transaction,
  { window, sourceAsset, destAsset, part }: AttemptFilter,
): Promise<{ readonly tables: Fragment }> {
  const { sql } = tx;
  const lastBucket = bucketStart(window.to);
  const from = new Date(part?.from ?? window.from).toISOString();
  const until = new Date(Math.min(part?.to ?? Infinity, lastBucket + BUCKET_MS)).toISOString();
  const open = window.isPast ? new Date(lastBucket).toISOString() : null;
  const corridor = sql`
    ${sourceAsset === undefined ? sql`` : sql`and source_asset = ${sourceAsset}`}
    ${destAsset === undefined ? sql`` : sql`and dest_asset = ${destAsset}`}`;
  const dirty = sql`
    select distinct bucket_start, source_asset, dest_asset from dirty_corridor_buckets
    where bucket_start >= ${from} and bucket_start < ${until} ${corridor}
    union select ${open}::timestamptz, null, null
    where ${open}::timestamptz >= ${from} and ${open}::timestamptz < ${until}`;
  const ledgers = await touchedLedgers(tx, dirty, window);
  const tables = sql`
    dirty as (${dirty}), bucketed as (
      select * from corridor_buckets b
      where bucket_start >= ${from} and bucket_start < ${until} ${corridor}
        and (${open}::timestamptz is null or bucket_start < ${open}::timestamptz)
        and not exists (
          select from dirty d where d.bucket_start = b.bucket_start
            and d.source_asset = b.source_asset and d.dest_asset = b.dest_asset)
    ), attempts as (
      select ${bucketOfLedger(tx)} as bucket_start, s.asset as source_asset, d.asset as dest_asset,
             is_self_payment, succeeded, fixed_amount, ${fixedSide(tx)} as fixed_side, delivered_amount,
             code as failure_reason, ${failureBlame(tx)} as failure_blame
      from payments p join ledgers l on l.sequence = p.ledger
        join assets s on s.id = p.source_asset join assets d on d.id = p.dest_asset
        left join codes on codes.id = p.failure_reason
      where p.ledger = any(${ledgers}::text::int4[]) and ${isPaymentAttempt(tx)}
        ${sourceAsset === undefined ? sql`` : sql`and s.asset = ${sourceAsset}`}
        ${destAsset === undefined ? sql`` : sql`and d.asset = ${destAsset}`}
    ), unbucketed as (
      select * from attempts a
      where bucket_start = ${open}::timestamptz or exists (
        select from dirty d where d.bucket_start = a.bucket_start
          and d.source_asset = a.source_asset and d.dest_asset = a.dest_asset)
    )`;
  return { tables };
}

/**
 * The ledgers of the dirty buckets, as an array's text. Read first, so that the planner knows how few they are: for a join
 * the planner would assume a scan of all payments.
 */
async function touchedLedgers(tx: Transaction, dirty: Fragment, { toLedger }: Window): Promise<string> {
  const { sql } = tx;
  const [row] = await sql<{ sequences: string | null }[]>`
    select string_agg(sequence::text, ',') as sequences
    from (select distinct bucket_start from (${dirty}) dirty) touched, lateral (
      select sequence from ledgers
      where ${isInBucket(tx, sql`touched.bucket_start`)} and sequence <= ${toLedger}
      offset 0
    ) each`;
  return `{${row?.sequences ?? ''}}`;
}
