import { credit, debit, receiveProblem, sendProblem } from '../state/holdings.ts';
import { isCredit } from '../state/asset.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { Payment } from './operation.ts';
import type { Blame } from '@stellar-insights/ledger';

const CODES = {
  PAYMENT_MALFORMED: -1,
  PAYMENT_UNDERFUNDED: -2,
  PAYMENT_SRC_NO_TRUST: -3,
  PAYMENT_SRC_NOT_AUTHORIZED: -4,
  PAYMENT_NO_DESTINATION: -5,
  PAYMENT_NO_TRUST: -6,
  PAYMENT_NOT_AUTHORIZED: -7,
  PAYMENT_LINE_FULL: -8,
  PAYMENT_NO_ISSUER: -9,
} as const;

/** Checks and credits the destination first, then the source, as the protocol does. */
export function applyPayment({ store, source, protocol }: OperationContext, payment: Payment): Outcome {
  const { asset, amount } = payment;
  const destination = payment.destination.account;
  if (amount <= 0n) return fail('PAYMENT_MALFORMED', 'sender');
  if (protocol < 13 && isCredit(asset) && store.account(asset.issuer.id) === undefined) {
    return fail('PAYMENT_NO_ISSUER', 'issuer');
  }
  switch (receiveProblem(store, destination, asset, amount)) {
    case 'no_account':
      return fail('PAYMENT_NO_DESTINATION', 'receiver');
    case 'no_trust':
      return fail('PAYMENT_NO_TRUST', 'receiver');
    case 'not_authorized':
      return fail('PAYMENT_NOT_AUTHORIZED', 'issuer');
    case 'line_full':
      return fail('PAYMENT_LINE_FULL', 'receiver');
    case null:
      credit(store, destination, asset, amount);
  }
  switch (sendProblem(store, source, asset, amount)) {
    case 'no_trust':
      return fail('PAYMENT_SRC_NO_TRUST', 'sender');
    case 'not_authorized':
      return fail('PAYMENT_SRC_NOT_AUTHORIZED', 'issuer');
    case 'underfunded':
      return fail('PAYMENT_UNDERFUNDED', 'sender');
    case null:
      debit(store, source, asset, amount);
  }
  const moved = { sent: amount, delivered: amount };
  return succeeded('PAYMENT_SUCCESS', { type: 1, paymentResult: { code: 0 } }, moved);
}

function fail(code: keyof typeof CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 1, paymentResult: { code: CODES[code] } });
}
