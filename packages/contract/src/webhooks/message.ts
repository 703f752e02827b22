import { z } from 'zod';
import { nameInDocument } from '../events/define-event.ts';
import { logSchemas, type LogEvent } from '../events/log-event.ts';
import { time } from '../scalars.ts';
import { eventId, webhookId } from './ids.ts';

/* What a receiver gets, as the body of a delivery and as a row of the list for receivers that poll. */

/** `data`: JSON text as the log holds it. */
export interface MessageParts {
  /** The header `webhook-id`. */
  readonly id: string;
  /** The event's kind. */
  readonly type: string;
  /** When the event was logged. */
  readonly at: Date;
  readonly data: string;
}

/** The JSON of a message: the same bytes in every attempt, as the signature covers them. */
export function renderMessage({ id, type, at, data }: MessageParts): string {
  const head = JSON.stringify({ id, type, timestamp: at.toISOString() });
  return `${head.slice(0, -1)},"data":${data}}`;
}

const envelope = { id: eventId, timestamp: time };

const messages = logSchemas.map((schema) => {
  const { event, data } = schema.shape;
  const [kind = ''] = event.values;
  const described = { ...schema.meta(), id: `${nameInDocument(kind)}Message` };
  return z.object({ ...envelope, type: event, data }).meta(described);
});

const testMessage = z
  .object({
    ...envelope,
    type: z.literal('webhook.test'),
    data: z.object({ webhook_id: webhookId }),
  })
  .meta({ id: 'WebhookTestMessage', description: 'What `testWebhook` delivers.' });

interface Message<Type extends string, Data> {
  /** The same at each attempt: a receiver ignores an id that it has processed. */
  readonly id: string;
  readonly type: Type;
  readonly timestamp: string;
  readonly data: Data;
}

/** An event as a webhook gets it. */
export type WebhookMessage =
  | { [Event in LogEvent as Event['event']]: Message<Event['event'], Event['data']> }[LogEvent['event']]
  | z.infer<typeof testMessage>;

export const webhookMessage = z.discriminatedUnion('type', [testMessage, ...messages] as [
  typeof testMessage,
  ...typeof messages,
]) as unknown as z.ZodType<WebhookMessage>;
