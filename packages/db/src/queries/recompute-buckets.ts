import type { Transaction } from '../transaction.ts';

/**
 * Computes the marked corridors of one span of five minutes from its payments, and deletes the marks it saw. What it
 * computes is the tally of `@stellar-insights/analytics`. To be run in a snapshot (repeatable read): a ledger committed
 * meanwhile is seen either with its payments and its marks or not at all. Returns the number of rows written.
 */
export async function recomputeBuckets({ sql }: Transaction, bucketStart: string): Promise<number> {
  // Read first, so that the payments' range is known to the planner and only its partitions are touched.
  const [span] = await sql<{ first: bigint | null; last: bigint | null }[]>`
    select min(sequence) as first, max(sequence) as last from ledgers
    where closed_at >= ${bucketStart}::timestamptz and closed_at < ${bucketStart}::timestamptz + interval '5 minutes'`;
  const written = await sql`
    with marks as (
      delete from dirty_corridor_buckets where bucket_start = ${bucketStart}
      returning source_asset, dest_asset
    ), corridors as (
      select distinct source_asset, dest_asset from marks
    ), groups as (
      select source_asset, dest_asset, is_self_payment as is_self, succeeded,
             failure_reason as reason, failure_blame::text as blame, fixed_side::text as side,
             case when fixed_amount > 0 then length(fixed_amount::text) - 1 else -1 end as size_class,
             count(*) as attempts, sum(delivered_amount) as delivered
      from payments join corridors using (source_asset, dest_asset)
      where ledger between ${span?.first ?? null} and ${span?.last ?? null}
        and type in ('payment', 'path_payment_strict_send', 'path_payment_strict_receive')
      group by 1, 2, 3, 4, 5, 6, 7, 8
    ), failures as (
      select source_asset, dest_asset, is_self,
             jsonb_agg(jsonb_build_object('reason', reason, 'blame', blame, 'count', count)
                       order by reason collate "C", blame collate "C") as failures
      from (select source_asset, dest_asset, is_self, reason, blame, sum(attempts) as count
            from groups where not succeeded group by 1, 2, 3, 4, 5) each
      group by 1, 2, 3
    ), sizes as (
      select source_asset, dest_asset, is_self,
             jsonb_agg(jsonb_build_object('side', side, 'sizeClass', size_class, 'attempts', attempts, 'successes', successes)
                       order by side collate "C", size_class) as size_classes
      from (select source_asset, dest_asset, is_self, side, size_class, sum(attempts) as attempts,
                   coalesce(sum(attempts) filter (where succeeded), 0) as successes
            from groups group by 1, 2, 3, 4, 5) each
      group by 1, 2, 3
    ), totals as (
      select source_asset, dest_asset, is_self, sum(attempts) as attempts,
             coalesce(sum(attempts) filter (where succeeded), 0) as successes, coalesce(sum(delivered), 0) as delivered
      from groups group by 1, 2, 3
    )
    insert into corridor_buckets (bucket_start, source_asset, dest_asset, is_self,
                                  attempts, successes, delivered, failures, size_classes)
    select ${bucketStart}::timestamptz, source_asset, dest_asset, is_self,
           attempts, successes, delivered, coalesce(failures, '[]'), size_classes
    from totals join sizes using (source_asset, dest_asset, is_self)
                left join failures using (source_asset, dest_asset, is_self)
    on conflict (source_asset, dest_asset, is_self, bucket_start) do update set
      attempts = excluded.attempts, successes = excluded.successes, delivered = excluded.delivered,
      failures = excluded.failures, size_classes = excluded.size_classes`;
  return written.count;
}
