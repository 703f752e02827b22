import type { PoolId } from '@stellar-insights/ledger';
import { boolean, index, pgTable, primaryKey } from './drizzle.ts';
import { account, hash, ledgerOfRow, letterColumn, position, stroops, uint64 } from './columns.ts';
import { byFailure, byHash } from './fact-indexes.ts';
import { failureColumns } from './failure-columns.ts';
import { POOL_TYPE_LETTERS } from './letters.ts';

/** Deposits into pools and withdrawals. Partitioned by `ledger`. */
export const poolOperations = pgTable(
  'pool_operations',
  {
    shares: stroops('shares'),
    limitA: stroops('limit_a').notNull(),
    limitB: stroops('limit_b').notNull(),
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    account: account('account').notNull(),
    ...failureColumns(),
    type: letterColumn('type', POOL_TYPE_LETTERS).notNull(),
    succeeded: boolean('succeeded').notNull(),
    pool: hash('pool').$type<PoolId>().notNull(),
    accountMuxedId: uint64('account_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'pool_operations_key', columns: [table.ledger, table.position] }),
    index('pool_operations_by_account').on(table.account, table.ledger),
    byHash('pool_operations_by_pool', table.pool, table.ledger),
    byFailure('pool_operations_by_failure', table),
  ],
);
