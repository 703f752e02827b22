import type { AttemptType, PaymentFact, PaymentType } from '@stellar-insights/ledger';

/** A payment that counts in a corridor, as `create_account` and `account_merge` do not. */
export type Attempt = PaymentFact & { readonly type: AttemptType };

const ATTEMPT_TYPES: readonly PaymentType[] = [
  'payment',
  'path_payment_strict_send',
  'path_payment_strict_receive',
] satisfies AttemptType[];

export function isAttempt(payment: PaymentFact): payment is Attempt {
  return ATTEMPT_TYPES.includes(payment.type);
}
