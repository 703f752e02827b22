import { z } from 'zod';
import { anchorStatusChanged } from './anchor-events.ts';
import { corridorHealthDegraded, corridorHealthRecovered, corridorUpdated } from './corridor-events.ts';
import { nameInDocument } from './define-event.ts';
import { ledgerClosed } from './ledger-events.ts';
import { logCursor } from './log-cursor.ts';
import { paymentCreated, paymentFailed } from './payment-events.ts';
import { corridorLiquidityDropped, poolChanged } from './pool-events.ts';
import { webhookDisabled } from './webhook-events.ts';

/** Of all events that the log can hold. */
export const logSchemas = [
  ledgerClosed.schema,
  paymentCreated.schema,
  paymentFailed.schema,
  corridorUpdated.schema,
  corridorHealthDegraded.schema,
  corridorHealthRecovered.schema,
  corridorLiquidityDropped.schema,
  poolChanged.schema,
  anchorStatusChanged.schema,
  webhookDisabled.schema,
] as const;

/** What the event log holds and streams and webhooks carry; `event` is the kind. */
export const logEvent = z.discriminatedUnion('event', logSchemas);

const logged = logSchemas.map((schema) => {
  const [kind = ''] = schema.shape.event.values;
  return schema.extend({ id: logCursor }).meta({ ...schema.meta(), id: `${nameInDocument(kind)}Event` });
});

/** An event with its place in the log. `channels` are those that the client asked for. */
export const loggedEvent = z.discriminatedUnion(
  'event',
  logged as [(typeof logged)[number], ...typeof logged],
) as unknown as z.ZodType<LoggedEvent>;

export type LogEvent = z.infer<typeof logEvent>;
export type LoggedEvent = LogEvent & { readonly id: string };
/** The event of one kind. */
export type LogEventOf<Name extends LogEvent['event']> = Extract<LogEvent, { readonly event: Name }>;
