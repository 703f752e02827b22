import type { Clawback } from '@stellar-insights/contract';
import type { ClawbackFact } from '@stellar-insights/ledger';
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

/** A clawback as REST answers it. */
export function renderClawback({ fact, transaction, closedAt }: FactInLedger<ClawbackFact>): Clawback {
  return {
    ...renderPlace(fact, transaction, closedAt),
    memo: renderMemo(transaction.memo),
    type: fact.type,
    ...renderSender(fact),
    from: fact.from,
    from_muxed_id: fact.fromMuxedId?.toString() ?? null,
    asset: fact.asset,
    ...amount('amount', fact.amount),
    balance_id: fact.balanceId,
    ...renderOutcome(fact),
  };
}

/** The columns of `renderClawback` in CSV. */
export const CLAWBACK_COLUMNS = [
  ...PLACE_COLUMNS,
  ...MEMO_COLUMNS,
  'type',
  ...SENDER_COLUMNS,
  'from',
  'from_muxed_id',
  'asset',
  'amount',
  'amount_stroops',
  'balance_id',
  ...OUTCOME_COLUMNS,
] as const;
