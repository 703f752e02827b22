import type { AssetId } from '@stellar-insights/ledger';
import { BUCKETS, DAYS, floorTo, HOURS, type Tier } from '../corridors/tiers.ts';
import { rollUpTier } from '../corridors/roll-up.ts';
import { isoTime } from '../sql.ts';
import type { Database, Executor, Fragment } from '../database.ts';
import { requireIdentity, withInterned } from '../dictionary/index.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { convertInSlices, type ConvertedSlice, type ConvertOptions } from './slices.ts';
import { TEXT_LAYOUT } from './text-layout.ts';

/**
 * Moves the corridor buckets of the old layout into today's table. The last bucket of an hour or a day is followed, in its
 * transaction, by the rows of that hour or day. Returns the number of buckets.
 *
 * @throws as `convertTextLayout`
 */
export async function convertBuckets(db: Database, options: ConvertOptions): Promise<number> {
  if (!(await db.run(hasBuckets))) return 0;
  return convertInSlices(options, (from, sliceRows) => convertSlice(db, from, sliceRows));
}

async function hasBuckets({ sql }: Executor): Promise<boolean> {
  const [row] = await sql<{ exists: boolean }[]>`
    select to_regclass(${`${TEXT_LAYOUT}.corridor_buckets`}) is not null as exists`;
  return row?.exists === true;
}

/** In unix milliseconds. */
interface Times {
  readonly first: number;
  readonly before: number;
}

async function convertSlice(db: Database, from: number, sliceRows: number): Promise<ConvertedSlice | null> {
  const times = await db.run((executor) => nextTimes(executor, from, sliceRows));
  if (times === null) return null;
  const assets = await db.run((executor) => assetsIn(executor, times));
  const rows = await withInterned(db, { assets }, (ids) =>
    transaction(db, async (tx) => {
      await requireIdentity(tx, ids);
      return moveBuckets(tx, times);
    }),
  );
  return { of: 'corridor_buckets', before: times.before, rows };
}

/** Of the oldest buckets that are left, of one hour: as many as have `sliceRows` rows, or those of one start. */
async function nextTimes(executor: Executor, from: number, sliceRows: number): Promise<Times | null> {
  const { sql } = executor;
  const old = oldBuckets(executor);
  const [row] = await sql<{ first: number | null; next: number | null }[]>`
    select (extract(epoch from first) * 1000)::float8 as first,
           (select (extract(epoch from bucket_start) * 1000)::float8 from ${old}
            where bucket_start > first order by bucket_start offset ${sliceRows} limit 1) as next
    from (select min(bucket_start) as first from ${old} where bucket_start >= ${isoTime(from)}) oldest`;
  if (row === undefined || row.first === null) return null;
  const { first, next } = row;
  const hourEnd = floorTo(first, HOURS) + HOURS.ms;
  return { first, before: Math.min(next ?? hourEnd, hourEnd) };
}

async function assetsIn(executor: Executor, times: Times): Promise<AssetId[]> {
  const { sql } = executor;
  const rows = await sql<{ asset: AssetId }[]>`
    with slice as materialized (select source_asset, dest_asset from ${oldBuckets(executor)} where ${inTimes(executor, times)})
    select source_asset as asset from slice union select dest_asset from slice`;
  return rows.map(({ asset }) => asset);
}

/** Returns how many. */
async function moveBuckets(tx: Transaction, times: Times): Promise<number> {
  const { sql } = tx;
  const moved = await sql`
    with moved as (delete from ${oldBuckets(tx)} where ${inTimes(tx, times)} returning *)
    insert into corridor_buckets (bucket_start, source_asset, dest_asset, is_self,
                                  attempts, successes, delivered, failures, size_classes)
    select bucket_start, s.id, d.id, is_self, attempts, successes, delivered, failures, size_classes
    from moved left join assets s on s.asset = source_asset left join assets d on d.asset = dest_asset
    order by bucket_start`;
  if (await rollUpIfMoved(tx, BUCKETS, HOURS, times.first)) await rollUpIfMoved(tx, HOURS, DAYS, times.first);
  return moved.count;
}

/** Computes the rows of the hour or day, unless buckets of it are left in the old layout. */
async function rollUpIfMoved(tx: Transaction, finer: Tier, tier: Tier, time: number): Promise<boolean> {
  const { sql } = tx;
  const start = floorTo(time, tier);
  const whole = inTimes(tx, { first: start, before: start + tier.ms });
  const left = await sql`select from ${oldBuckets(tx)} where ${whole} limit 1`;
  if (left.length > 0) return false;
  const corridors = sql`select distinct source_asset, dest_asset from ${sql(finer.table)} where ${whole}`;
  await rollUpTier(tx, finer, { tier, start, corridors });
  return true;
}

function inTimes({ sql }: Executor, { first, before }: Times): Fragment {
  return sql`bucket_start >= ${isoTime(first)} and bucket_start < ${isoTime(before)}`;
}

function oldBuckets({ sql }: Executor): Fragment {
  return sql`${sql(TEXT_LAYOUT)}.corridor_buckets`;
}
