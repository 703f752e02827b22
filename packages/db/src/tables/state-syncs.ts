import { bigint, check, pgTable, sql, text } from './drizzle.ts';
import { ledgerSequence, time } from './columns.ts';

/** The last snapshot of the network's state that each sync has stored. */
export const stateSyncs = pgTable(
  'state_syncs',
  {
    name: text('name').$type<'pools' | 'assets' | 'anchors'>().primaryKey(),
    /** Counts the snapshots: of two syncs that began after the same one, only one stores its own. */
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
    /** When the sync began to read, by the database's clock. */
    readAt: time('read_at').notNull(),
    /** When the snapshot was stored, in place of the one before. */
    writtenAt: time('written_at').notNull(),
    /** When the snapshot becomes stale. */
    staleAfter: time('stale_after').notNull(),
    /** Where the state was read; null if the worker has no such source, and then the next three are null too. */
    source: text('source').$type<'horizon' | 'rpc'>(),
    coverage: text('coverage').$type<'complete' | 'seen'>(),
    /** The source's newest ledger at the first page, and at the last one. */
    fromLedger: ledgerSequence('from_ledger'),
    toLedger: ledgerSequence('to_ledger'),
  },
  ({ source, coverage, fromLedger, toLedger }) => [
    check('state_syncs_state', sql`num_nulls(${source}, ${coverage}, ${fromLedger}, ${toLedger}) in (0, 4)`),
  ],
);
