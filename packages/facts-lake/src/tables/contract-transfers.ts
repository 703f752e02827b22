import type { Address, AssetId, ContractId, ContractTransferFact } from '@stellar-insights/ledger';
import { boolean, decimal, int32, nullable, textOf, uint64, type RowOf } from './columns.ts';
import type { LakeTable } from './lake-table.ts';
import { operationTable } from './operation-table.ts';

/** An int128 can have 39 digits; a decimal column has 38 at most. */
const amountColumns = {
  amount: nullable(decimal(38)),
  /** Only of an amount that the column before cannot hold. */
  amount_text: nullable(textOf()),
};
const LARGEST_DECIMAL = 10n ** 38n - 1n;

export const contractTransfers: LakeTable<ContractTransferFact> = operationTable({
  name: 'contract_transfers',
  columns: {
    order: int32,
    type: textOf<ContractTransferFact['type']>(),
    contract: textOf<ContractId>(),
    asset: textOf<AssetId>(),
    from: nullable(textOf<Address>()),
    to: nullable(textOf<Address>()),
    to_muxed_id: nullable(uint64),
    ...amountColumns,
    is_hashed: boolean,
  },
  factsOf: ({ contractTransfers: facts }) => facts,
  toRow: (fact) => ({
    order: fact.order,
    type: fact.type,
    contract: fact.contract,
    asset: fact.asset,
    from: fact.from,
    to: fact.to,
    to_muxed_id: fact.toMuxedId,
    ...amountRow(fact.amount),
    is_hashed: fact.isHashed,
  }),
  toFact: (row, operation) => ({
    ...operation,
    order: row.order,
    type: row.type,
    contract: row.contract,
    asset: row.asset,
    from: row.from,
    to: row.to,
    toMuxedId: row.to_muxed_id,
    amount: row.amount ?? BigInt(row.amount_text ?? 0),
    isHashed: row.is_hashed,
  }),
});

function amountRow(amount: bigint): RowOf<typeof amountColumns> {
  return amount > LARGEST_DECIMAL || amount < -LARGEST_DECIMAL
    ? { amount: null, amount_text: amount.toString() }
    : { amount, amount_text: null };
}
