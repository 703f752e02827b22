import type {
  ClaimableBalanceFact,
  Hash,
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
import { memoOf } from './memo-columns.ts';

export function ledgerFact({ closedAt, ...header }: typeof ledgers.$inferSelect): LedgerHeaderFacts {
  return { ...header, closedAt: closedAt.getTime() };
}

export function transactionFact({
  memoType,
  memo,
  memoBytes,
  ...fact
}: typeof transactions.$inferSelect): TransactionFact {
  return { ...fact, memo: memoOf({ memoType, memo, memoBytes }) };
}

export function paymentFact(row: typeof payments.$inferSelect, transactionHash: Hash): PaymentFact {
  const { failureReason: _, failureBlame: __, causeIndex: ___, causeCode: ____, ...fact } = row;
  return { ...fact, transactionHash, failure: failureOf(row) };
}

export function claimableBalanceFact(
  row: typeof claimableBalances.$inferSelect,
  transactionHash: Hash,
): ClaimableBalanceFact {
  const { failureReason: _, failureBlame: __, causeIndex: ___, causeCode: ____, ...fact } = row;
  return { ...fact, transactionHash, failure: failureOf(row) };
}

export function tradeFact({ seller, offerId, pool, ...fact }: typeof trades.$inferSelect): TradeFact {
  if (pool !== null) return { ...fact, maker: { type: 'pool', pool } };
  if (seller === null || offerId === null) throw new TypeError(`trade ${fact.operationId} has no maker`);
  return { ...fact, maker: { type: 'offer', seller, offerId } };
}

type FailureRow = Pick<
  typeof payments.$inferSelect,
  'failureReason' | 'failureBlame' | 'causeIndex' | 'causeCode'
>;

function failureOf({
  failureReason,
  failureBlame,
  causeIndex,
  causeCode,
}: FailureRow): PaymentFailure | null {
  if (failureReason === null || failureBlame === null) return null;
  const cause =
    causeIndex === null || causeCode === null ? null : { operationIndex: causeIndex, code: causeCode };
  return { reason: failureReason, cause, blame: failureBlame };
}
