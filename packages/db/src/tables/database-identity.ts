import { check, pgTable, sql, uuid } from './drizzle.ts';
import { onlyRow } from './columns.ts';

/** Identifies this database among all others. A migration writes the row; a restored backup keeps it. */
export const databaseIdentity = pgTable(
  'database_identity',
  { onlyRow: onlyRow(), id: uuid('id').notNull().defaultRandom() },
  (table) => [check('database_identity_only_row', sql`${table.onlyRow}`)],
);
