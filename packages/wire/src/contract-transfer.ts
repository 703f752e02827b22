import type { ContractTransfer } from '@stellar-insights/contract';
import type { ContractTransferFact } from '@stellar-insights/ledger';
import { renderMemo } from './memo.ts';
import {
  MEMO_COLUMNS,
  OUTCOME_COLUMNS,
  PLACE_COLUMNS,
  renderOutcome,
  renderPartId,
  renderPlace,
  type FactInLedger,
} from './operation.ts';
import { knownAmount } from './values.ts';

/** What a Stellar Asset Contract moved, as REST answers it. */
export function renderContractTransfer({
  fact,
  transaction,
  closedAt,
}: FactInLedger<ContractTransferFact>): ContractTransfer {
  return {
    id: renderPartId(fact),
    ...renderPlace(fact, transaction, closedAt),
    memo: renderMemo(transaction.memo),
    type: fact.type,
    contract: fact.contract,
    asset: fact.asset,
    from: fact.from,
    to: fact.to,
    to_muxed_id: fact.toMuxedId?.toString() ?? null,
    ...knownAmount('amount', fact.amount),
    is_hashed: fact.isHashed,
    ...renderOutcome(fact),
  };
}

/** The columns of `renderContractTransfer` in CSV. */
export const CONTRACT_TRANSFER_COLUMNS = [
  'id',
  ...PLACE_COLUMNS,
  ...MEMO_COLUMNS,
  'type',
  'contract',
  'asset',
  'from',
  'to',
  'to_muxed_id',
  'amount',
  'amount_stroops',
  'is_hashed',
  ...OUTCOME_COLUMNS,
] as const;
