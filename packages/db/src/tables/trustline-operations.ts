import type { PoolId } from '@stellar-insights/ledger';
import { boolean, check, index, pgTable, primaryKey, sql } from './drizzle.ts';
import {
  account,
  asset,
  hash,
  ledgerOfRow,
  letterColumn,
  position,
  stroops,
  uint32,
  uint64,
} from './columns.ts';
import { byFailure, byHash, byPresent } from './fact-indexes.ts';
import { failureColumns } from './failure-columns.ts';
import { TRUSTLINE_TYPE_LETTERS } from './letters.ts';

/** Partitioned by `ledger`. A line is for an asset, or for shares of a pool, whose assets are named then. */
export const trustlineOperations = pgTable(
  'trustline_operations',
  {
    /** Of a holder's operation; the flags are an issuer's. */
    limit: stroops('limit'),
    setFlags: uint32('set_flags'),
    clearFlags: uint32('clear_flags'),
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    account: account('account').notNull(),
    trustor: account('trustor').notNull(),
    asset: asset('asset'),
    poolAssetA: asset('pool_asset_a'),
    poolAssetB: asset('pool_asset_b'),
    ...failureColumns(),
    type: letterColumn('type', TRUSTLINE_TYPE_LETTERS).notNull(),
    succeeded: boolean('succeeded').notNull(),
    pool: hash('pool').$type<PoolId>(),
    accountMuxedId: uint64('account_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'trustline_operations_key', columns: [table.ledger, table.position] }),
    index('trustline_operations_by_account').on(table.account, table.ledger),
    index('trustline_operations_by_trustor')
      .on(table.trustor, table.ledger)
      .where(sql`${table.trustor} <> ${table.account}`),
    byPresent('trustline_operations_by_asset', table.asset, table.ledger),
    byHash('trustline_operations_by_pool', table.pool, table.ledger),
    byFailure('trustline_operations_by_failure', table),
    check('trustline_operations_line', sql`(${table.asset} is null) <> (${table.pool} is null)`),
  ],
);
