import {
  ledgerOfOperation,
  operationAt,
  positionOfOperation,
  type OperationId,
} from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { allOf, type PaymentFilter } from './payment-filter.ts';
import type { PaymentOrder } from './payment-order.ts';
import { paymentColumns, type Part, type PaymentRow } from './stored-payments.ts';

export interface TransactionQuestion {
  readonly order: PaymentOrder;
  /** It has a hash or a memo. */
  readonly filter: Pick<PaymentFilter, 'transactionHash' | 'memo'>;
  /** What must hold for a payment. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
  /** How many transactions may be looked at. */
  readonly most: number;
}

interface TransactionKey {
  readonly ledger: number;
  readonly index: number;
}

/** The first `count` payments in the transactions with a hash or a memo. */
export async function readByTransaction(tx: Transaction, question: TransactionQuestion): Promise<Part> {
  const { filter, count } = question;
  if (filter.transactionHash === undefined) {
    const transactions = transactionsWithMemo(tx, question);
    const rows = await paymentsIn(tx, transactions, question);
    if (rows.length === count) return { rows, end: null, examined: 0 };
    return { rows, ...(await lookedAt(tx, transactions, question)) };
  }
  const keys = await keysWithHash(tx, question);
  if (keys.length === 0) return { rows: [], end: null, examined: 0 };
  const ledgers = keys.map(({ ledger }) => ledger);
  const inPartition = tx.sql`ledger between ${Math.min(...ledgers)} and ${Math.max(...ledgers)}`;
  const conditions = [inPartition, ...question.conditions];
  const rows = await paymentsIn(tx, theseTransactions(tx, keys), { ...question, conditions });
  return { rows, end: null, examined: 0, isLast: true };
}

/** `transactions`: a select of keys, in the order of the list. */
function paymentsIn(
  tx: Transaction,
  transactions: Fragment,
  { order, conditions, count }: TransactionQuestion,
): Promise<PaymentRow[]> {
  const { direction, isCovered } = order;
  // `offset 0` keeps the planner from joining the two tables in another way than transaction by transaction.
  return tx.sql<PaymentRow[]>`
    select ${paymentColumns(tx)}
    from (${transactions}) t, lateral (
      select * from payments
      where ledger = t.ledger and position between t.index << 12 and (t.index << 12) + 4095
        and ${allOf(tx, [isCovered, ...conditions])}
      offset 0
    ) p
    order by t.ledger ${direction}, p.position ${direction} limit ${count}`;
}

/** By its outer or inner hash: one, or none. Read first, so that its ledger says which partition to read. */
async function keysWithHash(
  { sql }: Transaction,
  { filter, order }: TransactionQuestion,
): Promise<TransactionKey[]> {
  const hash = Buffer.from(filter.transactionHash ?? '', 'hex');
  const hasMemo = filter.memo === undefined ? sql`` : sql`and memo = ${filter.memo}`;
  return await sql<TransactionKey[]>`
    select ledger, index from transactions where hash = ${hash} and ${order.isInLedgers} ${hasMemo}
    union all
    select ledger, index from transactions where inner_hash = ${hash} and ${order.isInLedgers} ${hasMemo}`;
}

function theseTransactions({ sql }: Transaction, keys: readonly TransactionKey[]): Fragment {
  const ledgers = `{${keys.map(({ ledger }) => ledger).join(',')}}`;
  const indexes = `{${keys.map(({ index }) => index).join(',')}}`;
  return sql`select * from unnest(${ledgers}::text::int4[], ${indexes}::text::int4[]) key (ledger, index)`;
}

/** Those that may be examined. */
function transactionsWithMemo({ sql }: Transaction, { order, filter, most }: TransactionQuestion): Fragment {
  const { direction, reachesCovered } = order;
  const { memo = null } = filter;
  // The second half keeps the planner at the memo's index, as in `byIndexOf`.
  return sql`
    select ledger, index from transactions
    where memo = ${memo} and memo || '' = ${memo} and ${reachesCovered}
    order by ledger ${direction}, index ${direction} limit ${most}`;
}

/** `end`: that of the last transaction that may be examined. Null if there are not so many. */
async function lookedAt(
  { sql }: Transaction,
  transactions: Fragment,
  { order: { oldestFirst }, most }: TransactionQuestion,
): Promise<Pick<Part, 'end' | 'examined'>> {
  const last = sql.unsafe(oldestFirst ? 'max' : 'min');
  const [row] = await sql<{ examined: number; last: OperationId }[]>`
    select count(*)::int4 as examined, ${last}((ledger::int8 << 32) | (index << 12)) as last from (${transactions}) t`;
  if (row === undefined || row.examined < most) return { end: null, examined: row?.examined ?? 0 };
  const end = operationAt(
    ledgerOfOperation(row.last),
    positionOfOperation(row.last) + (oldestFirst ? 4095 : 0),
  );
  return { end, examined: row.examined };
}
