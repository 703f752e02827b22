import type { PaymentCreated, PaymentFailed } from '@stellar-insights/contract';
import { accountChannel, assetChannel, corridorChannel } from '@stellar-insights/contract/channels';
import { isPaymentAttempt, type PaymentAttemptType, type PaymentFact } from '@stellar-insights/ledger';
import { renderFailure } from './failure.ts';
import { renderKind, renderOrder, renderPlace, type PaymentInLedger } from './payment.ts';

/** A payment that counts in a corridor, as `create_account` and `account_merge` do not. */
export type Attempt = PaymentFact & { readonly type: PaymentAttemptType };

export function isAttempt(payment: PaymentFact): payment is Attempt {
  return isPaymentAttempt(payment.type);
}

/** What became of one payment attempt. */
export function paymentEvent({
  payment,
  transaction,
  closedAt,
}: PaymentInLedger<Attempt>): PaymentCreated | PaymentFailed {
  const { fixedAmount, limitAmount, sentAmount, deliveredAmount, failure } = payment;
  const channels = channelsOf(payment);
  const attempt = {
    ...renderPlace(payment, transaction, closedAt),
    ...renderOrder(payment, transaction),
    fixed_stroops: String(fixedAmount),
    limit_stroops: limitAmount?.toString() ?? null,
    ...renderKind(payment),
  };
  return failure === null
    ? {
        event: 'payment.created',
        channels,
        data: { ...attempt, sent_stroops: String(sentAmount), delivered_stroops: String(deliveredAmount) },
      }
    : { event: 'payment.failed', channels, data: { ...attempt, failure: renderFailure(failure) } };
}

function channelsOf({ source, destination, sourceAsset, destAsset }: Attempt): string[] {
  const channels = new Set([
    'payments',
    corridorChannel(sourceAsset, destAsset),
    accountChannel(source),
    accountChannel(destination),
    assetChannel(sourceAsset),
    assetChannel(destAsset),
  ]);
  return [...channels];
}
