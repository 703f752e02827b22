import type { OperationId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { allOf } from './payment-filter.ts';
import type { PaymentOrder } from './payment-order.ts';
import { idOf, paymentColumns, type Part, type PaymentRow } from './stored-payments.ts';

export interface IndexQuestion {
  readonly order: PaymentOrder;
  /** Conditions that an index serves each; the list is their union. */
  readonly branches: readonly Fragment[];
  /** What must hold besides. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
  /** How many rows may be looked at in each index. */
  readonly most: number;
}

/**
 * The first `count` payments of the stretch. Each branch is read in its own order, and no further than it must be: a single
 * condition with `or` would read all rows of the account or asset, and sort them.
 */
export async function readByIndex(tx: Transaction, question: IndexQuestion): Promise<Part> {
  const { order, branches, conditions, count, most } = question;
  const { sql } = tx;
  const parts = branches.map((branch) =>
    conditions.length === 0
      ? sql`(${inOrder(tx, order, branch)} limit ${count})`
      : sql`(select * from (${inOrder(tx, order, branch)} limit ${most}) examined
             where ${allOf(tx, conditions)} ${order.sorted} limit ${count})`,
  );
  const rows = await sql<PaymentRow[]>`
    select ${paymentColumns(tx)} from (
      select distinct on (ledger, position) * from (${unionOf(tx, parts)}) each ${order.sorted} limit ${count}
    ) p ${order.sorted}`;
  const isFull = rows.length === count;
  if (conditions.length === 0 || (isFull && branches.length === 1)) return { rows, end: null, examined: 0 };
  const { end, examined } = await lookedAt(tx, question);
  if (end === null) return { rows, end, examined };
  // Beyond it, one of the branches was not examined, though another one may have filled the page from there.
  const certain = rows.filter((row) => order.isNotBeyond(idOf(row), end));
  return { rows: certain, end: certain.length === count ? null : end, examined };
}

/** `end`: the payment at which the first of the branches has examined all rows that it may. Null if none has so many. */
async function lookedAt(
  tx: Transaction,
  { order, branches, most }: IndexQuestion,
): Promise<Pick<Part, 'end' | 'examined'>> {
  const { sql } = tx;
  const last = sql.unsafe(order.oldestFirst ? 'max' : 'min');
  const each = branches.map(
    (branch) => sql`(select count(*)::int4 as examined, ${last}((ledger::int8 << 32) | position) as last
                     from (${inOrder(tx, order, branch)} limit ${most}) branch)`,
  );
  const rows = await sql<{ examined: number; last: OperationId }[]>`${unionOf(tx, each)}`;
  const ends = rows.filter(({ examined }) => examined === most).map((row) => row.last);
  return {
    end: ends.toSorted((a, b) => (order.isNotBeyond(a, b) ? -1 : 1))[0] ?? null,
    examined: Math.max(...rows.map(({ examined }) => examined)),
  };
}

function inOrder({ sql }: Transaction, order: PaymentOrder, branch: Fragment): Fragment {
  return sql`select * from payments where ${branch} and ${order.isCovered} ${order.sorted}`;
}

function unionOf({ sql }: Transaction, [first, ...others]: readonly Fragment[]): Fragment {
  return others.reduce((all, part) => sql`${all} union all ${part}`, first ?? sql``);
}
