import { bigint, boolean, index, integer, pgTable, primaryKey, sql, text, uuid } from './drizzle.ts';
import { hash, ledgerSequence, time } from './columns.ts';

/** Ranges of ledgers that were to be stored after later ones. */
export const backfills = pgTable(
  'backfills',
  {
    id: uuid('id').primaryKey(),
    /** As asked for. */
    first: ledgerSequence('first').notNull(),
    last: ledgerSequence('last').notNull(),
    networkPassphrase: text('network_passphrase').notNull(),
    chunkLedgers: integer('chunk_ledgers').notNull(),
    requestedAt: time('requested_at').notNull(),
    /** When all its ledgers were visible, or it was cancelled; null while it runs. */
    endedAt: time('ended_at'),
    isCancelled: boolean('is_cancelled').notNull().default(false),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    errorAt: time('error_at'),
  },
  (table) => [
    index('backfills_by_request').on(table.requestedAt, table.id),
    index('backfills_by_range').on(table.first, table.last),
    index('backfills_running')
      .on(table.first)
      .where(sql`${table.endedAt} is null`),
  ],
);

/** The ledgers of a backfill that were missing, of one partition each. */
export const backfillParts = pgTable(
  'backfill_parts',
  {
    backfill: uuid('backfill').notNull(),
    first: ledgerSequence('first').notNull(),
    last: ledgerSequence('last').notNull(),
    /** Whether its ledgers become visible together, as a new partition. Else each transaction adds to one that is there. */
    isStaged: boolean('is_staged').notNull(),
    /** When all its ledgers were visible. */
    visibleAt: time('visible_at'),
    /** Transactions of its ledgers, from then on. */
    transactions: bigint('transactions', { mode: 'number' }),
  },
  (table) => [primaryKey({ name: 'backfill_parts_key', columns: [table.backfill, table.first] })],
);

/** How far the chunks of parts are loaded that are not visible as a whole. A chunk without a row was not begun. */
export const backfillChunks = pgTable(
  'backfill_chunks',
  {
    backfill: uuid('backfill').notNull(),
    first: ledgerSequence('first').notNull(),
    /** The last ledger that is stored, and its hash. */
    loadedTo: ledgerSequence('loaded_to').notNull(),
    loadedHash: hash('loaded_hash').notNull(),
    /** In these ledgers. */
    transactions: bigint('transactions', { mode: 'number' }).notNull(),
    /** When a worker began with the chunk, and when ledgers of it were last stored. */
    begunAt: time('begun_at').notNull(),
    loadedAt: time('loaded_at').notNull(),
  },
  (table) => [primaryKey({ name: 'backfill_chunks_key', columns: [table.backfill, table.first] })],
);
