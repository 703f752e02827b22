import type { AccountId, AssetId, ClawbackFact, Hash, Stroops } from '@stellar-insights/ledger';
import { int64Of, nullable, textOf, uint64 } from './columns.ts';
import type { LakeTable } from './lake-table.ts';
import { operationTable } from './operation-table.ts';

export const clawbacks: LakeTable<ClawbackFact> = operationTable({
  name: 'clawbacks',
  columns: {
    type: textOf<ClawbackFact['type']>(),
    account: textOf<AccountId>(),
    account_muxed_id: nullable(uint64),
    from: nullable(textOf<AccountId>()),
    from_muxed_id: nullable(uint64),
    asset: nullable(textOf<AssetId>()),
    amount_stroops: nullable(int64Of<Stroops>()),
    balance_id: nullable(textOf<Hash>()),
  },
  factsOf: ({ clawbacks: facts }) => facts,
  toRow: (fact) => ({
    type: fact.type,
    account: fact.account,
    account_muxed_id: fact.accountMuxedId,
    from: fact.from,
    from_muxed_id: fact.fromMuxedId,
    asset: fact.asset,
    amount_stroops: fact.amount,
    balance_id: fact.balanceId,
  }),
  toFact: (row, operation) => ({
    ...operation,
    type: row.type,
    account: row.account,
    accountMuxedId: row.account_muxed_id,
    from: row.from,
    fromMuxedId: row.from_muxed_id,
    asset: row.asset,
    amount: row.amount_stroops,
    balanceId: row.balance_id,
  }),
});
