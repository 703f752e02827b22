import { index, integer, pgTable, smallint, sql } from './drizzle.ts';
import { hash, ledgerSequence, stroops, time } from './columns.ts';

/** One row per ledger, never dropped: the chain, and the close time of each ledger. */
export const ledgers = pgTable(
  'ledgers',
  {
    sequence: ledgerSequence('sequence').primaryKey(),
    hash: hash('hash').notNull(),
    previousHash: hash('previous_hash').notNull(),
    closedAt: time('closed_at').notNull(),
    protocolVersion: integer('protocol_version').notNull(),
    baseFee: stroops('base_fee').notNull(),
    baseReserve: stroops('base_reserve').notNull(),
    totalCoins: stroops('total_coins').notNull(),
    feePool: stroops('fee_pool').notNull(),
    /** Which kinds of facts are stored of the ledger, as `facts/facts-version.ts` says. */
    factsVersion: smallint('facts_version').notNull().default(1),
  },
  (table) => [
    index('ledgers_closed_at').on(table.closedAt),
    // Only ledgers that older builds stored, the newest first. No other index has this order, so the planner takes no other.
    index('ledgers_by_old_facts')
      .on(table.factsVersion, sql`(-${table.sequence})`)
      .where(sql`${table.factsVersion} < 3`),
  ],
);
