import type { OperationId } from '@stellar-insights/ledger';
import { planForOwnParameters, type Transaction } from '../transaction.ts';
import { partReader } from './part-reader.ts';
import { criteriaOf, type PaymentFilter } from './payment-filter.ts';
import { PaymentOrder } from './payment-order.ts';
import { idOf, storedPayments, type PaymentRow, type StoredPayment } from './stored-payments.ts';
import { PARTITIONS_OF_HASH, PARTITIONS_OF_PAGE, readStretches } from './stretches.ts';

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
  /** `limit` at most. If those that fit are few or lie far apart, there can be fewer, or none, although others follow. */
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
  await planForOwnParameters(tx);
  const criteria = await criteriaOf(tx, filter);
  if (criteria === null) return { payments: [], next: null };
  const read = partReader(tx, filter, criteria);
  const rows: PaymentRow[] = [];
  let next: OperationId | null = null;
  const partitions = filter.transactionHash === undefined ? PARTITIONS_OF_PAGE : PARTITIONS_OF_HASH;
  const end = await readStretches(tx, { oldestFirst, beyond, fromLedger, partitions }, async (stretch) => {
    const room = limit - rows.length;
    const part = await read(new PaymentOrder(tx, { oldestFirst, ...stretch }), room + 1);
    rows.push(...part.rows.slice(0, room));
    const last = rows.at(-1);
    next = part.rows.length > room && last !== undefined ? idOf(last) : part.end;
    return next !== null || part.isLast === true;
  });
  return { payments: await storedPayments(tx, rows), next: next ?? end };
}
