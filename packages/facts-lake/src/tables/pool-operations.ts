import type { AccountId, PoolId, PoolOperationFact, Stroops } from '@stellar-insights/ledger';
import { int64Of, nullable, textOf, uint64 } from './columns.ts';
import type { LakeTable } from './lake-table.ts';
import { operationTable } from './operation-table.ts';

export const poolOperations: LakeTable<PoolOperationFact> = operationTable({
  name: 'pool_operations',
  columns: {
    type: textOf<PoolOperationFact['type']>(),
    account: textOf<AccountId>(),
    account_muxed_id: nullable(uint64),
    pool_id: textOf<PoolId>(),
    shares_stroops: nullable(int64Of<Stroops>()),
    limit_a_stroops: int64Of<Stroops>(),
    limit_b_stroops: int64Of<Stroops>(),
  },
  factsOf: ({ poolOperations: facts }) => facts,
  toRow: (fact) => ({
    type: fact.type,
    account: fact.account,
    account_muxed_id: fact.accountMuxedId,
    pool_id: fact.pool,
    shares_stroops: fact.shares,
    limit_a_stroops: fact.limitA,
    limit_b_stroops: fact.limitB,
  }),
  toFact: (row, operation) => ({
    ...operation,
    type: row.type,
    account: row.account,
    accountMuxedId: row.account_muxed_id,
    pool: row.pool_id,
    shares: row.shares_stroops,
    limitA: row.limit_a_stroops,
    limitB: row.limit_b_stroops,
  }),
});
