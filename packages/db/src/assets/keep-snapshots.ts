import type { Database } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';

/** Readings of so many days are kept as they were made; of older ones, the last one of each day. */
const FINE_DAYS = 8;
/** Days of one call: what is left is done by the next ones. */
const DAYS_PER_CALL = 30;

/**
 * Keeps one reading a day of what is older than eight days, and of what is older than `days` the last one only, so that the state
 * at a later time is known. It goes forward by whole days, one transaction each.
 */
export async function keepSnapshots(db: Database, { days }: { readonly days: number }): Promise<void> {
  for (let day = 0; day < DAYS_PER_CALL; day++) {
    const moved = await transaction(db, async (tx) => {
      const thinned = await nextDay(tx, 'thinned_to', FINE_DAYS);
      if (thinned !== null) await thin(tx, thinned);
      const expired = await nextDay(tx, 'expired_to', days);
      if (expired !== null) await expire(tx, expired);
      return thinned !== null || expired !== null;
    });
    if (!moved) return;
  }
}

/** Moves on to the next day of UTC that ended so many days ago, and returns its start. Null if there is none yet. */
async function nextDay(
  { sql }: Transaction,
  column: 'thinned_to' | 'expired_to',
  days: number,
): Promise<string | null> {
  const [row] = await sql<{ day: string }[]>`
    update asset_progress progress set ${sql(column)} = next.day + interval '1 day'
    from (
      select coalesce(${sql(column)}, (
        select date_trunc('day', min(read_at), 'UTC') from asset_snapshots
      )) as day from asset_progress for update
    ) next
    where next.day + interval '1 day' <= clock_timestamp() - make_interval(days => ${days})
    returning (next.day at time zone 'UTC')::text || 'Z' as day`;
  return row?.day ?? null;
}

async function thin({ sql }: Transaction, day: string): Promise<void> {
  await sql`
    delete from asset_snapshots old using asset_snapshots later
    where old.read_at >= ${day} and old.read_at < ${day}::timestamptz + interval '1 day'
      and later.asset = old.asset and later.read_at > old.read_at
      and later.read_at < ${day}::timestamptz + interval '1 day'`;
  await sql`
    delete from trustline_stats old using trustline_stats later
    where old.read_at >= ${day} and old.read_at < ${day}::timestamptz + interval '1 day'
      and later.read_at > old.read_at and later.read_at < ${day}::timestamptz + interval '1 day'`;
}

/** What was read on this day takes the place of what was read before it. */
async function expire({ sql }: Transaction, day: string): Promise<void> {
  await sql`
    delete from asset_snapshots old using asset_snapshots later
    where later.read_at >= ${day} and later.read_at < ${day}::timestamptz + interval '1 day'
      and old.asset = later.asset and old.read_at < later.read_at`;
  await sql`delete from trustline_stats where read_at < ${day}`;
}
