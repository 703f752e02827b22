import type { Database, Executor } from '../database.ts';
import { FACT_TABLES } from '../partitions/fact-partitions.ts';
import { runLong, type Cancelling } from './long-statement.ts';
import { stagedTable } from './staged-tables.ts';

export interface IndexOptions {
  /** When it aborts, the index under way is the last one. */
  readonly signal?: AbortSignal | undefined;
  readonly cancelling: Cancelling;
  /** Called after each index; `left`: how many of the same table are still to be built. */
  readonly onIndex?: ((built: { readonly index: string; readonly left: number }) => void) | undefined;
}

interface MissingIndex {
  readonly name: string;
  readonly statement: string;
}

/**
 * Builds the indexes that staged tables lack, one by one, and has the planner's statistics made. `session` must let a statement
 * take long.
 *
 * @throws the signal's reason between two of them, or that of `cancelling`
 */
export async function indexStagedTables(
  session: Database,
  partition: number,
  { signal, cancelling, onIndex }: IndexOptions,
): Promise<void> {
  for (const table of FACT_TABLES) {
    const missing = await session.run((executor) => missingIndexes(executor, table, partition));
    for (const [place, { name, statement }] of missing.entries()) {
      signal?.throwIfAborted();
      await runLong(session, cancelling, ({ sql }) => sql.unsafe(statement));
      onIndex?.({ index: name, left: missing.length - place - 1 });
    }
    signal?.throwIfAborted();
    await runLong(session, cancelling, ({ sql }) => sql`analyze ${sql(stagedTable(table, partition))}`);
  }
}

/** Those of the partitioned table, each named as there, with the partition. Its key comes first. */
async function missingIndexes({ sql }: Executor, table: string, partition: number): Promise<MissingIndex[]> {
  const staged = stagedTable(table, partition);
  const rows = await sql<{ name: string; key: string | null; definition: string }[]>`
    select index.relname || '_' || ${String(partition)} as name,
           substring(pg_get_indexdef(index.oid) from ' (USING .*)$') as definition,
           (select pg_get_constraintdef(c.oid) from pg_constraint c
            where i.indisprimary and conrelid = i.indrelid and contype = 'p') as key
    from pg_index i join pg_class index on index.oid = i.indexrelid
    where i.indrelid = ${table}::text::regclass and not exists (
      select from pg_index built join pg_class named on named.oid = built.indexrelid
      where built.indrelid = ${staged}::text::regclass and named.relname = index.relname || '_' || ${String(partition)}
    )
    order by not i.indisprimary, 1`;
  return rows.map(({ name, key, definition }) => ({
    name,
    statement:
      key === null
        ? `create index ${name} on ${staged} ${definition}`
        : `alter table ${staged} add constraint ${name} ${key}`,
  }));
}
