import type { Database, Executor } from './database.ts';
import { transaction, type Transaction } from './transaction.ts';

/** The tables whose rows are dropped by age. Their partitions are created and dropped together. */
const PARTITIONED = ['transactions', 'payments', 'claimable_balances', 'trades'] as const;

/** Ledgers in a partition: about six days of five seconds each. */
const PARTITION_LEDGERS = 100_000;

/** Creates the missing partitions of `ledger` and of the 100,000 ledgers that follow its own partition. */
export async function ensurePartitions(db: Database, ledger: number): Promise<void> {
  await transaction(db, (tx) => createPartitions(tx, ledger));
}

/** Creates those partitions within a transaction, if one is missing. */
export async function createMissingPartitions(tx: Transaction, ledger: number): Promise<void> {
  if (!(await partitionsExist(tx, ledger))) await createPartitions(tx, ledger);
}

async function partitionsExist({ sql }: Executor, ledger: number): Promise<boolean> {
  const own = partitionStart(ledger);
  const [row] = await sql<{ exist: boolean }[]>`
    select to_regclass(${partitionName('transactions', own)}) is not null
       and to_regclass(${partitionName('transactions', own + PARTITION_LEDGERS)}) is not null as exist`;
  return row?.exist === true;
}

async function createPartitions({ sql }: Transaction, ledger: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('create partitions'))`;
  const own = partitionStart(ledger);
  for (const first of [own, own + PARTITION_LEDGERS]) {
    for (const table of PARTITIONED) {
      const partition = partitionName(table, first);
      const [row] = await sql<{ exists: boolean }[]>`select to_regclass(${partition}) is not null as exists`;
      if (row?.exists === true) continue;
      // Unlike `create table … partition of`, attaching does not wait for readers of the whole table.
      await sql`create table ${sql(partition)} (like ${sql(table)} including all)`;
      await sql.unsafe(
        `alter table ${table} attach partition ${partition} for values from (${first}) to (${first + PARTITION_LEDGERS})`,
      );
    }
  }
}

/**
 * Drops the partitions all of whose ledgers closed more than `retentionDays` before the last ledger stored, and returns
 * their first ledgers. A partition stays while a ledger of it is not counted in its corridor buckets. `ledgers` and
 * `corridor_buckets` keep all their rows.
 *
 * @throws TransactionConflictError if a reader holds one of the tables for more than 2 s; the next run drops them
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

/** First ledgers, oldest first. A partition's age is that of the first ledger stored after it. */
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

/** First ledger of the partition that holds `ledger`; it holds `first` ≤ ledger < `first + PARTITION_LEDGERS`. */
function partitionStart(ledger: number): number {
  return ledger - (ledger % PARTITION_LEDGERS);
}

/** A partition is named after its first ledger. */
function partitionName(table: (typeof PARTITIONED)[number], first: number): string {
  return `${table}_${first}`;
}
