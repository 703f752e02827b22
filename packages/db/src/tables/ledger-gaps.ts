import { check, pgTable, sql } from './drizzle.ts';
import { ledgerSequence } from './columns.ts';

/** Ranges of ledgers that are not stored though some before and some after them are. No two overlap or touch. */
export const ledgerGaps = pgTable(
  'ledger_gaps',
  { first: ledgerSequence('first').primaryKey(), last: ledgerSequence('last').notNull() },
  (table) => [check('ledger_gaps_range', sql`${table.first} <= ${table.last}`)],
);
