import type { Database } from '../database.ts';
import { PARTITION_LEDGERS, partitionStart } from '../partitions/fact-partitions.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { readBackfill, type Backfill } from './backfill.ts';
import { dropStagedTables } from './staged-tables.ts';

/** An index that is being built holds its table for longer. */
const LOCK_TIMEOUT_MS = 5000;

/**
 * Ends a backfill, if it runs, and drops what it has stored and not shown. What is visible stays. It waits for transactions of the
 * backfill that are under way. Null if there is none of this id.
 *
 * @throws TransactionConflictError while an index is being built: the backfill has ended, and another call drops its tables
 */
export async function cancelBackfill(db: Database, id: string): Promise<Backfill | null> {
  await transaction(db, (tx) => end(tx, id));
  await transaction(db, (tx) => dropTables(tx, id));
  return readBackfill(db, id);
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

/** Those that no backfill uses that was created since. */
async function dropTables(tx: Transaction, id: string): Promise<void> {
  const { sql } = tx;
  await sql.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
  await sql`lock table backfills in share row exclusive mode`;
  const parts = await sql<{ first: number }[]>`
    select p.first::float8 as first
    from backfill_parts p join backfills b on b.id = p.backfill
    where b.id = ${id} and is_cancelled and is_staged and visible_at is null and not exists (
      select from backfills other
      where other.ended_at is null and other.first < p.first - mod(p.first, ${PARTITION_LEDGERS}) + ${PARTITION_LEDGERS}
        and other.last >= p.first - mod(p.first, ${PARTITION_LEDGERS})
    )`;
  await dropStagedTables(
    tx,
    parts.map(({ first }) => partitionStart(first)),
  );
}
