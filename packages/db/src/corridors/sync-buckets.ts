import type { Database } from '../database.ts';
import { failureBlame, fixedSide, isInBucket, isPaymentAttempt } from '../sql.ts';
import { transaction, type Transaction } from '../transaction.ts';

/**
 * Computes the corridor buckets again that ledgers have touched since the last sync, newest first, so that the cost is
 * that of what changed. `limit`: the largest number of five-minute intervals in one call; `remaining`: whether more are dirty.
 *
 * @throws TransactionConflictError if another sync conflicts with each of five attempts
 */
export async function syncCorridorBuckets(
  db: Database,
  { limit }: { readonly limit: number },
): Promise<{ buckets: number; remaining: boolean }> {
  const dirty = await db.run(
    ({ sql }) => sql<{ start: Date }[]>`
      select distinct bucket_start as start from dirty_corridor_buckets order by bucket_start desc limit ${limit + 1}`,
  );
  let buckets = 0;
  for (const { start } of dirty.slice(0, limit)) {
    buckets += await transaction(db, (tx) => recomputeBuckets(tx, start.toISOString()), {
      isolation: 'repeatable read',
      attempts: 5,
    });
  }
  return { buckets, remaining: dirty.length > limit };
}

/**
 * Computes the dirty corridors of one interval of five minutes from its payments, and deletes the marks that it saw. The result
 * is the tally of `@stellar-insights/analytics`. It needs a snapshot (repeatable read), in which a ledger committed meanwhile
 * is visible either with its payments and its marks or not at all. Returns the number of rows written.
 */
export async function recomputeBuckets(tx: Transaction, start: string): Promise<number> {
  const { sql } = tx;
  // Read first, so that the payments' range is known to the planner and only its partitions are touched.
  const [ledgers] = await sql<{ first: bigint | null; last: bigint | null }[]>`
    select min(sequence) as first, max(sequence) as last from ledgers
    where ${isInBucket(tx, sql`${start}::timestamptz`)}`;
  const written = await sql`
    with marks as (
      delete from dirty_corridor_buckets where bucket_start = ${start}
      returning source_asset, dest_asset
    ), corridors as (
      select distinct source_asset, dest_asset, s.id as source_id, d.id as dest_id
      from marks join assets s on s.asset = source_asset join assets d on d.asset = dest_asset
    ), groups as (
      select c.source_asset, c.dest_asset, is_self_payment as is_self, succeeded,
             code as reason, ${failureBlame(tx)} as blame, ${fixedSide(tx)} as side,
             case when fixed_amount > 0 then length(fixed_amount::text) - 1 else -1 end as size_class,
             count(*) as attempts, sum(delivered_amount) as delivered
      from payments p join corridors c on c.source_id = p.source_asset and c.dest_id = p.dest_asset
        left join codes on codes.id = p.failure_reason
      where ledger between ${ledgers?.first ?? null} and ${ledgers?.last ?? null}
        and ${isPaymentAttempt(tx)}
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
    select ${start}::timestamptz, source_asset, dest_asset, is_self,
           attempts, successes, delivered, coalesce(failures, '[]'), size_classes
    from totals join sizes using (source_asset, dest_asset, is_self)
                left join failures using (source_asset, dest_asset, is_self)
    on conflict (source_asset, dest_asset, is_self, bucket_start) do update set
      attempts = excluded.attempts, successes = excluded.successes, delivered = excluded.delivered,
      failures = excluded.failures, size_classes = excluded.size_classes`;
  return written.count;
}
