import type { OperationId } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import { criteriaOf, type Criterion, type PaymentFilter } from './payment-filter.ts';
import { PaymentOrder } from './payment-order.ts';
import { readByIndex } from './read-by-index.ts';
import { readByTransaction } from './read-by-transaction.ts';
import { idOf, storedPayments, type Part, type StoredPayment } from './stored-payments.ts';

export interface PaymentListOptions extends PaymentFilter {
  /** Default: newest first. */
  readonly oldestFirst?: boolean;
  /** Only payments beyond this operation, in the order of the list. */
  readonly beyond?: OperationId | undefined;
  /** The first ledger whose facts are kept: retention may not have dropped all older payments yet. */
  readonly fromLedger: number;
  readonly limit: number;
}

export interface PaymentPage {
  /** `limit` at most. If few of very many payments fit, there can be fewer, or none, although others follow. */
  readonly payments: StoredPayment[];
  /** The next page begins beyond this operation. Null if no payment follows. */
  readonly next: OperationId | null;
}

/** Payments in the order of ledger and position; `create_account` and `account_merge` are included. */
export async function listPayments(
  tx: Transaction,
  { oldestFirst = false, beyond, fromLedger, limit, ...filter }: PaymentListOptions,
): Promise<PaymentPage> {
  // Where statistics promise few rows, the planner would read and sort them all. It must follow an index in order.
  await tx.sql`set local enable_sort = off`;
  const criteria = await criteriaOf(tx, filter);
  if (criteria === null) return { payments: [], next: null };
  const order = new PaymentOrder(tx, { oldestFirst, beyond, fromLedger });
  const { rows, end } = await readPart(tx, { order, filter, criteria, count: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const next = last === undefined ? end : idOf(last);
  return { payments: await storedPayments(tx, page), next };
}

interface Question {
  readonly order: PaymentOrder;
  readonly filter: PaymentFilter;
  readonly criteria: readonly Criterion[];
  readonly count: number;
}

/** From the index that leads to enough payments, or to the end of the list; else from the one that leads the furthest. */
async function readPart(tx: Transaction, { order, filter, criteria, count }: Question): Promise<Part> {
  const holding = (some: readonly Criterion[]) => some.map(({ holds }) => holds);
  if (filter.transactionHash !== undefined || filter.memo !== undefined) {
    return await readByTransaction(tx, { order, filter, conditions: holding(criteria), count });
  }
  const indexed = criteria.filter(({ branches }) => branches.length > 0);
  let furthest: Part | undefined;
  for (const index of indexed) {
    const conditions = holding(criteria.filter((other) => other !== index));
    const part = await readByIndex(tx, { order, branches: index.branches, conditions, count });
    if (part.end === null) return part;
    if (furthest?.end == null || order.isNotBeyond(furthest.end, part.end)) furthest = part;
  }
  const branches = [tx.sql`true`];
  return furthest ?? (await readByIndex(tx, { order, branches, conditions: holding(criteria), count }));
}
