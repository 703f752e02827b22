import { z } from 'zod';
import { ledgerClosed } from './ledger-closed.ts';
import { paymentCreated, paymentFailed } from './payment.ts';

/** What the event log holds and streams and webhooks carry: JSON, told apart by `event`. */
export const logEvent = z.discriminatedUnion('event', [ledgerClosed, paymentCreated, paymentFailed]);

export type LogEvent = z.infer<typeof logEvent>;
