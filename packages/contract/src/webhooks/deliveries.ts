import { z } from 'zod';
import { logCursor } from '../events/log-cursor.ts';
import { page } from '../rest/answer.ts';
import { pagingParameters } from '../rest/parameters.ts';
import { count, time } from '../scalars.ts';
import { deliveryId, eventId, replayId, webhookId } from './ids.ts';
import { webhookMessage } from './message.ts';

/** What deliveries and attempts say of their event. */
const aboutEvent = {
  delivery_id: deliveryId,
  event_id: eventId,
  event: z.string().meta({ description: 'The kind of the event.', example: 'payment.created' }),
  replay_id: replayId.nullable(),
};

const webhookDelivery = z
  .object({
    ...aboutEvent,
    state: z.enum(['pending', 'failed', 'delivered']),
    attempts: count,
    due_at: time.nullable().meta({ description: 'When it is due, if it is pending.' }),
    created_at: time.nullable().meta({ description: 'Null of a delivered one.' }),
    finished_at: time.nullable(),
    last_error: z.string().nullable(),
    last_status: z.int().nullable(),
  })
  .meta({ id: 'WebhookDelivery', description: 'The delivery of one event.' });

export const deliveriesQuery = z.strictObject({
  state: z.enum(['pending', 'failed', 'delivered']).default('pending').meta({
    description:
      '`pending`, oldest first; `failed`: all attempts were spent, and a replay delivers it again; `delivered`, newest first.',
  }),
  ...pagingParameters,
});

export const deliveryList = z
  .object({ data: z.array(webhookDelivery), page })
  .meta({ id: 'WebhookDeliveryList', description: 'Deliveries of one webhook.' });

const webhookAttempt = z
  .object({
    ...aboutEvent,
    attempt: count.meta({ description: 'Counted from 1.' }),
    at: time,
    outcome: z.enum(['delivered', 'retried', 'failed']).meta({
      description: '`retried`: it failed, and another attempt follows. `failed`: it was the last one.',
    }),
    status: z.int().nullable().meta({ description: 'Of the response. Null: there was none.' }),
    latency_ms: count,
    address: z.string().nullable().meta({ description: 'The address that was connected to.' }),
    error: z.string().nullable().meta({ description: 'Why there was no response.', example: 'timed_out' }),
    response_head: z
      .string()
      .nullable()
      .meta({ description: 'The beginning of the body of the response, read as UTF-8.' }),
  })
  .meta({ id: 'WebhookAttempt', description: 'One attempt to deliver an event.' });

export const attemptsQuery = z.strictObject({
  outcome: z.enum(['delivered', 'unsuccessful']).optional().meta({
    description: 'Only those that delivered, or only the others.',
  }),
  ...pagingParameters,
});

export const attemptList = z
  .object({ data: z.array(webhookAttempt), page })
  .meta({ id: 'WebhookAttemptList', description: 'Attempts, newest first.' });

const testDelivery = z.object({ delivery_id: deliveryId, event_id: eventId }).meta({
  id: 'WebhookTestDelivery',
  description: 'A delivery of `webhook.test`. Its attempt is in the list of attempts.',
});

export const testDeliveryAnswer = z.object({ data: testDelivery });

export const newReplay = z
  .strictObject({
    from_event: eventId.optional().meta({ description: 'The first event of the range.' }),
    to_event: eventId.optional().meta({ description: 'The last event of the range.' }),
    from_time: time.optional().meta({ description: 'Events that were logged at this time or later.' }),
    to_time: time.optional().meta({ description: 'Events that were logged before this time.' }),
  })
  .superRefine((range, context) => {
    const { from_event: fromEvent, to_event: toEvent, from_time: fromTime, to_time: toTime } = range;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((fromEvent === undefined) === (fromTime === undefined)) {
      refuse('from_event', 'expected either from_event or from_time');
    }
    if (toEvent !== undefined && toTime !== undefined)
      refuse('to_event', 'expected to_event or to_time, not both');
  })
  .meta({
    id: 'NewWebhookReplay',
    description: 'A range of the log. Without an end it goes to the end of the log as it is now.',
    example: { from_event: 'evt_0f3a9c5be271_4711' },
  });

const webhookReplay = z
  .object({
    id: replayId,
    webhook_id: webhookId,
    from: logCursor.meta({ description: 'The first event.' }),
    to: logCursor.meta({ description: 'The last event.' }),
    matched_to: logCursor.meta({ description: 'Events up to this one have been looked at.' }),
    deliveries: count.meta({ description: 'Deliveries that it has made.' }),
    state: z.enum(['running', 'done', 'cancelled', 'failed']),
    reason: z.string().nullable(),
    created_at: time,
    finished_at: time.nullable(),
  })
  .meta({ id: 'WebhookReplay', description: 'A range of the log that is delivered again.' });

export const replayAnswer = z.object({ data: webhookReplay });

export const replayList = z.object({ data: z.array(webhookReplay), page }).meta({
  id: 'WebhookReplayList',
  description: 'The newest hundred replays, newest first, on one page: `next_cursor` is null.',
});

export const replayParameters = z.strictObject({ id: webhookId, replay_id: replayId });

export const webhookEventsQuery = z.strictObject({
  after: logCursor.optional().meta({
    description: 'The `next_cursor` of the page before. If not set: the end of the log.',
  }),
  limit: pagingParameters.limit,
});

export const webhookEventPage = z
  .object({
    data: z.array(webhookMessage),
    page: z.object({ next_cursor: logCursor, head: logCursor }),
  })
  .meta({
    id: 'WebhookEventPage',
    description:
      'Events that fit the filters, in the order of the log. Pass `next_cursor` as `after` to go on. It is always set: a page may hold no event although more follow, as the number of events that are looked at for one page is bounded. All events have been read once it equals `head`.',
  });

export type WebhookDelivery = z.output<typeof webhookDelivery>;
export type DeliveryList = z.output<typeof deliveryList>;
export type WebhookAttempt = z.output<typeof webhookAttempt>;
export type AttemptList = z.output<typeof attemptList>;
export type TestDeliveryAnswer = z.output<typeof testDeliveryAnswer>;
export type WebhookReplay = z.output<typeof webhookReplay>;
export type ReplayAnswer = z.output<typeof replayAnswer>;
export type ReplayList = z.output<typeof replayList>;
export type WebhookEventPage = z.output<typeof webhookEventPage>;
export type NewReplay = z.output<typeof newReplay>;
