import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { paymentRow } from '../facts/fact-rows.ts';
import { insertTables } from '../facts/insert-facts.ts';
import { rowsOf } from '../facts/table-rows.ts';
import { createMissingPartitions } from '../partitions/fact-partitions.ts';
import { payments } from '../tables/payments.ts';

/** Stores the payments of ledgers in one transaction, as a commit does, and nothing else. */
export async function storePayments(db: Database, ledgers: readonly LedgerFacts[]): Promise<void> {
  const rows = ledgers.flatMap((ledger) => ledger.payments.map(paymentRow));
  const sequences = ledgers.map(({ header }) => header.sequence);
  await insertTables(
    db,
    [rowsOf(payments, rows)],
    (tx) => createMissingPartitions(tx, sequences),
    async () => undefined,
  );
}
