import type { OperationId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { allOf } from './payment-filter.ts';
import { EXAMINED, type PaymentOrder } from './payment-order.ts';
import { idOf, paymentColumns, type Part, type PaymentRow } from './stored-payments.ts';

export interface IndexQuestion {
  readonly order: PaymentOrder;
  /** Conditions that an index serves each; the list is their union. */
  readonly branches: readonly Fragment[];
  /** What must hold besides. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
}

/**
 * The first `count` payments of the list. Each branch is read in its own order, and no further than it must be: a single
 * condition with `or` would read all rows of the account or asset, and sort them.
 */
export async function readByIndex(tx: Transaction, question: IndexQuestion): Promise<Part> {
  const { order, branches, conditions, count } = question;
  const { sql } = tx;
  const parts = branches.map((branch) =>
    conditions.length === 0
      ? sql`(${inOrder(tx, order, branch)} limit ${count})`
      : sql`(select * from (${inOrder(tx, order, branch)} limit ${EXAMINED}) examined
             where ${allOf(tx, conditions)} ${order.sorted} limit ${count})`,
  );
  const rows = await sql<PaymentRow[]>`
    select ${paymentColumns(tx)} from (
      select distinct on (ledger, position) * from (${unionOf(tx, parts)}) each ${order.sorted} limit ${count}
    ) p ${order.sorted}`;
  const isFull = rows.length === count;
  if (conditions.length === 0 || (isFull && branches.length === 1)) return { rows, end: null };
  const end = await endOf(tx, question);
  if (end === null) return { rows, end };
  // Beyond it, one of the branches was not examined, though another one may have filled the page from there.
  const certain = rows.filter((row) => order.isNotBeyond(idOf(row), end));
  return { rows: certain, end: certain.length === count ? null : end };
}

/** The payment at which the first of the branches has examined all rows that it may. Null if none has so many. */
async function endOf(tx: Transaction, { order, branches }: IndexQuestion): Promise<OperationId | null> {
  const { sql } = tx;
  const lasts = branches.map((branch) => sql`(${inOrder(tx, order, branch)} offset ${EXAMINED - 1} limit 1)`);
  const [end] = await sql<PaymentRow[]>`
    select ${paymentColumns(tx)} from (${unionOf(tx, lasts)}) p ${order.sorted} limit 1`;
  return end === undefined ? null : idOf(end);
}

function inOrder({ sql }: Transaction, order: PaymentOrder, branch: Fragment): Fragment {
  return sql`select * from payments where ${branch} and ${order.isCovered} ${order.sorted}`;
}

function unionOf({ sql }: Transaction, [first, ...others]: readonly Fragment[]): Fragment {
  return others.reduce((all, part) => sql`${all} union all ${part}`, first ?? sql``);
}
