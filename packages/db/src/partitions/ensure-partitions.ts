import type { Database, Executor } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { PARTITION_LEDGERS, PARTITIONED, partitionName, partitionStart } from './partition.ts';

/** Creates the partitions of `ledger` and of the 100,000 ledgers after its own, where absent. */
export async function ensurePartitions(db: Database, ledger: number): Promise<void> {
  await transaction(db, (tx) => createPartitions(tx, ledger));
}

/** Whether there is nothing to create. */
export async function partitionsExist({ sql }: Executor, ledger: number): Promise<boolean> {
  const own = partitionStart(ledger);
  const [row] = await sql<{ exist: boolean }[]>`
    select to_regclass(${partitionName('transactions', own)}) is not null
       and to_regclass(${partitionName('transactions', own + PARTITION_LEDGERS)}) is not null as exist`;
  return row?.exist === true;
}

export async function createPartitions({ sql }: Transaction, ledger: number): Promise<void> {
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
