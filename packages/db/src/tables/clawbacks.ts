import { boolean, index, pgTable, primaryKey } from './drizzle.ts';
import { account, asset, hash, ledgerOfRow, letterColumn, position, stroops, uint64 } from './columns.ts';
import { byFailure, byHash, byPresent } from './fact-indexes.ts';
import { failureColumns } from './failure-columns.ts';
import { CLAWBACK_TYPE_LETTERS } from './letters.ts';

/** Partitioned by `ledger`. What is taken back is an amount of an asset from a holder, or a whole claimable balance. */
export const clawbacks = pgTable(
  'clawbacks',
  {
    amount: stroops('amount'),
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    account: account('account').notNull(),
    from: account('from_account'),
    asset: asset('asset'),
    ...failureColumns(),
    type: letterColumn('type', CLAWBACK_TYPE_LETTERS).notNull(),
    succeeded: boolean('succeeded').notNull(),
    balanceId: hash('balance_id'),
    accountMuxedId: uint64('account_muxed_id'),
    fromMuxedId: uint64('from_account_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'clawbacks_key', columns: [table.ledger, table.position] }),
    index('clawbacks_by_account').on(table.account, table.ledger),
    byPresent('clawbacks_by_from_account', table.from, table.ledger),
    byPresent('clawbacks_by_asset', table.asset, table.ledger),
    byHash('clawbacks_by_balance', table.balanceId, table.ledger),
    byFailure('clawbacks_by_failure', table),
  ],
);
