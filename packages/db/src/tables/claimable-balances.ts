import type { AccountId } from '@stellar-insights/ledger';
import { boolean, pgEnum, pgTable, primaryKey } from './drizzle.ts';
import { account, asset, hash, ledgerSequence, operationId, resultCode, stroops, uint64 } from './columns.ts';
import { failureColumns } from './failure-columns.ts';

export const claimableBalanceType = pgEnum('claimable_balance_type', [
  'create_claimable_balance',
  'claim_claimable_balance',
]);

/** Partitioned by `ledger`. `balance_id` joins the two halves of a payment. */
export const claimableBalances = pgTable(
  'claimable_balances',
  {
    ledger: ledgerSequence('ledger').notNull(),
    operationId: operationId('operation_id').notNull(),
    type: claimableBalanceType('type').notNull(),
    account: account('account').notNull(),
    accountMuxedId: uint64('account_muxed_id'),
    balanceId: hash('balance_id'),
    asset: asset('asset'),
    amount: stroops('amount'),
    claimants: account('claimants').array().$type<readonly AccountId[]>().notNull(),
    succeeded: boolean('succeeded').notNull(),
    operationResult: resultCode('operation_result'),
    ...failureColumns(),
  },
  (table) => [primaryKey({ name: 'claimable_balances_key', columns: [table.ledger, table.operationId] })],
);
