import {
  ledgerOfOperation,
  type AccountId,
  type AssetId,
  type Hash,
  type OperationId,
  type PaymentFact,
  type ResultCode,
  type TransactionFact,
} from '@stellar-insights/ledger';
import type { Row } from 'postgres';
import type { Fragment } from './database.ts';
import { paymentFact, transactionFact } from './facts/fact-rows.ts';
import { columnsOf, parseRow } from './facts/table-rows.ts';
import { payments } from './tables/payments.ts';
import { transactions } from './tables/transactions.ts';
import type { Transaction } from './transaction.ts';

export interface StoredPayment {
  readonly payment: PaymentFact;
  readonly transaction: TransactionFact;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
}

export interface PaymentFilter {
  /** Source or destination. */
  readonly account?: AccountId | undefined;
  /** Source or destination asset. */
  readonly asset?: AssetId | undefined;
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  /** The whole memo as text: its text, its id in decimal, or its hash in hex. */
  readonly memo?: string | undefined;
  readonly succeeded?: boolean | undefined;
  readonly reason?: ResultCode | undefined;
}

export interface PaymentListOptions extends PaymentFilter {
  /** Only payments before this operation. */
  readonly before?: OperationId | undefined;
  readonly limit: number;
}

/** Newest first; `create_account` and `account_merge` are included. */
export function listPayments(
  tx: Transaction,
  { before, limit, ...filter }: PaymentListOptions,
): Promise<StoredPayment[]> {
  return selectPayments(tx, [...conditions(tx, filter), ...olderThan(tx, before)], limit);
}

/** Null if the payment is not stored. */
export async function readPayment(tx: Transaction, id: OperationId): Promise<StoredPayment | null> {
  const { sql } = tx;
  // The ledger in the id says which partition to read.
  const own = sql`p.ledger = ${ledgerOfOperation(id)} and p.operation_id = ${id}`;
  const [payment] = await selectPayments(tx, [own], 1);
  return payment ?? null;
}

async function selectPayments(
  tx: Transaction,
  where: readonly Fragment[],
  limit: number,
): Promise<StoredPayment[]> {
  const { sql } = tx;
  const rows = await sql<(Row & { readonly closed_at: Date })[]>`
    select ${columnsOf(tx, payments, 'p')}, ${columnsOf(tx, transactions, 't')}, l.closed_at
    from payments p
    join transactions t on t.ledger = p.ledger and t.index = p.transaction_index
    join ledgers l on l.sequence = p.ledger
    where ${where.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`)}
    order by p.ledger desc, p.operation_id desc
    limit ${limit}`;
  return rows.map((row) => {
    const transaction = transactionFact(parseRow(transactions, 't', row));
    const payment = paymentFact(parseRow(payments, 'p', row), transaction.hash);
    return { payment, transaction, closedAt: row.closed_at.getTime() };
  });
}

function conditions({ sql }: Transaction, filter: PaymentFilter): Fragment[] {
  const { account, asset, transactionHash, memo, succeeded, reason } = filter;
  const hash = transactionHash === undefined ? undefined : Buffer.from(transactionHash, 'hex');
  return [
    account === undefined ? undefined : sql`(p.source = ${account} or p.destination = ${account})`,
    asset === undefined ? undefined : sql`(p.source_asset = ${asset} or p.dest_asset = ${asset})`,
    hash === undefined ? undefined : sql`(t.hash = ${hash} or t.inner_hash = ${hash})`,
    memo === undefined ? undefined : sql`t.memo = ${memo}`,
    succeeded === undefined ? undefined : sql`p.succeeded = ${succeeded}`,
    reason === undefined ? undefined : sql`p.failure_reason = ${reason}`,
  ].filter((condition) => condition !== undefined);
}

function olderThan({ sql }: Transaction, before: OperationId | undefined): Fragment[] {
  if (before === undefined) return [];
  return [sql`p.ledger <= ${ledgerOfOperation(before)} and p.operation_id < ${before}`];
}
