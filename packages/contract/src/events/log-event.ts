import { z } from 'zod';
import { corridorHealthDegraded, corridorHealthRecovered, corridorUpdated } from './corridor-events.ts';
import { ledgerClosed } from './ledger-events.ts';
import { paymentCreated, paymentFailed } from './payment-events.ts';

/** The JSON that the event log holds and that streams and webhooks carry; `event` is its kind. */
export const logEvent = z.discriminatedUnion('event', [
  ledgerClosed.schema,
  paymentCreated.schema,
  paymentFailed.schema,
  corridorUpdated.schema,
  corridorHealthDegraded.schema,
  corridorHealthRecovered.schema,
]);

export type LogEvent = z.infer<typeof logEvent>;
/** The event of one kind. */
export type LogEventOf<Name extends LogEvent['event']> = Extract<LogEvent, { readonly event: Name }>;
