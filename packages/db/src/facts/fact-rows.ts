import {
  operationAt,
  positionOfOperation,
  type ClaimableBalanceFact,
  type Hash,
  type LedgerHeaderFacts,
  type PaymentFact,
  type PaymentFailure,
  type TradeFact,
  type TransactionFact,
} from '@stellar-insights/ledger';
import type { claimableBalances } from '../tables/claimable-balances.ts';
import type { ledgers } from '../tables/ledgers.ts';
import type { payments } from '../tables/payments.ts';
import type { trades } from '../tables/trades.ts';
import type { transactions } from '../tables/transactions.ts';
import { memoColumns, memoOf } from './memo-columns.ts';

/* Each kind of fact as a row of its table, and back. */

type LedgerRow = typeof ledgers.$inferSelect;
type TransactionRow = typeof transactions.$inferSelect;
type PaymentRow = typeof payments.$inferSelect;
type ClaimableBalanceRow = typeof claimableBalances.$inferSelect;
type TradeRow = typeof trades.$inferSelect;
type FailureColumns = Pick<PaymentRow, 'failureReason' | 'failureBlame' | 'causeIndex' | 'causeCode'>;

export function ledgerRow({ closedAt, ...header }: LedgerHeaderFacts): LedgerRow {
  return { ...header, closedAt: new Date(closedAt) };
}

export function ledgerFact({ closedAt, ...header }: LedgerRow): LedgerHeaderFacts {
  return { ...header, closedAt: closedAt.getTime() };
}

export function transactionRow({ memo, ...fact }: TransactionFact): TransactionRow {
  return { ...fact, ...memoColumns(memo) };
}

export function transactionFact({ memoType, memo, memoBytes, ...fact }: TransactionRow): TransactionFact {
  return { ...fact, memo: memoOf({ memoType, memo, memoBytes }) };
}

/** Column by column: of all kinds of facts, payments are the most. */
export function paymentRow(fact: PaymentFact): PaymentRow {
  const { failure } = fact;
  return {
    fixedAmount: fact.fixedAmount,
    limitAmount: fact.limitAmount,
    sentAmount: fact.sentAmount,
    deliveredAmount: fact.deliveredAmount,
    ledger: fact.ledger,
    position: positionOfOperation(fact.operationId),
    source: fact.source,
    destination: fact.destination,
    sourceAsset: fact.sourceAsset,
    destAsset: fact.destAsset,
    operationResult: fact.operationResult,
    failureReason: failure?.reason ?? null,
    causeCode: failure?.cause?.code ?? null,
    causeIndex: failure?.cause?.operationIndex ?? null,
    failureBlame: failure?.blame ?? null,
    type: fact.type,
    fixedSide: fact.fixedSide,
    succeeded: fact.succeeded,
    isSelfPayment: fact.isSelfPayment,
    isCycle: fact.isCycle,
    path: unlessEmpty(fact.path),
    sourceMuxedId: fact.sourceMuxedId,
    destinationMuxedId: fact.destinationMuxedId,
  };
}

export function paymentFact(row: PaymentRow, transactionHash: Hash): PaymentFact {
  const { position, path, failureReason, failureBlame, causeIndex, causeCode, ...fact } = row;
  const failure = failureOf({ failureReason, failureBlame, causeIndex, causeCode });
  return {
    ...fact,
    operationId: operationAt(fact.ledger, position),
    transactionIndex: position >>> 12,
    operationIndex: position & 0xfff,
    transactionHash,
    path: path ?? [],
    failure,
  };
}

export function claimableBalanceRow(fact: ClaimableBalanceFact): ClaimableBalanceRow {
  const { transactionHash: _, operationId: id, failure, claimants, ...columns } = fact;
  return {
    ...columns,
    position: positionOfOperation(id),
    claimants: unlessEmpty(claimants),
    ...failureColumns(failure),
  };
}

export function claimableBalanceFact(row: ClaimableBalanceRow, transactionHash: Hash): ClaimableBalanceFact {
  const { position, claimants, failureReason, failureBlame, causeIndex, causeCode, ...fact } = row;
  const failure = failureOf({ failureReason, failureBlame, causeIndex, causeCode });
  const id = operationAt(fact.ledger, position);
  return { ...fact, operationId: id, transactionHash, claimants: claimants ?? [], failure };
}

export function tradeRow({ maker, operationId: id, ...fact }: TradeFact): TradeRow {
  const columns = { ...fact, position: positionOfOperation(id) };
  return maker.type === 'offer'
    ? { ...columns, seller: maker.seller, offerId: maker.offerId, pool: null }
    : { ...columns, seller: null, offerId: null, pool: maker.pool };
}

export function tradeFact({ position, seller, offerId, pool, ...columns }: TradeRow): TradeFact {
  const fact = { ...columns, operationId: operationAt(columns.ledger, position) };
  if (pool !== null) return { ...fact, maker: { type: 'pool', pool } };
  if (seller === null || offerId === null) throw new TypeError(`trade ${fact.operationId} has no maker`);
  return { ...fact, maker: { type: 'offer', seller, offerId } };
}

function unlessEmpty<Name>(names: readonly Name[]): Name[] | null {
  return names.length === 0 ? null : [...names];
}

function failureColumns(failure: PaymentFailure | null): FailureColumns {
  return {
    failureReason: failure?.reason ?? null,
    failureBlame: failure?.blame ?? null,
    causeIndex: failure?.cause?.operationIndex ?? null,
    causeCode: failure?.cause?.code ?? null,
  };
}

function failureOf(columns: FailureColumns): PaymentFailure | null {
  const { failureReason: reason, failureBlame: blame, causeIndex, causeCode: code } = columns;
  if (reason === null || blame === null) return null;
  const cause = causeIndex === null || code === null ? null : { operationIndex: causeIndex, code };
  return { reason, cause, blame };
}
