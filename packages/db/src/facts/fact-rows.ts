import {
  operationAt,
  positionOfOperation,
  type ClaimableBalanceFact,
  type ClawbackFact,
  type ContractTransferFact,
  type Hash,
  type LedgerHeaderFacts,
  type PaymentFact,
  type PaymentFailure,
  type PoolOperationFact,
  type TradeFact,
  type TransactionFact,
  type TrustlineOperationFact,
} from '@stellar-insights/ledger';
import type { claimableBalances } from '../tables/claimable-balances.ts';
import type { clawbacks } from '../tables/clawbacks.ts';
import type { contractTransfers } from '../tables/contract-transfers.ts';
import type { ledgers } from '../tables/ledgers.ts';
import type { payments } from '../tables/payments.ts';
import type { poolOperations } from '../tables/pool-operations.ts';
import type { trades } from '../tables/trades.ts';
import type { transactions } from '../tables/transactions.ts';
import type { trustlineOperations } from '../tables/trustline-operations.ts';
import { FACTS_VERSION } from './facts-version.ts';
import { memoColumns, memoOf } from './memo-columns.ts';

/* Each kind of fact as a row of its table, and back. */

type LedgerRow = typeof ledgers.$inferSelect;
type TransactionRow = typeof transactions.$inferSelect;
type PaymentRow = typeof payments.$inferSelect;
type ClaimableBalanceRow = typeof claimableBalances.$inferSelect;
type ClawbackRow = typeof clawbacks.$inferSelect;
type ContractTransferRow = typeof contractTransfers.$inferSelect;
type TrustlineOperationRow = typeof trustlineOperations.$inferSelect;
type PoolOperationRow = typeof poolOperations.$inferSelect;
type TradeRow = typeof trades.$inferSelect;
type FailureColumns = Pick<PaymentRow, 'failureReason' | 'failureBlame' | 'causeIndex' | 'causeCode'>;

export function ledgerRow({ closedAt, ...header }: LedgerHeaderFacts): LedgerRow {
  return { ...header, closedAt: new Date(closedAt), factsVersion: FACTS_VERSION };
}

export function ledgerFact({ closedAt, factsVersion: _, ...header }: LedgerRow): LedgerHeaderFacts {
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

export function clawbackRow(fact: ClawbackFact): ClawbackRow {
  const { transactionHash: _, operationId: id, failure, ...columns } = fact;
  return { ...columns, position: positionOfOperation(id), ...failureColumns(failure) };
}

export function clawbackFact(row: ClawbackRow, transactionHash: Hash): ClawbackFact {
  const { position, failureReason, failureBlame, causeIndex, causeCode, ...fact } = row;
  const failure = failureOf({ failureReason, failureBlame, causeIndex, causeCode });
  return { ...fact, operationId: operationAt(fact.ledger, position), transactionHash, failure };
}

export function contractTransferRow(fact: ContractTransferFact): ContractTransferRow {
  const { transactionHash: _, operationId: id, failure, ...columns } = fact;
  return { ...columns, position: positionOfOperation(id), ...failureColumns(failure) };
}

export function contractTransferFact(row: ContractTransferRow, transactionHash: Hash): ContractTransferFact {
  const { position, failureReason, failureBlame, causeIndex, causeCode, ...fact } = row;
  const failure = failureOf({ failureReason, failureBlame, causeIndex, causeCode });
  return { ...fact, operationId: operationAt(fact.ledger, position), transactionHash, failure };
}

export function trustlineOperationRow(fact: TrustlineOperationFact): TrustlineOperationRow {
  const { transactionHash: _, operationId: id, failure, poolAssets, ...columns } = fact;
  const [poolAssetA = null, poolAssetB = null] = poolAssets ?? [];
  return {
    ...columns,
    position: positionOfOperation(id),
    poolAssetA,
    poolAssetB,
    ...failureColumns(failure),
  };
}

export function trustlineOperationFact(
  row: TrustlineOperationRow,
  transactionHash: Hash,
): TrustlineOperationFact {
  const { position, poolAssetA, poolAssetB, failureReason, failureBlame, causeIndex, causeCode, ...fact } =
    row;
  const failure = failureOf({ failureReason, failureBlame, causeIndex, causeCode });
  const id = operationAt(fact.ledger, position);
  const poolAssets = poolAssetA === null || poolAssetB === null ? null : ([poolAssetA, poolAssetB] as const);
  return { ...fact, operationId: id, transactionHash, poolAssets, failure };
}

export function poolOperationRow(fact: PoolOperationFact): PoolOperationRow {
  const { transactionHash: _, operationId: id, failure, ...columns } = fact;
  return { ...columns, position: positionOfOperation(id), ...failureColumns(failure) };
}

export function poolOperationFact(row: PoolOperationRow, transactionHash: Hash): PoolOperationFact {
  const { position, failureReason, failureBlame, causeIndex, causeCode, ...fact } = row;
  const failure = failureOf({ failureReason, failureBlame, causeIndex, causeCode });
  return { ...fact, operationId: operationAt(fact.ledger, position), transactionHash, failure };
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
