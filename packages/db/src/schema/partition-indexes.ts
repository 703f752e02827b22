import type { Sql } from 'postgres';

/* A migration declares an index of a partitioned table `on only` it: one transaction for all partitions would lock every one. */

export interface BuiltIndex {
  readonly partition: string;
  /** Of the partitioned table. */
  readonly index: string;
  /** How many others are still to be built. */
  readonly left: number;
}

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onIndex?: ((built: BuiltIndex) => void) | undefined;
}

interface MissingIndex {
  readonly partition: string;
  readonly index: string;
  /** What follows the table's name in the statement that creates it. */
  readonly definition: string;
  /** The partition's name without that of its table. */
  readonly suffix: string;
}

/**
 * Builds the indexes that partitions lack, each in a transaction of its own, the newest partition first. Who adds rows to a
 * partition waits while its index is built; who reads does not.
 *
 * @throws the signal's reason between two indexes
 */
export async function buildPartitionIndexes(
  client: Sql,
  { signal, onIndex }: BuildOptions = {},
): Promise<void> {
  const missing = await findMissing(client);
  for (const [place, { partition, index, definition, suffix }] of missing.entries()) {
    signal?.throwIfAborted();
    const name = `${index}${suffix}`;
    await client.begin(async (sql) => {
      // Retention may have dropped the partition.
      const [row] = await sql<{ exists: boolean }[]>`
        select exists (select from pg_inherits where inhrelid = to_regclass(${partition})) as exists`;
      if (row?.exists !== true) return;
      await sql.unsafe(`create index ${name} on ${partition} ${definition}`);
      await sql.unsafe(`alter index ${index} attach partition ${name}`);
    });
    onIndex?.({ partition, index, left: missing.length - place - 1 });
  }
}

async function findMissing(client: Sql): Promise<MissingIndex[]> {
  const rows = await client<MissingIndex[]>`
    select partition.relname as partition, index.relname as index,
           substring(pg_get_indexdef(index.oid) from ' (USING .*)$') as definition,
           substring(partition.relname from length(parent.relname) + 1) as suffix
    from pg_class index join pg_index i on i.indexrelid = index.oid join pg_class parent on parent.oid = i.indrelid
         join pg_inherits on inhparent = parent.oid join pg_class partition on partition.oid = inhrelid
    where index.relkind = 'I' and index.relnamespace = current_schema()::regnamespace and not i.indisvalid
      and not inhdetachpending and not exists (
        select from pg_inherits child join pg_index built on built.indexrelid = child.inhrelid
        where child.inhparent = index.oid and built.indrelid = partition.oid
      )
    order by substring(partition.relname from '[0-9]+$')::int8 desc, 1, 2`;
  return [...rows];
}
