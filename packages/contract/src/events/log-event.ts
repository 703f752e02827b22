import { PAYMENT_ATTEMPT_TYPES } from '@stellar-insights/ledger';
import { z } from 'zod';
import { failure, memo, paymentKind, paymentOrder, paymentPlace } from '../payment.ts';
import { count, hash, ledgerSequence, stroops, time } from '../scalars.ts';

const channels = z.array(z.string());
const outcomes = z.object({ succeeded: count, failed: count });

/** A ledger was stored. The event precedes the payments of that ledger. */
const ledgerClosed = z.object({
  event: z.literal('ledger.closed'),
  channels,
  data: z.object({
    sequence: ledgerSequence,
    hash,
    previous_hash: hash,
    closed_at: time,
    protocol_version: z.int().nonnegative(),
    transactions: outcomes,
    /** The operations of all transactions, failed ones included. */
    operations: count,
    /** Attempts: payments and path payments. */
    payments: outcomes,
  }),
});

const attempt = {
  ...paymentPlace,
  memo,
  type: z.enum(PAYMENT_ATTEMPT_TYPES),
  ...paymentOrder,
  fixed_stroops: stroops,
  /** The limit on the other side of a path payment. */
  limit_stroops: stroops.nullable(),
  ...paymentKind,
};

/** A payment attempt that succeeded. */
const paymentCreated = z.object({
  event: z.literal('payment.created'),
  channels,
  data: z.object({ ...attempt, sent_stroops: stroops, delivered_stroops: stroops }),
});

/** A payment attempt that failed: it is in the ledger, paid a fee and moved nothing else. */
const paymentFailed = z.object({
  event: z.literal('payment.failed'),
  channels,
  data: z.object({ ...attempt, failure }),
});

/** The JSON that the event log holds and that streams and webhooks carry; `event` is its kind. */
export const logEvent = z.discriminatedUnion('event', [ledgerClosed, paymentCreated, paymentFailed]);

export type LedgerClosed = z.infer<typeof ledgerClosed>;
export type PaymentCreated = z.infer<typeof paymentCreated>;
export type PaymentFailed = z.infer<typeof paymentFailed>;
export type LogEvent = z.infer<typeof logEvent>;
