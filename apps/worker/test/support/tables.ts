import { createHash } from 'node:crypto';
import type { Database } from '@stellar-insights/db';
import { ledgerRows, readLedgerFacts } from '@stellar-insights/db/facts';
import type { LedgerSequence } from '@stellar-insights/ledger';

/** Ids depend on who interned a name first. */
const CORRIDOR = `
  (select asset from assets where id = source_asset) as source, (select asset from assets where id = dest_asset) as dest`;
const TIER = `${CORRIDOR}, bucket_start, is_self, attempts, successes, delivered, failures, size_classes`;

/** What of each table does not depend on when and by whom it was written. */
const CONTENT = {
  ledgers: '*',
  corridor_buckets: TIER,
  corridor_hours: TIER,
  corridor_days: TIER,
  ledger_cursor: '*',
  corridor_states: `${CORRIDOR}, attempts, successes, delivered, self_attempts, self_successes, self_delivered`,
  event_log: 'events::text',
} as const;

/** Events about corridors depend on when these were looked at, and so do the ids of the others. */
const COMPARED: Partial<Record<keyof typeof CONTENT, string>> = {
  event_log: `events->0->>'event' not like 'corridor.%'`,
};

/** They are compared by the facts that they hold. */
const FACT_TABLES = [
  'transactions',
  'payments',
  'trades',
  'claimable_balances',
  'clawbacks',
  'contract_transfers',
  'trustline_operations',
  'pool_operations',
] as const;

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
        from (
          select ${sql.unsafe(columns)} from ${sql(table)}
          where ${sql.unsafe(COMPARED[table as keyof typeof CONTENT] ?? 'true')}
        ) t`,
    );
    if (content !== undefined) contents[table] = content;
  }
  const digests = await factDigests(db);
  for (const table of FACT_TABLES) {
    const [count] = await db.run(
      ({ sql }) => sql<{ rows: number }[]>`select count(*)::int as rows from ${sql(table)}`,
    );
    contents[table] = { rows: count?.rows ?? 0, digest: digests.get(table) ?? '' };
  }
  return contents;
}

/** Of the rows of all ledgers, with names in place of ids, by table. */
async function factDigests(db: Database): Promise<Map<string, string>> {
  const ledgers = await db.run(
    ({ sql }) => sql<{ sequence: LedgerSequence }[]>`
      select sequence::float8 as sequence from ledgers order by sequence`,
  );
  const hashes = new Map<string, ReturnType<typeof createHash>>();
  for (const { sequence } of ledgers) {
    const facts = await readLedgerFacts(db, sequence);
    for (const { table, rows } of facts === null ? [] : ledgerRows(facts)) {
      const hash = hashes.get(table) ?? createHash('md5');
      hashes.set(table, hash.update(JSON.stringify(rows)));
    }
  }
  return new Map([...hashes].map(([table, hash]) => [table, hash.digest('hex')]));
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
