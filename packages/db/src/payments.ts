import {
  ledgerOfOperation,
  positionOfOperation,
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
import { findIds } from './dictionary/index.ts';
import { paymentFact, transactionFact } from './facts/fact-rows.ts';
import { columnsOf, parseRow, readNames } from './facts/table-rows.ts';
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
export async function listPayments(
  tx: Transaction,
  { before, limit, ...filter }: PaymentListOptions,
): Promise<StoredPayment[]> {
  const where = await conditions(tx, filter);
  return where === null ? [] : selectPayments(tx, [...where, ...olderThan(tx, before)], limit);
}

/** Null if the payment is not stored. */
export async function readPayment(tx: Transaction, id: OperationId): Promise<StoredPayment | null> {
  const { sql } = tx;
  const own = sql`p.ledger = ${ledgerOfOperation(id)}::int8 and p.position = ${positionOfOperation(id)}::int8`;
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
    join transactions t on t.ledger = p.ledger and t.index = p.position >> 12
    join ledgers l on l.sequence = p.ledger
    where ${where.reduce((all, condition) => sql`${all} and ${condition}`, sql`true`)}
    order by p.ledger desc, p.position desc
    limit ${limit}`;
  const names = await readNames(tx, { p: payments, t: transactions }, rows);
  return rows.map((row) => {
    const transaction = transactionFact(parseRow(transactions, 't', row, names));
    const payment = paymentFact(parseRow(payments, 'p', row, names), transaction.hash);
    return { payment, transaction, closedAt: row.closed_at.getTime() };
  });
}

/** Null if nothing stored has one of the names. */
async function conditions(tx: Transaction, filter: PaymentFilter): Promise<Fragment[] | null> {
  const { sql } = tx;
  const { account, asset, transactionHash, memo, succeeded, reason } = filter;
  const ids = await findIds(tx, {
    accounts: account === undefined ? [] : [account],
    assets: asset === undefined ? [] : [asset],
    codes: reason === undefined ? [] : [reason],
  });
  const accountId = ids.accounts.get(account ?? '');
  const assetId = ids.assets.get(asset ?? '');
  const reasonId = ids.codes.get(reason ?? '');
  if (account !== undefined && accountId === undefined) return null;
  if (asset !== undefined && assetId === undefined) return null;
  if (reason !== undefined && reasonId === undefined) return null;
  const hash = transactionHash === undefined ? undefined : Buffer.from(transactionHash, 'hex');
  return [
    accountId === undefined ? undefined : sql`(p.source = ${accountId} or p.destination = ${accountId})`,
    assetId === undefined ? undefined : sql`(p.source_asset = ${assetId} or p.dest_asset = ${assetId})`,
    hash === undefined ? undefined : sql`(t.hash = ${hash} or t.inner_hash = ${hash})`,
    memo === undefined ? undefined : sql`t.memo = ${memo}`,
    succeeded === undefined ? undefined : sql`p.succeeded = ${succeeded}`,
    reasonId === undefined ? undefined : sql`p.failure_reason = ${reasonId}`,
  ].filter((condition) => condition !== undefined);
}

function olderThan({ sql }: Transaction, before: OperationId | undefined): Fragment[] {
  if (before === undefined) return [];
  const ledger = ledgerOfOperation(before);
  // The ledger alone says which partitions to read.
  return [
    sql`p.ledger <= ${ledger}::int8 and (p.ledger, p.position) < (${ledger}::int8, ${positionOfOperation(before)}::int8)`,
  ];
}
