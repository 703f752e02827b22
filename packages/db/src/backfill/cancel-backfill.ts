import type { Database } from '../database.ts';
import { PARTITION_LEDGERS } from '../partitions/fact-partitions.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { readBackfill, type Backfill } from './backfill.ts';
import { dropStagedTables, stagedPartitions } from './staged-tables.ts';

/** An index that is being built holds its table for longer. */
const LOCK_TIMEOUT_MS = 1000;

/**
 * Ends a backfill, if it runs, and drops what it has stored and not shown. What is visible stays. It waits for transactions of the
 * backfill that are under way. Null if there is none of this id.
 *
 * @throws TransactionConflictError while an index is being built: the backfill has ended, and `dropCancelled` drops its tables
 */
export async function cancelBackfill(db: Database, id: string): Promise<Backfill | null> {
  await transaction(db, (tx) => end(tx, id));
  await dropCancelled(db);
  return readBackfill(db, id);
}

/**
 * Drops what cancelled backfills have stored and not shown, if any of it is left. Returns of how many partitions.
 *
 * @throws TransactionConflictError while an index of it is being built
 */
export async function dropCancelled(db: Database): Promise<number> {
  const staged = await db.run(stagedPartitions);
  return staged.length === 0 ? 0 : transaction(db, dropUnused);
}

/** Nothing more is stored for it once this is committed. */
async function end({ sql }: Transaction, id: string): Promise<void> {
  const running = await sql`select from backfills where id = ${id} and ended_at is null for update`;
  if (running.length === 0) return;
  await sql`
    delete from backfill_chunks c using backfill_parts p
    where c.backfill = ${id} and p.backfill = ${id} and is_staged and c.first between p.first and p.last`;
  await sql`update backfills set ended_at = clock_timestamp(), is_cancelled = true where id = ${id}`;
}

/** Drops the staged tables of partitions that no running backfill shares. */
async function dropUnused(tx: Transaction): Promise<number> {
  const { sql } = tx;
  await sql.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await sql`lock table backfills in share row exclusive mode`;
  const staged = await stagedPartitions(tx);
  const unused = await sql<{ first: number }[]>`
    select first::float8 as first from unnest(${`{${staged.join(',')}}`}::text::int8[]) as partition (first)
    where not exists (
      select from backfills b
      where ended_at is null and b.first < partition.first + ${PARTITION_LEDGERS} and b.last >= partition.first
    )`;
  await dropStagedTables(
    tx,
    unused.map(({ first }) => first),
  );
  return unused.length;
}
