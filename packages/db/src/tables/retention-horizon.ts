import { bigint, check, pgTable, sql } from './drizzle.ts';
import { onlyRow, time } from './columns.ts';

/**
 * Where what is kept begins. What is older may still be stored, until retention has removed it, and is not looked at. A
 * horizon only moves forward.
 */
export const retentionHorizon = pgTable(
  'retention_horizon',
  {
    onlyRow: onlyRow(),
    /** The first ledger whose transactions, payments and trades are kept. */
    factsFrom: bigint('facts_from', { mode: 'number' }).notNull(),
    /** The first buckets of five minutes that are kept, and the first hours: the start of a day, both. */
    bucketsFrom: time('buckets_from').notNull(),
    hoursFrom: time('hours_from').notNull(),
  },
  (table) => [check('retention_horizon_only_row', sql`${table.onlyRow}`)],
);
