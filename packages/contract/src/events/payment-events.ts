import { PAYMENT_ATTEMPT_TYPES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { failure, memo, operationPlace, paymentKind, paymentOrder } from '../payment.ts';
import { stroops } from '../scalars.ts';
import { accountChannel, assetChannel, corridorChannel, PAYMENTS, type Channel } from './channels.ts';
import { defineEvent } from './define-event.ts';

const attempt = z.object({
  ...operationPlace,
  memo,
  type: z.enum(PAYMENT_ATTEMPT_TYPES),
  ...paymentOrder,
  fixed_stroops: stroops,
  /** The limit on the other side of a path payment. */
  limit_stroops: stroops.nullable(),
  ...paymentKind,
});

export const paymentCreated = defineEvent(
  'payment.created',
  'A payment attempt that succeeded.',
  attempt.extend({ sent_stroops: stroops, delivered_stroops: stroops }),
  channelsOf,
);

export const paymentFailed = defineEvent(
  'payment.failed',
  'A payment attempt that failed: it is in the ledger, paid a fee and moved nothing else.',
  attempt.extend({ failure }),
  channelsOf,
);

function channelsOf(payment: z.output<typeof attempt>): Channel[] {
  return [
    PAYMENTS,
    corridorChannel(payment.source_asset, payment.dest_asset),
    accountChannel(payment.source),
    accountChannel(payment.destination),
    assetChannel(payment.source_asset),
    assetChannel(payment.dest_asset),
  ];
}
