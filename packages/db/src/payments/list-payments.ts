import type { PaymentFact } from '@stellar-insights/ledger';
import { paymentFact } from '../facts/fact-rows.ts';
import { listFacts, type PageOptions } from '../history/list-facts.ts';
import type { Place } from '../history/row-order.ts';
import type { FactTable, StoredFact } from '../history/stored-facts.ts';
import { payments } from '../tables/payments.ts';
import type { Transaction } from '../transaction.ts';
import { paymentsWanted, type PaymentFilter } from './payment-filter.ts';

export interface PaymentListOptions extends PaymentFilter, PageOptions {}

export type StoredPayment = Omit<StoredFact<PaymentFact>, 'fact'> & { readonly payment: PaymentFact };

export interface PaymentPage {
  /** `limit` at most. If those that fit are few or lie far apart, there can be fewer, or none, although others follow. */
  readonly payments: StoredPayment[];
  /** The next page begins beyond this place. Null if no payment follows. */
  readonly next: Place | null;
}

export const PAYMENTS: FactTable<PaymentFact, typeof payments> = {
  table: payments,
  key: 'operation',
  factOf: paymentFact,
};

/** Payments in the order of ledger and position; `create_account` and `account_merge` are included. */
export async function listPayments(
  tx: Transaction,
  { range, oldestFirst, beyond, limit, ...filter }: PaymentListOptions,
): Promise<PaymentPage> {
  const options = { range, oldestFirst, beyond, limit };
  const { facts, next } = await listFacts(tx, PAYMENTS, await paymentsWanted(tx, filter), options);
  return { payments: facts.map(asPayment), next };
}

export function asPayment({ fact, ...rest }: StoredFact<PaymentFact>): StoredPayment {
  return { payment: fact, ...rest };
}
