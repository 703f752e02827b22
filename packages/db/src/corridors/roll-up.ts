import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { selectAttempts } from './attempt-rows.ts';
import type { Tier } from './tiers.ts';
import { isoTime } from '../sql.ts';

/* Rows of a tier, computed from payments or from the rows of the tier below; the result is the tally of the analytics package. */

export interface TierRow {
  readonly tier: Tier;
  /** In unix milliseconds. */
  readonly start: number;
  /** A select of `source_asset` and `dest_asset`: the corridors whose rows are computed. */
  readonly corridors: Fragment;
}

/** Computes rows from the payments of their time. Returns how many were written. */
export async function rollUpPayments(tx: Transaction, row: TierRow): Promise<number> {
  const { sql } = tx;
  const { from, to } = timesOf(row);
  // Read first, so that the payments' range is known to the planner and only its partitions are touched.
  const [ledgers] = await sql<{ first: bigint | null; last: bigint | null }[]>`
    select min(sequence) as first, max(sequence) as last from ledgers where closed_at >= ${from} and closed_at < ${to}`;
  const attempts = selectAttempts(tx, { ledgers: ledgers ?? { first: null, last: null } });
  return await store(
    tx,
    row,
    sql`
      groups as (
        select source_asset, dest_asset, is_self, succeeded, reason, blame, side, size_class,
               count(*) as attempts, sum(delivered) as delivered
        from (${attempts}) attempts join corridors using (source_asset, dest_asset)
        group by 1, 2, 3, 4, 5, 6, 7, 8
      ), counts as (
        select source_asset, dest_asset, is_self, attempts, case when succeeded then attempts else 0 end as successes,
               coalesce(delivered, 0) as delivered
        from groups
      ), failure_counts as (
        select source_asset, dest_asset, is_self, reason, blame, attempts as count from groups where not succeeded
      ), size_counts as (
        select source_asset, dest_asset, is_self, side, size_class, attempts,
               case when succeeded then attempts else 0 end as successes
        from groups
      )`,
  );
}

/** Computes rows as the sums of the rows of a finer tier. Returns how many were written. */
export async function rollUpTier(tx: Transaction, finer: Tier, row: TierRow): Promise<number> {
  const { sql } = tx;
  const { from, to } = timesOf(row);
  return await store(
    tx,
    row,
    sql`
      counts as (
        select f.* from ${sql(finer.table)} f join corridors using (source_asset, dest_asset)
        where bucket_start >= ${from} and bucket_start < ${to}
      ), failure_counts as (
        select source_asset, dest_asset, is_self, each.*
        from counts, jsonb_to_recordset(failures) as each (reason text, blame text, count int8)
      ), size_counts as (
        select source_asset, dest_asset, is_self, side, "sizeClass" as size_class, each.attempts, each.successes
        from counts, jsonb_to_recordset(size_classes) as each (side text, "sizeClass" int, attempts int8, successes int8)
      )`,
  );
}

/** `parts`: the tables `counts`, `failure_counts` and `size_counts`, whose sums by corridor and `is_self` are stored. */
async function store(tx: Transaction, { tier, start, corridors }: TierRow, parts: Fragment): Promise<number> {
  const { sql } = tx;
  const written = await sql`
    with corridors as materialized (${corridors}), ${parts}, totals as (
      select source_asset, dest_asset, is_self, sum(attempts) as attempts, sum(successes) as successes,
             sum(delivered) as delivered
      from counts group by 1, 2, 3
    ), failures as (
      select source_asset, dest_asset, is_self,
             jsonb_agg(jsonb_build_object('reason', reason, 'blame', blame, 'count', count)
                       order by reason collate "C", blame collate "C") as failures
      from (select source_asset, dest_asset, is_self, reason, blame, sum(count) as count
            from failure_counts group by 1, 2, 3, 4, 5) each
      group by 1, 2, 3
    ), sizes as (
      select source_asset, dest_asset, is_self,
             jsonb_agg(jsonb_build_object('side', side, 'sizeClass', size_class, 'attempts', attempts, 'successes', successes)
                       order by side collate "C", size_class) as size_classes
      from (select source_asset, dest_asset, is_self, side, size_class, sum(attempts) as attempts,
                   sum(successes) as successes
            from size_counts group by 1, 2, 3, 4, 5) each
      group by 1, 2, 3
    )
    insert into ${sql(tier.table)} (bucket_start, source_asset, dest_asset, is_self,
                                    attempts, successes, delivered, failures, size_classes)
    select ${isoTime(start)}::timestamptz, source_asset, dest_asset, is_self,
           attempts, successes, delivered, coalesce(failures, '[]'), size_classes
    from totals join sizes using (source_asset, dest_asset, is_self)
                left join failures using (source_asset, dest_asset, is_self)
    on conflict (source_asset, dest_asset, bucket_start, is_self) do update set
      attempts = excluded.attempts, successes = excluded.successes, delivered = excluded.delivered,
      failures = excluded.failures, size_classes = excluded.size_classes`;
  return written.count;
}

function timesOf({ tier, start }: TierRow): { readonly from: string; readonly to: string } {
  return { from: isoTime(start), to: isoTime(start + tier.ms) };
}
