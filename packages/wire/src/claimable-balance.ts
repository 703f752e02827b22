import type { ClaimableBalanceOperation } from '@stellar-insights/contract';
import type { ClaimableBalanceFact } from '@stellar-insights/ledger';
import { renderMemo } from './memo.ts';
import {
  MEMO_COLUMNS,
  OUTCOME_COLUMNS,
  PLACE_COLUMNS,
  renderOutcome,
  renderPlace,
  renderSender,
  SENDER_COLUMNS,
  type FactInLedger,
} from './operation.ts';
import { amount } from './values.ts';

/** One half of a payment in two steps, as REST answers it. */
export function renderClaimableBalance({
  fact,
  transaction,
  closedAt,
}: FactInLedger<ClaimableBalanceFact>): ClaimableBalanceOperation {
  return {
    ...renderPlace(fact, transaction, closedAt),
    memo: renderMemo(transaction.memo),
    type: fact.type,
    ...renderSender(fact),
    balance_id: fact.balanceId,
    asset: fact.asset,
    ...amount('amount', fact.amount),
    claimants: [...fact.claimants],
    ...renderOutcome(fact),
  };
}

/** The columns of `renderClaimableBalance` in CSV. */
export const CLAIMABLE_BALANCE_COLUMNS = [
  ...PLACE_COLUMNS,
  ...MEMO_COLUMNS,
  'type',
  ...SENDER_COLUMNS,
  'balance_id',
  'asset',
  'amount',
  'amount_stroops',
  'claimants',
  ...OUTCOME_COLUMNS,
] as const;
