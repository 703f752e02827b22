import { markChanged } from '../corridor-states/changes.ts';
import type { Database, Fragment } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { rollUpPayments, rollUpTier } from './roll-up.ts';
import { isoTime } from '../sql.ts';
import { BUCKETS, DAYS, finestTierAt, floorTo, HOURS, readHorizons, type Tier } from './tiers.ts';

export interface SyncedBuckets {
  /** Rows written, of the finest tier that is kept of each. */
  readonly buckets: number;
  /** Whether more buckets are dirty. */
  readonly remaining: boolean;
}

export interface SyncOptions {
  /** The largest number of five-minute intervals in one call. */
  readonly limit: number;
  /** Called with what is given up: the facts of that time are no longer all kept, so what was counted of it stays. */
  readonly onRefused?: (refused: RefusedMarks) => void;
}

export interface RefusedMarks {
  /** The start of the buckets. */
  readonly start: Date;
  readonly corridors: number;
}

/**
 * Computes the corridor buckets again that ledgers have touched since the last sync, with their hours and days, newest first,
 * so that the cost is that of what changed.
 *
 * @throws TransactionConflictError if another transaction conflicts with each of five attempts
 */
export async function syncCorridorBuckets(
  db: Database,
  { limit, onRefused }: SyncOptions,
): Promise<SyncedBuckets> {
  const dirty = await db.run(
    ({ sql }) => sql<{ start: Date }[]>`
      select distinct bucket_start as start from dirty_corridor_buckets order by bucket_start desc limit ${limit + 1}`,
  );
  let buckets = 0;
  for (const { start } of dirty.slice(0, limit)) {
    const recomputed = await transaction(db, (tx) => recomputeBuckets(tx, start.toISOString()), {
      isolation: 'repeatable read',
      attempts: 5,
    });
    buckets += recomputed.written;
    if (recomputed.refused > 0) onRefused?.({ start, corridors: recomputed.refused });
  }
  return { buckets, remaining: dirty.length > limit };
}

/**
 * Computes the dirty corridors of one interval of five minutes from its payments, and deletes the marks that it saw. It needs
 * a snapshot (repeatable read), in which a ledger committed meanwhile is visible either with its payments and its marks or not
 * at all. Where buckets or hours have expired, the whole hour or day is computed from its payments instead.
 */
export async function recomputeBuckets(
  tx: Transaction,
  bucketStart: string,
): Promise<{ readonly written: number; readonly refused: number }> {
  // It waits for any other sync before the snapshot is taken: two of them could both leave an hour to the other one.
  await tx.sql`lock table retention_horizon in exclusive mode`;
  const horizons = await readHorizons(tx);
  const tier = finestTierAt(Date.parse(bucketStart), horizons);
  const start = floorTo(Date.parse(bucketStart), tier);
  const marked = await deleteMarks(tx, start, tier);
  if (marked.length === 0) return { written: 0, refused: 0 };
  const corridors = corridorsOf(tx, marked);
  const isRefused = start <= horizons.factsLostUntil;
  let written = 0;
  if (!isRefused) {
    await markChanged(tx, { corridors, until: isoTime(start + tier.ms) });
    written = await rollUpPayments(tx, { tier, start, corridors });
  }
  // After a refusal too: other marks of the same hour or day may have left it to this one.
  if (tier === BUCKETS) await rollUp(tx, HOURS, BUCKETS, start, corridors);
  if (tier !== DAYS) await rollUp(tx, DAYS, HOURS, start, corridors);
  return { written, refused: isRefused ? marked.length : 0 };
}

/** By the ids of its assets. */
interface Corridor {
  readonly source: number;
  readonly dest: number;
}

/** Returns the corridors that were marked, each once. */
async function deleteMarks({ sql }: Transaction, start: number, { ms }: Tier): Promise<Corridor[]> {
  const corridors = await sql<Corridor[]>`
    with marks as (
      delete from dirty_corridor_buckets
      where bucket_start >= ${isoTime(start)} and bucket_start < ${isoTime(start + ms)}
      returning source_asset, dest_asset
    )
    select distinct source_asset as source, dest_asset as dest from marks`;
  return [...corridors];
}

function corridorsOf({ sql }: Transaction, corridors: readonly Corridor[]): Fragment {
  const sources = `{${corridors.map(({ source }) => source).join(',')}}`;
  const dests = `{${corridors.map(({ dest }) => dest).join(',')}}`;
  return sql`
    select source_asset, dest_asset
    from unnest(${sources}::text::int4[], ${dests}::text::int4[]) as each (source_asset, dest_asset)`;
}

/** Sums up the row that `time` lies in, of the corridors that have no mark left in it: the last of its marks does it for all. */
async function rollUp(
  tx: Transaction,
  tier: Tier,
  finer: Tier,
  time: number,
  corridors: Fragment,
): Promise<void> {
  const { sql } = tx;
  const start = floorTo(time, tier);
  const unmarked = sql`
    ${corridors} where not exists (
      select from dirty_corridor_buckets d
      where bucket_start >= ${isoTime(start)} and bucket_start < ${isoTime(start + tier.ms)}
        and d.source_asset = each.source_asset and d.dest_asset = each.dest_asset)`;
  await rollUpTier(tx, finer, { tier, start, corridors: unmarked });
}
