import type { LedgerFacts } from '@stellar-insights/ledger';
import { requireIdentity, withInterned } from '../dictionary/index.ts';
import type { Database } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { copyRows } from './copy-rows.ts';
import { dirtyMarks, factTables } from './fact-tables.ts';
import { namesIn, type RowsOf } from './table-rows.ts';

/**
 * Runs one transaction that stores all facts of ledgers and marks the corridor buckets that they belong to. `before` runs
 * first in it, and must see to the ledgers' partitions; `after` runs last, and its result is returned. Both may run again.
 */
export function insertLedgers<T>(
  db: Database,
  facts: readonly LedgerFacts[],
  before: (tx: Transaction) => Promise<void>,
  after: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return insertTables(db, [...factTables(facts), dirtyMarks(facts)], before, after);
}

/** As `insertLedgers`, for rows of any tables. */
export function insertTables<T>(
  db: Database,
  tables: readonly RowsOf[],
  before: (tx: Transaction) => Promise<void>,
  after: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return withInterned(db, namesIn(tables), (ids) =>
    transaction(db, async (tx) => {
      await requireIdentity(tx, ids);
      await before(tx);
      for (const { table, rows } of tables) await copyRows(tx, table, rows, ids);
      return after(tx);
    }),
  );
}
