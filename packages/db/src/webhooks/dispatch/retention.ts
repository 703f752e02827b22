import type { Database } from '../../database.ts';
import { attachPartition, lockCreation, partitionsOf } from '../../partitions/bounds.ts';
import { dropPartitions, type DroppedPartitions } from '../../partitions/drop-partitions.ts';
import { transaction } from '../../transaction.ts';

const TABLE = 'webhook_attempts';
const FAILED_DAYS = 30;
/** Bounds a statement. */
const ROWS = 1000;

/** Creates the partitions of attempts for today and tomorrow. It costs one query if both are there. */
export async function ensureAttemptPartitions(db: Database): Promise<void> {
  const days = await db.run(
    ({ sql }) => sql<{ day: bigint }[]>`
      select day from (select floor(extract(epoch from now()) / 86400)::int8 as today) now,
                      generate_series(today, today + 1) as day
      where to_regclass(${TABLE} || '_' || day) is null`,
  );
  if (days.length === 0) return;
  await transaction(db, async (tx) => {
    await lockCreation(tx);
    const existing = await partitionsOf(tx, TABLE);
    for (const { day } of days) {
      if (existing.some(({ first, next }) => first <= day && day < next)) continue;
      await attachPartition(tx, TABLE, { first: day, next: day + 1n });
    }
  });
}

/** Drops the attempts that are older than so many days. */
export async function dropOldAttempts(db: Database, keptDays: number): Promise<DroppedPartitions> {
  const [row] = await db.run(
    ({ sql }) => sql<{ today: bigint }[]>`select floor(extract(epoch from now()) / 86400)::int8 as today`,
  );
  return await dropPartitions(db, [{ table: TABLE, end: (row?.today ?? 0n) - BigInt(keptDays) }]);
}

/** Removes deliveries that failed long ago, and one deleted webhook with all of its rows. Returns whether more is left. */
export async function removeOld(db: Database): Promise<boolean> {
  const failed = await db.run(
    ({ sql }) => sql`
      delete from webhook_deliveries where id in (
        select id from webhook_deliveries
        where state = 'failed' and finished_at < now() - make_interval(days => ${FAILED_DAYS})
        order by finished_at limit ${ROWS})`,
  );
  const [deleted] = await db.run(
    ({ sql }) => sql<{ id: string }[]>`select id from webhooks where state = 'deleted' order by id limit 1`,
  );
  if (deleted === undefined) return failed.count === ROWS;
  const { id } = deleted;
  const own = await db.run(
    ({ sql }) => sql`
      delete from webhook_deliveries where id in (
        select id from webhook_deliveries where webhook_id = ${id} limit ${ROWS})`,
  );
  if (own.count === ROWS) return true;
  await transaction(db, async ({ sql }) => {
    // A step of a replay may be under way: its deliveries are there once this has its row.
    await sql`delete from webhook_replays where webhook_id = ${id}`;
    await sql`delete from webhook_deliveries where webhook_id = ${id}`;
    await sql`delete from webhook_progress where webhook_id = ${id}`;
    await sql`delete from webhook_secrets where webhook_id = ${id}`;
    await sql`delete from webhook_filter_keys where webhook_id = ${id}`;
    await sql`delete from webhooks where id = ${id} and state = 'deleted'`;
  });
  return true;
}
