import type { AccountId, AssetId, PoolId, Stroops, TrustlineOperationFact } from '@stellar-insights/ledger';
import { int64Of, nullable, textOf, uint32Of, uint64 } from './columns.ts';
import type { LakeTable } from './lake-table.ts';
import { operationTable } from './operation-table.ts';

export const trustlineOperations: LakeTable<TrustlineOperationFact> = operationTable({
  name: 'trustline_operations',
  columns: {
    type: textOf<TrustlineOperationFact['type']>(),
    account: textOf<AccountId>(),
    account_muxed_id: nullable(uint64),
    trustor: textOf<AccountId>(),
    asset: nullable(textOf<AssetId>()),
    pool_id: nullable(textOf<PoolId>()),
    pool_asset_a: nullable(textOf<AssetId>()),
    pool_asset_b: nullable(textOf<AssetId>()),
    limit_stroops: nullable(int64Of<Stroops>()),
    set_flags: nullable(uint32Of()),
    clear_flags: nullable(uint32Of()),
  },
  factsOf: ({ trustlineOperations: facts }) => facts,
  toRow: (fact) => ({
    type: fact.type,
    account: fact.account,
    account_muxed_id: fact.accountMuxedId,
    trustor: fact.trustor,
    asset: fact.asset,
    pool_id: fact.pool,
    pool_asset_a: fact.poolAssets?.[0] ?? null,
    pool_asset_b: fact.poolAssets?.[1] ?? null,
    limit_stroops: fact.limit,
    set_flags: fact.setFlags,
    clear_flags: fact.clearFlags,
  }),
  toFact: ({ pool_asset_a: assetA, pool_asset_b: assetB, ...row }, operation) => ({
    ...operation,
    type: row.type,
    account: row.account,
    accountMuxedId: row.account_muxed_id,
    trustor: row.trustor,
    asset: row.asset,
    pool: row.pool_id,
    poolAssets: assetA === null || assetB === null ? null : [assetA, assetB],
    limit: row.limit_stroops,
    setFlags: row.set_flags,
    clearFlags: row.clear_flags,
  }),
});
