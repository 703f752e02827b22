import { ledgerRows } from '@stellar-insights/db/facts';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { compareRows, type Difference } from './difference.ts';

/** Every cell in which the stored ledger differs from the recomputed one. */
export function compareLedger(stored: LedgerFacts | null, recomputed: LedgerFacts): Difference[] {
  const [header, ...others] = ledgerRows(recomputed);
  if (header === undefined) return [];
  // A ledger that is not stored has no rows in any table: one difference says it all.
  if (stored === null) return compareRows(header.table, header.key, [], header.rows);
  const storedRows = new Map(ledgerRows(stored).map(({ table, rows }) => [table, rows]));
  return [header, ...others].flatMap(({ table, key, rows }) =>
    compareRows(table, key, storedRows.get(table) ?? [], rows),
  );
}
