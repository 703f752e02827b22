import { operationId, type OperationId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { allOf, type PaymentFilter } from './payment-filter.ts';
import { EXAMINED, type PaymentOrder } from './payment-order.ts';
import { paymentColumns, type Part, type PaymentRow } from './stored-payments.ts';

export interface TransactionQuestion {
  readonly order: PaymentOrder;
  /** It has a hash or a memo. */
  readonly filter: Pick<PaymentFilter, 'transactionHash' | 'memo'>;
  /** What must hold for a payment. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
}

/** The first `count` payments in the transactions with a hash or a memo. */
export async function readByTransaction(tx: Transaction, question: TransactionQuestion): Promise<Part> {
  const { order, conditions, count } = question;
  const { sql } = tx;
  const { direction } = order;
  // `offset 0` keeps the planner from joining the two tables in another way than transaction by transaction.
  const rows = await sql<PaymentRow[]>`
    select ${paymentColumns(tx)}
    from (${transactionsOf(tx, question)} limit ${EXAMINED}) t, lateral (
      select * from payments
      where ledger = t.ledger and position between t.index << 12 and (t.index << 12) + 4095
        and ${allOf(tx, [order.isBeyond, ...conditions])}
      offset 0
    ) p
    order by t.ledger ${direction}, p.position ${direction} limit ${count}`;
  const isWhole = rows.length === count || question.filter.transactionHash !== undefined;
  return { rows, end: isWhole ? null : await endOf(tx, question) };
}

/** The end of the last transaction that may be examined. Null if there are not so many. */
async function endOf(tx: Transaction, question: TransactionQuestion): Promise<OperationId | null> {
  const [last] = await tx.sql<{ ledger: number; index: number }[]>`
    ${transactionsOf(tx, question)} offset ${EXAMINED - 1} limit 1`;
  return last === undefined
    ? null
    : operationId(last.ledger, last.index, question.order.oldestFirst ? 4095 : 0);
}

/** In the order of the list. */
function transactionsOf({ sql }: Transaction, { order, filter }: TransactionQuestion): Fragment {
  const { direction } = order;
  const { transactionHash, memo } = filter;
  const sorted = sql`order by ledger ${direction}, index ${direction}`;
  const which = (condition: Fragment) => sql`
    select ledger, index from transactions where ${condition} and ${order.reachesBeyond}`;
  // The second half keeps the planner at the memo's index, as in `byIndexOf`.
  const hasMemo = memo === undefined ? sql`true` : sql`memo = ${memo} and memo || '' = ${memo}`;
  if (transactionHash === undefined) return sql`${which(hasMemo)} ${sorted}`;
  const hash = Buffer.from(transactionHash, 'hex');
  return sql`
    select * from (
      ${which(sql`hash = ${hash} and ${hasMemo}`)} union ${which(sql`inner_hash = ${hash} and ${hasMemo}`)}
    ) each ${sorted}`;
}
