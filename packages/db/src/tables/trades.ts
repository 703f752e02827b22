import { bigint, check, integer, pgTable, primaryKey, sql } from './drizzle.ts';
import type { PoolId } from '@stellar-insights/ledger';
import { account, asset, hash, ledgerSequence, operationId, stroops } from './columns.ts';

/** Partitioned by `ledger`. The maker is an account with its offer, or a pool. */
export const trades = pgTable(
  'trades',
  {
    ledger: ledgerSequence('ledger').notNull(),
    operationId: operationId('operation_id').notNull(),
    order: integer('order').notNull(),
    seller: account('seller'),
    offerId: bigint('offer_id', { mode: 'bigint' }),
    pool: hash('pool').$type<PoolId>(),
    buyer: account('buyer').notNull(),
    soldAsset: asset('sold_asset').notNull(),
    soldAmount: stroops('sold_amount').notNull(),
    boughtAsset: asset('bought_asset').notNull(),
    boughtAmount: stroops('bought_amount').notNull(),
  },
  (table) => [
    primaryKey({ name: 'trades_key', columns: [table.ledger, table.operationId, table.order] }),
    check(
      'trades_maker',
      sql`(${table.seller} is null) = (${table.offerId} is null) and (${table.seller} is null) <> (${table.pool} is null)`,
    ),
  ],
);
