import type { Database, Executor, Fragment } from '../database.ts';
import { BUCKETS, DAYS, HOURS, type Tier } from './tiers.ts';

/** How long the rows of a tier are kept, counted from the close time of the last ledger stored. Days are kept for ever. */
export interface TierRetention {
  readonly bucketDays: number;
  /** Not less than `bucketDays`. */
  readonly hourDays: number;
}

/** Rows of one statement: a fraction of a second. */
const SLICE = 20_000;
/** Slices of one call: what is left is removed by the next ones. */
const SLICES = 50;

/**
 * Removes buckets and hours that are too old, by whole days. From now on they count as removed, whether they are removed
 * already or not. A day that waits for its computation, and what is later, stays. Returns the number of rows removed.
 */
export async function expireTiers(
  db: Database,
  retention: TierRetention,
  signal?: AbortSignal,
): Promise<{ removed: number }> {
  await db.run((executor) => moveHorizons(executor, retention), { signal });
  const isStopped = (): boolean => signal?.aborted === true;
  let removed = 0;
  for (const tier of [BUCKETS, HOURS]) {
    for (let slice = 0; slice < SLICES && !isStopped(); slice++) {
      const count = await db.run((executor) => removeSlice(executor, tier));
      removed += count;
      if (count === 0) break;
    }
  }
  return { removed };
}

async function moveHorizons(executor: Executor, { bucketDays, hourDays }: TierRetention): Promise<void> {
  const { sql } = executor;
  const day = sql.unsafe(`interval '${DAYS.ms / 1000} seconds'`);
  const before = (days: number): Fragment => sql`
    least(date_bin(${day}, (select closed_at from ledger_cursor) - make_interval(secs => ${days * 86_400}), 'epoch'),
          date_bin(${day}, (select min(bucket_start) from dirty_corridor_buckets), 'epoch'))`;
  await sql`
    update retention_horizon set
      buckets_from = greatest(buckets_from, ${before(bucketDays)}),
      hours_from = greatest(hours_from, ${before(hourDays)})`;
}

/** The oldest rows, with all others of their starts. Of a range with two ends the planner expects few rows, and uses the index. */
async function removeSlice({ sql }: Executor, { table }: Tier): Promise<number> {
  const horizon = sql.unsafe(table === BUCKETS.table ? 'buckets_from' : 'hours_from');
  const removed = await sql`
    delete from ${sql(table)} where bucket_start between '-infinity' and (
      select max(bucket_start) from (
        select bucket_start from ${sql(table)} where bucket_start < (select ${horizon} from retention_horizon)
        order by bucket_start limit ${SLICE}
      ) oldest
    )`;
  return removed.count;
}
