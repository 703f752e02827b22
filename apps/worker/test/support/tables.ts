import type { Database } from '@stellar-insights/db';

/** What of each table does not depend on when and by whom it was written. */
const CONTENT = {
  ledgers: '*',
  transactions: '*',
  payments: '*',
  trades: '*',
  claimable_balances: '*',
  corridor_buckets: '*',
  ledger_cursor: '*',
  event_log: 'first_id, last_id, events::text',
} as const;

export interface TableContent {
  readonly rows: number;
  /** Of all rows, in an order of their own. */
  readonly digest: string;
}

/** Two databases with the same content give the same, row for row. */
export async function tableContents(db: Database): Promise<Record<string, TableContent>> {
  const contents: Record<string, TableContent> = {};
  for (const [table, columns] of Object.entries(CONTENT)) {
    const [content] = await db.run(
      ({ sql }) => sql<TableContent[]>`
        select count(*)::int as rows, md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as digest
        from (select ${sql.unsafe(columns)} from ${sql(table)}) t`,
    );
    if (content !== undefined) contents[table] = content;
  }
  return contents;
}

/** Where the log's numbers do not follow one another; empty if all is well. */
export async function logBreaks(db: Database): Promise<readonly unknown[]> {
  return await db.run(
    ({ sql }) => sql`
      select first_id, expected from (
        select first_id, coalesce(lag(last_id) over (order by first_id), 0) + 1 as expected from event_log
      ) entries where first_id <> expected`,
  );
}
