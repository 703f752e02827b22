import type { Database } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { PARTITION_LEDGERS, PARTITIONED, partitionName } from './partition.ts';

/**
 * Drops the partitions all of whose ledgers closed more than `retentionDays` before the last ledger stored, and returns
 * their first ledgers. What has not been counted into its corridor buckets stays. `ledgers` and `corridor_buckets` keep
 * all their rows.
 *
 * @throws TransactionConflictError if a reader holds one of the tables for more than 2 s; the next run will do it.
 */
export async function dropExpiredPartitions(
  db: Database,
  { retentionDays }: { readonly retentionDays: number },
): Promise<{ dropped: number[] }> {
  const dropped: number[] = [];
  for (const first of await expiredPartitions(db, retentionDays)) {
    await transaction(db, (tx) => dropPartition(tx, first));
    dropped.push(first);
  }
  return { dropped };
}

/** First ledgers, oldest first. Age is that of the first ledger stored after the partition. */
async function expiredPartitions(db: Database, retentionDays: number): Promise<number[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ first: number }[]>`
      with partitions as (
        select substring(inhrelid::regclass::text from '[0-9]+$')::bigint as first
        from pg_inherits where inhparent = 'transactions'::regclass
      )
      select first::float8 as first from partitions
      where exists (
        select from ledger_cursor c, lateral (
          select closed_at from ledgers
          where sequence >= first + ${PARTITION_LEDGERS} order by sequence limit 1
        ) next
        where next.closed_at < c.closed_at - make_interval(secs => ${retentionDays * 86_400})
      ) and not exists (
        select from dirty_corridor_buckets
        where ledger >= first and ledger < first + ${PARTITION_LEDGERS}
      )
      order by first`,
  );
  return rows.map(({ first }) => first);
}

async function dropPartition({ sql }: Transaction, first: number): Promise<void> {
  await sql`set local lock_timeout = '2s'`;
  for (const table of PARTITIONED) await sql`drop table if exists ${sql(partitionName(table, first))}`;
}
