import type { Executor } from '../database.ts';

/* What the catalog says of the partitions of a table that is partitioned by range of a whole number. */

export interface Partition {
  /** Named after its table and `first`. */
  readonly name: string;
  /** It holds `first` ≤ key < `next`. */
  readonly first: bigint;
  readonly next: bigint;
  /** Whether a detachment was begun and not ended. Queries do not see its rows any more. */
  readonly detaching: boolean;
}

/** Oldest first. */
export async function partitionsOf({ sql }: Executor, table: string): Promise<Partition[]> {
  const partitions = await sql<Partition[]>`
    select relname as name, bounds[1]::int8 as first, bounds[2]::int8 as next, inhdetachpending as detaching
    from pg_inherits join pg_class on pg_class.oid = inhrelid,
         regexp_match(pg_get_expr(relpartbound, pg_class.oid), 'FROM \\(''?(\\d+)''?\\) TO \\(''?(\\d+)''?\\)') as bounds
    where inhparent = ${table}::text::regclass
    order by 2`;
  return [...partitions];
}

/**
 * Creates a partition within a transaction. Neither readers nor writers of the table wait for it: unlike
 * `create table … partition of`, attaching needs no lock that excludes them.
 */
export async function attachPartition(
  { sql }: Executor,
  table: string,
  { first, next }: Pick<Partition, 'first' | 'next'>,
): Promise<void> {
  const name = `${table}_${first}`;
  // The transaction's snapshot of the catalog may be older than a partition; this look-up is not.
  const [row] = await sql<{ exists: boolean; detached: boolean }[]>`
    select to_regclass(${name}) is not null as exists,
           exists (select from pg_class where oid = to_regclass(${name}) and not relispartition) as detached`;
  // Retention was interrupted before it dropped what it had detached.
  if (row?.detached === true) await sql`drop table if exists ${sql(name)}`;
  else if (row?.exists === true) return;
  await sql`create table ${sql(name)} (like ${sql(table)} including all)`;
  await sql.unsafe(`alter table ${table} attach partition ${name} for values from (${first}) to (${next})`);
}

/** Lets one transaction at a time create partitions. */
export async function lockCreation({ sql }: Executor): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('create partitions'))`;
}
