import type { PoolId } from '@stellar-insights/ledger';
import { bigint, check, integer, pgTable, primaryKey, sql } from './drizzle.ts';
import { account, asset, hash, ledgerOfRow, position, stroops } from './columns.ts';

/** Partitioned by `ledger`. The maker is an account with its offer, or a pool. */
export const trades = pgTable(
  'trades',
  {
    soldAmount: stroops('sold_amount').notNull(),
    boughtAmount: stroops('bought_amount').notNull(),
    offerId: bigint('offer_id', { mode: 'bigint' }),
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    order: integer('order').notNull(),
    buyer: account('buyer').notNull(),
    soldAsset: asset('sold_asset').notNull(),
    boughtAsset: asset('bought_asset').notNull(),
    seller: account('seller'),
    pool: hash('pool').$type<PoolId>(),
  },
  (table) => [
    primaryKey({ name: 'trades_key', columns: [table.ledger, table.position, table.order] }),
    check(
      'trades_maker',
      sql`(${table.seller} is null) = (${table.offerId} is null) and (${table.seller} is null) <> (${table.pool} is null)`,
    ),
  ],
);
