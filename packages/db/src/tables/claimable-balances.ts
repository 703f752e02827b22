import { boolean, index, pgTable, primaryKey, sql } from './drizzle.ts';
import { account, asset, hash, ledgerOfRow, letterColumn, position, stroops, uint64 } from './columns.ts';
import { byFailure, byHash, byPresent } from './fact-indexes.ts';
import { failureColumns } from './failure-columns.ts';
import { BALANCE_TYPE_LETTERS } from './letters.ts';

/** The protocol allows ten claimants. Hardly any balance has more than two, so the indexes of the other places are empty. */
export const CLAIMANT_PLACES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/** Partitioned by `ledger`. `balance_id` joins the two halves of a payment. */
export const claimableBalances = pgTable(
  'claimable_balances',
  {
    amount: stroops('amount'),
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    account: account('account').notNull(),
    asset: asset('asset'),
    ...failureColumns(),
    type: letterColumn('type', BALANCE_TYPE_LETTERS).notNull(),
    succeeded: boolean('succeeded').notNull(),
    balanceId: hash('balance_id'),
    /** Null if nobody: of a claim. */
    claimants: account('claimants').array(),
    accountMuxedId: uint64('account_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'claimable_balances_key', columns: [table.ledger, table.position] }),
    index('claimable_balances_by_account').on(table.account, table.ledger),
    byPresent('claimable_balances_by_asset', table.asset, table.ledger),
    byHash('claimable_balances_by_balance', table.balanceId, table.ledger),
    ...CLAIMANT_PLACES.map((place) => {
      const claimant = sql`(${table.claimants}[${sql.raw(String(place))}])`;
      return index(`claimable_balances_by_claimant_${place}`)
        .on(claimant, table.ledger)
        .where(sql`${claimant} is not null`);
    }),
    byFailure('claimable_balances_by_failure', table),
  ],
);
