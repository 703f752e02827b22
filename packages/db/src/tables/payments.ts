import { boolean, index, pgTable, primaryKey, sql } from './drizzle.ts';
import { account, asset, ledgerOfRow, letterColumn, position, stroops, uint64 } from './columns.ts';
import { failureColumns } from './failure-columns.ts';
import { FIXED_SIDE_LETTERS, PAYMENT_TYPE_LETTERS } from './letters.ts';

/**
 * Partitioned by `ledger`. Hash and memo are the transaction's: join by ledger and transaction index, which is
 * `position >> 12`. The widest columns come first, so that nothing is padded.
 */
export const payments = pgTable(
  'payments',
  {
    fixedAmount: stroops('fixed_amount'),
    limitAmount: stroops('limit_amount'),
    sentAmount: stroops('sent_amount'),
    deliveredAmount: stroops('delivered_amount'),
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    source: account('source').notNull(),
    destination: account('destination').notNull(),
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
    ...failureColumns(),
    type: letterColumn('type', PAYMENT_TYPE_LETTERS).notNull(),
    fixedSide: letterColumn('fixed_side', FIXED_SIDE_LETTERS).notNull(),
    succeeded: boolean('succeeded').notNull(),
    isSelfPayment: boolean('is_self_payment').notNull(),
    isCycle: boolean('is_cycle').notNull(),
    /** Null if empty. */
    path: asset('path').array(),
    sourceMuxedId: uint64('source_muxed_id'),
    destinationMuxedId: uint64('destination_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'payments_key', columns: [table.ledger, table.position] }),
    index('payments_by_source').on(table.source, table.ledger),
    index('payments_by_destination').on(table.destination, table.ledger),
    index('payments_by_source_muxed_id')
      .on(table.source, table.sourceMuxedId, table.ledger)
      .where(sql`${table.sourceMuxedId} is not null`),
    index('payments_by_destination_muxed_id')
      .on(table.destination, table.destinationMuxedId, table.ledger)
      .where(sql`${table.destinationMuxedId} is not null`),
    index('payments_by_source_asset').on(table.sourceAsset, table.ledger),
    index('payments_by_dest_asset')
      .on(table.destAsset, table.ledger)
      .where(sql`${table.destAsset} <> ${table.sourceAsset}`),
    index('payments_by_failure')
      .on(table.failureReason, table.ledger)
      .where(sql`not ${table.succeeded}`),
  ],
);
