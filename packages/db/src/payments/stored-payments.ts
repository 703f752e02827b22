import {
  operationAt,
  type LedgerSequence,
  type OperationId,
  type PaymentFact,
  type TransactionFact,
} from '@stellar-insights/ledger';
import type { Row } from 'postgres';
import type { Fragment } from '../database.ts';
import { paymentFact, transactionFact } from '../facts/fact-rows.ts';
import { columnsOf, parseRow, readNames } from '../facts/table-rows.ts';
import { payments } from '../tables/payments.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';

export interface StoredPayment {
  readonly payment: PaymentFact;
  readonly transaction: TransactionFact;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
}

/** A row of `payments`, as `paymentColumns` selects it. */
export interface PaymentRow extends Row {
  readonly 'p ledger': LedgerSequence;
  readonly 'p position': number;
}

/** Payments from the beginning of a stretch. */
export interface Part {
  readonly rows: readonly PaymentRow[];
  /** The last payment that was examined; the rows lie before it. Null if they are all, or as many as were wanted. */
  readonly end: OperationId | null;
  /** How many rows were looked at, in the index where they were most. Of no meaning if as many fit as were wanted. */
  readonly examined: number;
  /** Whether none follows in other stretches. */
  readonly isLast?: boolean;
}

/** For a select list; the table is called `p`. */
export function paymentColumns(tx: Transaction): Fragment {
  return columnsOf(tx, payments, 'p');
}

export function idOf(row: PaymentRow): OperationId {
  return operationAt(row['p ledger'], row['p position']);
}

/**
 * Adds the transactions and the close times, which are read by their keys. A payment whose transaction is missing is left out:
 * retention drops the partitions of the two tables one after the other.
 */
export async function storedPayments(tx: Transaction, rows: readonly PaymentRow[]): Promise<StoredPayment[]> {
  if (rows.length === 0) return [];
  const transactionRows = await readTransactions(tx, rows);
  const joined = rows.flatMap((row) => {
    const transaction = transactionRows.get(transactionKeyOf(row));
    return transaction === undefined ? [] : [{ ...row, ...transaction }];
  });
  const names = await readNames(tx, { p: payments, t: transactions }, joined);
  return joined.map((row) => {
    const transaction = transactionFact(parseRow(transactions, 't', row, names));
    const payment = paymentFact(parseRow(payments, 'p', row, names), transaction.hash);
    return { payment, transaction, closedAt: row.closed_at.getTime() };
  });
}

interface TransactionRow extends Row {
  readonly 't ledger': LedgerSequence;
  readonly 't index': number;
  readonly closed_at: Date;
}

async function readTransactions(
  tx: Transaction,
  rows: readonly PaymentRow[],
): Promise<Map<string, TransactionRow>> {
  const oneOfEach = [...new Map(rows.map((row) => [transactionKeyOf(row), row])).values()];
  const ledgers = oneOfEach.map((row) => row['p ledger']);
  const indexes = oneOfEach.map((row) => row['p position'] >> 12);
  const { sql } = tx;
  // `offset 0` has each found by its key, where a join may read whole partitions. The range leaves most of them out.
  const found = await sql<TransactionRow[]>`
    select ${columnsOf(tx, transactions, 't')}, l.closed_at
    from unnest(${arrayOf(ledgers)}::text::int4[], ${arrayOf(indexes)}::text::int4[]) key (ledger, index), lateral (
      select * from transactions
      where ledger = key.ledger and index = key.index and ledger between ${Math.min(...ledgers)} and ${Math.max(...ledgers)}
      offset 0
    ) t, lateral (
      select closed_at from ledgers where sequence = key.ledger offset 0
    ) l`;
  return new Map(found.map((row) => [transactionKey(row['t ledger'], row['t index']), row]));
}

/** Its text, since no connection knows the types of arrays. */
function arrayOf(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}

function transactionKeyOf(row: PaymentRow): string {
  return transactionKey(row['p ledger'], row['p position'] >> 12);
}

function transactionKey(ledger: number, index: number): string {
  return `${ledger}-${index}`;
}
