import { pgTable, text } from './drizzle.ts';
import { ledgerSequence } from './columns.ts';

/** How far each facts lake is, by its URL. Whoever stores ledgers below a mark lowers it in the same transaction. */
export const factsLakes = pgTable('facts_lakes', {
  url: text('url').primaryKey(),
  /** The lake has each chunk that begins before this ledger and of which all ledgers are stored. */
  completeBefore: ledgerSequence('complete_before').notNull(),
});
