import { DAYS } from '../corridors/tiers.ts';
import type { Database } from '../database.ts';
import { isoTime } from '../sql.ts';
import { transaction, type Transaction } from '../transaction.ts';

/** Every snapshot is kept for so long; of each earlier day (UTC), the last one of each pool. */
const ALL_KEPT_DAYS = 8;

export interface PoolRetention {
  /** For which snapshots are kept, counted back from the last one. */
  readonly days: number;
  /** No further day begins once it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Thins out the snapshots of pools and removes those that are too old, a day in a transaction. The row that held when the kept time
 * begins stays, so that a pool's state is known at any time since.
 */
export async function expirePoolSnapshots(db: Database, { days, signal }: PoolRetention): Promise<void> {
  const isStopped = (): boolean => signal?.aborted === true;
  while (!isStopped() && (await transaction(db, (tx) => expireDay(tx, days))));
}

/** False if no day is due. */
async function expireDay({ sql }: Transaction, days: number): Promise<boolean> {
  const [due] = await sql<{ start: number }[]>`
    select (extract(epoch from start) * 1000)::float8 as start
    from pool_retention,
         lateral (select date_bin('1 day', min(read_at), 'epoch') as first from pool_snapshots) snapshots,
         lateral (select coalesce(thinned_to, first) as start) day
    where start < (select date_bin('1 day', read_at - make_interval(days => ${ALL_KEPT_DAYS}), 'epoch')
                   from state_syncs where name = 'pools')
    for update of pool_retention`;
  if (due === undefined) return false;
  const [start, end] = [isoTime(due.start), isoTime(due.start + DAYS.ms)];
  await sql`
    delete from pool_snapshots each
    where read_at >= ${start} and read_at < ${end} and exists (
      select from pool_snapshots later
      where later.pool = each.pool and later.read_at > each.read_at and later.read_at < ${end}
    )`;
  const kept = isoTime(due.start + (ALL_KEPT_DAYS + 1 - days) * DAYS.ms);
  await sql`
    delete from pool_snapshots each
    where read_at < ${kept} and exists (
      select from pool_snapshots later
      where later.pool = each.pool and later.read_at > each.read_at and later.read_at <= ${kept}
    )`;
  await sql`update pool_retention set thinned_to = ${end}`;
  return true;
}
