import { PAYMENT_TYPES, type AssetId } from '@stellar-insights/ledger';
import { boolean, index, integer, pgEnum, pgTable, primaryKey, smallint, sql } from './drizzle.ts';
import { account, asset, ledgerSequence, operationId, resultCode, stroops, uint64 } from './columns.ts';
import { failureColumns } from './failure-columns.ts';

export const paymentType = pgEnum('payment_type', PAYMENT_TYPES);

export const fixedSide = pgEnum('fixed_side', ['source', 'dest']);

/** Partitioned by `ledger`. Hash and memo are the transaction's: join by ledger and transaction index. */
export const payments = pgTable(
  'payments',
  {
    ledger: ledgerSequence('ledger').notNull(),
    operationId: operationId('operation_id').notNull(),
    transactionIndex: integer('transaction_index').notNull(),
    operationIndex: smallint('operation_index').notNull(),
    type: paymentType('type').notNull(),
    source: account('source').notNull(),
    sourceMuxedId: uint64('source_muxed_id'),
    destination: account('destination').notNull(),
    destinationMuxedId: uint64('destination_muxed_id'),
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
    path: asset('path').array().$type<readonly AssetId[]>().notNull(),
    fixedSide: fixedSide('fixed_side').notNull(),
    fixedAmount: stroops('fixed_amount'),
    limitAmount: stroops('limit_amount'),
    sentAmount: stroops('sent_amount'),
    deliveredAmount: stroops('delivered_amount'),
    succeeded: boolean('succeeded').notNull(),
    operationResult: resultCode('operation_result'),
    ...failureColumns(),
    isSelfPayment: boolean('is_self_payment').notNull(),
    isCycle: boolean('is_cycle').notNull(),
  },
  (table) => [
    primaryKey({ name: 'payments_key', columns: [table.ledger, table.operationId] }),
    index('payments_by_source').on(table.source, table.operationId),
    index('payments_by_destination').on(table.destination, table.operationId),
    index('payments_by_failure')
      .on(table.failureReason, table.operationId)
      .where(sql`not ${table.succeeded}`),
  ],
);
