import type { Executor, Fragment } from '../database.ts';
import { lockCreation } from '../partitions/bounds.ts';
import { FACT_TABLES, partitionEnd } from '../partitions/fact-partitions.ts';
import type { Transaction } from '../transaction.ts';
import type { BackfillRange } from './backfill.ts';
import type { MarkedTables } from './mark-buckets.ts';

/* Where the ledgers of a partition wait that is not there yet: tables without indexes, which become its partitions. */

/** It lets Postgres attach a table without a look at its rows. */
const RANGE = 'staged_range';

/** `partition`: its first ledger. */
export function stagedTable(table: string, partition: number): string {
  return `staged_${table}_${partition}`;
}

/** What a select of marks is made of. */
export function stagedTables(partition: number, range: BackfillRange): MarkedTables {
  return {
    ...range,
    ledgers: stagedTable('ledgers', partition),
    payments: stagedTable('payments', partition),
    trades: stagedTable('trades', partition),
  };
}

/** Creates those of a partition, unless they are there. Nothing disturbs them: they are analyzed when they are whole. */
export async function createStagedTables(tx: Transaction, partition: number): Promise<void> {
  const { sql } = tx;
  await lockCreation(tx);
  const [row] = await sql<{ exist: boolean }[]>`
    select to_regclass(${stagedTable('ledgers', partition)}) is not null as exist`;
  if (row?.exist === true) return;
  for (const table of ['ledgers', ...FACT_TABLES]) {
    await sql`
      create table ${sql(stagedTable(table, partition))} (like ${sql(table)} including all excluding indexes)
      with (autovacuum_enabled = false)`;
  }
  for (const table of FACT_TABLES) {
    await sql.unsafe(`
      alter table ${stagedTable(table, partition)}
      add constraint ${RANGE} check (ledger >= ${partition} and ledger < ${partitionEnd(partition)})`);
  }
}

/** The first ledgers of the partitions that have staged tables. */
export async function stagedPartitions({ sql }: Executor): Promise<number[]> {
  const rows = await sql<
    { first: number }[]
  >`select distinct first::float8 as first from (${named({ sql })}) staged`;
  return rows.map(({ first }) => first);
}

/** Drops what there is of these partitions, also what is made meanwhile. */
export async function dropStagedTables({ sql }: Transaction, partitions: readonly number[]): Promise<void> {
  for (;;) {
    const tables = await sql<{ name: string }[]>`
      select name from (${named({ sql })}) staged
      where first = any(${`{${partitions.join(',')}}`}::text::int8[])`;
    if (tables.length === 0) return;
    await sql.unsafe(`drop table ${tables.map(({ name }) => name).join(', ')}`);
  }
}

/** A select of their names, and of the first ledgers of their partitions. */
function named({ sql }: Executor): Fragment {
  return sql`
    select relname as name, substring(relname from '[0-9]+$')::int8 as first from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and relname ~ '^staged_[a-z_]+_[0-9]+$'`;
}

/**
 * Makes the tables of facts partitions. They must have all indexes, so that none is built here. What reads or writes other
 * partitions does not wait.
 */
export async function attachStagedTables({ sql }: Transaction, partition: number): Promise<void> {
  const bounds = `from (${partition}) to (${partitionEnd(partition)})`;
  const statements = FACT_TABLES.flatMap((table) => {
    const [staged, name] = [stagedTable(table, partition), `${table}_${partition}`];
    return [
      `alter table ${staged} reset (autovacuum_enabled)`,
      `alter table ${staged} rename to ${name}`,
      `alter table ${table} attach partition ${name} for values ${bounds}`,
      `alter table ${name} drop constraint ${RANGE}`,
    ];
  });
  await sql.unsafe(statements.join('; '));
}
