import { eq, lt, lte, or, type SQL } from 'drizzle-orm';
import {
  ledgerOfOperation,
  type AccountId,
  type AssetId,
  type Hash,
  type OperationId,
  type ResultCode,
} from '@stellar-insights/ledger';
import { payments } from '../tables/payments.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';
import { selectPayments, type StoredPayment } from './stored-payment.ts';

export interface PaymentFilter {
  /** Source or destination. */
  readonly account?: AccountId | undefined;
  /** Source or destination asset. */
  readonly asset?: AssetId | undefined;
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** The whole memo as it reads: text, id in decimal, or hash in hex. */
  readonly memo?: string | undefined;
  readonly succeeded?: boolean | undefined;
  readonly reason?: ResultCode | undefined;
}

export interface PaymentListOptions extends PaymentFilter {
  /** Only what comes before this operation. */
  readonly before?: OperationId | undefined;
  readonly limit: number;
}

/** Newest first; `create_account` and `account_merge` among them. */
export function listPayments(
  tx: Transaction,
  { before, limit, ...filter }: PaymentListOptions,
): Promise<StoredPayment[]> {
  return selectPayments(tx, [...conditions(filter), ...olderThan(before)], limit);
}

function conditions({
  account,
  asset,
  transactionHash,
  memo,
  succeeded,
  reason,
}: PaymentFilter): (SQL | undefined)[] {
  return [
    account && or(eq(payments.source, account), eq(payments.destination, account)),
    asset && or(eq(payments.sourceAsset, asset), eq(payments.destAsset, asset)),
    transactionHash &&
      or(eq(transactions.hash, transactionHash), eq(transactions.innerHash, transactionHash)),
    memo === undefined ? undefined : eq(transactions.memo, memo),
    succeeded === undefined ? undefined : eq(payments.succeeded, succeeded),
    reason && eq(payments.failureReason, reason),
  ];
}

function olderThan(before: OperationId | undefined): SQL[] {
  return before === undefined
    ? []
    : [lte(payments.ledger, ledgerOfOperation(before)), lt(payments.operationId, before)];
}
