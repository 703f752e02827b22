import { isPaymentAttempt, type PaymentAttemptType, type PaymentFact } from '@stellar-insights/ledger';

/** A payment that counts in a corridor, as `create_account` and `account_merge` do not. */
export type Attempt = PaymentFact & { readonly type: PaymentAttemptType };

export function isAttempt(payment: PaymentFact): payment is Attempt {
  return isPaymentAttempt(payment.type);
}
