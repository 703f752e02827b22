import type {
  ClaimableBalanceFact,
  LedgerHeaderFacts,
  PaymentFact,
  PaymentFailure,
  TradeFact,
  TransactionFact,
} from '@stellar-insights/ledger';
import type { claimableBalances } from '../tables/claimable-balances.ts';
import type { ledgers } from '../tables/ledgers.ts';
import type { payments } from '../tables/payments.ts';
import type { trades } from '../tables/trades.ts';
import type { transactions } from '../tables/transactions.ts';
import { memoColumns } from './memo-columns.ts';

/* From facts to rows; `row-facts.ts` goes the other way. */

export function ledgerRow({ closedAt, ...header }: LedgerHeaderFacts): typeof ledgers.$inferSelect {
  return { ...header, closedAt: new Date(closedAt) };
}

export function transactionRow({ memo, ...fact }: TransactionFact): typeof transactions.$inferSelect {
  return { ...fact, ...memoColumns(memo) };
}

export function paymentRow({
  transactionHash: _,
  failure,
  ...fact
}: PaymentFact): typeof payments.$inferSelect {
  return { ...fact, ...failureRow(failure) };
}

export function claimableBalanceRow({
  transactionHash: _,
  failure,
  ...fact
}: ClaimableBalanceFact): typeof claimableBalances.$inferSelect {
  return { ...fact, ...failureRow(failure) };
}

export function tradeRow({ maker, ...fact }: TradeFact): typeof trades.$inferSelect {
  return maker.type === 'offer'
    ? { ...fact, seller: maker.seller, offerId: maker.offerId, pool: null }
    : { ...fact, seller: null, offerId: null, pool: maker.pool };
}

function failureRow(failure: PaymentFailure | null) {
  return {
    failureReason: failure?.reason ?? null,
    failureBlame: failure?.blame ?? null,
    causeIndex: failure?.cause?.operationIndex ?? null,
    causeCode: failure?.cause?.code ?? null,
  };
}
