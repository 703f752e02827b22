import { check, pgTable, sql, text } from './drizzle.ts';
import { hash, ledgerSequence, onlyRow, time } from './columns.ts';

/** The last ledger stored, against which the next one is checked. No row before the first. */
export const ledgerCursor = pgTable(
  'ledger_cursor',
  {
    onlyRow: onlyRow(),
    networkPassphrase: text('network_passphrase').notNull(),
    sequence: ledgerSequence('sequence').notNull(),
    hash: hash('hash').notNull(),
    closedAt: time('closed_at').notNull(),
  },
  (table) => [check('ledger_cursor_only_row', sql`${table.onlyRow}`)],
);
