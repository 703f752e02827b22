import type { AccountId, AssetId, ClaimableBalanceFact, Hash, Stroops } from '@stellar-insights/ledger';
import { int64Of, listOf, nullable, textOf, uint64 } from './columns.ts';
import type { LakeTable } from './lake-table.ts';
import { operationTable } from './operation-table.ts';

export const claimableBalances: LakeTable<ClaimableBalanceFact> = operationTable({
  name: 'claimable_balances',
  columns: {
    type: textOf<ClaimableBalanceFact['type']>(),
    account: textOf<AccountId>(),
    account_muxed_id: nullable(uint64),
    balance_id: nullable(textOf<Hash>()),
    asset: nullable(textOf<AssetId>()),
    amount_stroops: nullable(int64Of<Stroops>()),
    claimants: listOf<AccountId>(),
  },
  factsOf: ({ claimableBalances: facts }) => facts,
  toRow: (fact) => ({
    type: fact.type,
    account: fact.account,
    account_muxed_id: fact.accountMuxedId,
    balance_id: fact.balanceId,
    asset: fact.asset,
    amount_stroops: fact.amount,
    claimants: fact.claimants,
  }),
  toFact: (row, operation) => ({
    ...operation,
    type: row.type,
    account: row.account,
    accountMuxedId: row.account_muxed_id,
    balanceId: row.balance_id,
    asset: row.asset,
    amount: row.amount_stroops,
    claimants: row.claimants,
  }),
});
