import type { PoolId } from '@stellar-insights/ledger';
import { bigint, check, index, integer, pgTable, primaryKey, sql } from './drizzle.ts';
import { account, asset, hash, ledgerOfRow, position, stroops } from './columns.ts';
import { byHash, byPresent } from './fact-indexes.ts';

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
    index('trades_by_buyer').on(table.buyer, table.ledger),
    byPresent('trades_by_seller', table.seller, table.ledger),
    index('trades_by_sold_asset').on(table.soldAsset, table.ledger),
    index('trades_by_bought_asset').on(table.boughtAsset, table.ledger),
    byHash('trades_by_pool', table.pool, table.ledger),
    check(
      'trades_maker',
      sql`(${table.seller} is null) = (${table.offerId} is null) and (${table.seller} is null) <> (${table.pool} is null)`,
    ),
  ],
);
