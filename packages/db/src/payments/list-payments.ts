import { LAST_LEDGER, type OperationId, type PaymentFact } from '@stellar-insights/ledger';
import { paymentFact } from '../facts/fact-rows.ts';
import { listFacts } from '../history/list-facts.ts';
import type { FactTable, StoredFact } from '../history/stored-facts.ts';
import { payments } from '../tables/payments.ts';
import type { Transaction } from '../transaction.ts';
import { paymentsWanted, type PaymentFilter } from './payment-filter.ts';

export interface PaymentListOptions extends PaymentFilter {
  /** Default: newest first. */
  readonly oldestFirst?: boolean;
  /** Only payments beyond this operation, in the order of the list. */
  readonly beyond?: OperationId | undefined;
  /** The first ledger whose facts are kept: retention may not have dropped all older payments yet. */
  readonly fromLedger: number;
  readonly limit: number;
}

export type StoredPayment = Omit<StoredFact<PaymentFact>, 'fact'> & { readonly payment: PaymentFact };

export interface PaymentPage {
  /** `limit` at most. If those that fit are few or lie far apart, there can be fewer, or none, although others follow. */
  readonly payments: StoredPayment[];
  /** The next page begins beyond this operation. Null if no payment follows. */
  readonly next: OperationId | null;
}

export const PAYMENTS: FactTable<PaymentFact, typeof payments> = {
  table: payments,
  key: 'operation',
  factOf: paymentFact,
};

/** Payments in the order of ledger and position; `create_account` and `account_merge` are included. */
export async function listPayments(
  tx: Transaction,
  { oldestFirst, beyond, fromLedger, limit, ...filter }: PaymentListOptions,
): Promise<PaymentPage> {
  const page = await listFacts(tx, PAYMENTS, await paymentsWanted(tx, filter), {
    range: { from: fromLedger, to: LAST_LEDGER },
    oldestFirst,
    beyond: beyond === undefined ? undefined : { operationId: beyond },
    limit,
  });
  return { payments: page.facts.map(asPayment), next: page.next?.operationId ?? null };
}

export function asPayment({ fact, ...rest }: StoredFact<PaymentFact>): StoredPayment {
  return { payment: fact, ...rest };
}
