import type { Hash, LedgerHeaderFacts, LedgerSequence, Stroops } from '@stellar-insights/ledger';
import { int32, int64Of, textOf, timestamp, uint32Of } from './columns.ts';
import { lakeTable, type LakeTable } from './lake-table.ts';

export const ledgers: LakeTable<LedgerHeaderFacts> = lakeTable({
  name: 'ledgers',
  columns: {
    sequence: uint32Of<LedgerSequence>(),
    hash: textOf<Hash>(),
    previous_hash: textOf<Hash>(),
    closed_at: timestamp,
    protocol_version: int32,
    base_fee: int64Of<Stroops>(),
    base_reserve: int64Of<Stroops>(),
    total_coins: int64Of<Stroops>(),
    fee_pool: int64Of<Stroops>(),
  },
  ledger: 'sequence',
  factsOf: ({ header }) => [header],
  toRow: (fact: LedgerHeaderFacts) => ({
    sequence: fact.sequence,
    hash: fact.hash,
    previous_hash: fact.previousHash,
    closed_at: fact.closedAt,
    protocol_version: fact.protocolVersion,
    base_fee: fact.baseFee,
    base_reserve: fact.baseReserve,
    total_coins: fact.totalCoins,
    fee_pool: fact.feePool,
  }),
  toFact: (row) => ({
    sequence: row.sequence,
    hash: row.hash,
    previousHash: row.previous_hash,
    closedAt: row.closed_at,
    protocolVersion: row.protocol_version,
    baseFee: row.base_fee,
    baseReserve: row.base_reserve,
    totalCoins: row.total_coins,
    feePool: row.fee_pool,
  }),
});
