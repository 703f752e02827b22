import type { AccountId, AssetId, ClaimableBalanceFact, Hash, Stroops } from '@stellar-insights/ledger';
import { int64Of, listOf, nullable, textOf, uint64 } from './columns.ts';
import { lakeTable, type LakeTable } from './lake-table.ts';
import {
  hashedPlaceFact,
  outcomeColumns,
  outcomeFact,
  outcomeRow,
  placeColumns,
  placeRow,
} from './shared-columns.ts';

export const claimableBalances: LakeTable<ClaimableBalanceFact> = lakeTable({
  name: 'claimable_balances',
  columns: {
    ...placeColumns,
    type: textOf<ClaimableBalanceFact['type']>(),
    account: textOf<AccountId>(),
    account_muxed_id: nullable(uint64),
    balance_id: nullable(textOf<Hash>()),
    asset: nullable(textOf<AssetId>()),
    amount_stroops: nullable(int64Of<Stroops>()),
    claimants: listOf<AccountId>(),
    ...outcomeColumns,
  },
  ledger: 'ledger',
  factsOf: ({ claimableBalances: facts }) => facts,
  toRow: (fact: ClaimableBalanceFact, closedAt) => ({
    ...placeRow(fact, closedAt),
    type: fact.type,
    account: fact.account,
    account_muxed_id: fact.accountMuxedId,
    balance_id: fact.balanceId,
    asset: fact.asset,
    amount_stroops: fact.amount,
    claimants: fact.claimants,
    ...outcomeRow(fact),
  }),
  toFact: (row, ledger) => ({
    ...hashedPlaceFact(row, ledger),
    type: row.type,
    account: row.account,
    accountMuxedId: row.account_muxed_id,
    balanceId: row.balance_id,
    asset: row.asset,
    amount: row.amount_stroops,
    claimants: row.claimants,
    ...outcomeFact(row),
  }),
});
