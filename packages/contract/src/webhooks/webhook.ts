import { z } from 'zod';
import { logCursor } from '../events/log-cursor.ts';
import { disabledReason } from '../events/webhook-events.ts';
import { page } from '../rest/answer.ts';
import { pagingParameters } from '../rest/parameters.ts';
import { count, time } from '../scalars.ts';
import { webhookFilters } from './filters.ts';
import { webhookId } from './ids.ts';

const LONGEST_URL = 2048;
const LONGEST_OVERLAP = 7 * 86_400;

/** One line of text. */
const description = z
  .string()
  .max(200)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), 'expected one line of text')
  .nullable();

const url = z.string().min(1).max(LONGEST_URL).meta({
  description: 'Where to deliver: https, no credentials, a public address.',
  example: 'https://example.com/hooks/stellar',
});
const concurrency = z.int().min(1).max(50).meta({
  description: 'The largest number of attempts at the same time; 1 if `ordering` is `strict`.',
});
const ratePerSecond = z.int().min(1).max(1000).nullable().meta({
  description: 'The largest number of attempts that begin in a second. Null: no limit.',
});
const ordering = z.enum(['none', 'strict']).meta({
  description:
    '`strict`: in the order of the log, one at a time; an event that cannot be delivered holds up those after it. `none`: at the same time, and an event that cannot be delivered holds up nothing.',
});
const signature = z.enum(['hmac', 'ed25519']).meta({
  description:
    '`hmac`: signed with a secret of this webhook (`v1`). `ed25519`: signed with a key pair of this installation (`v1a`), whose public keys are at `/.well-known/webhook-keys.json`.',
});
const secret = z.string().meta({
  description: 'The secret of an `hmac` webhook. It is shown once: keep it.',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});

export const newWebhook = z
  .strictObject({
    url,
    description: description.default(null),
    filters: webhookFilters,
    ordering: ordering.default('none'),
    signature: signature.default('hmac'),
    concurrency: concurrency.optional(),
    rate_per_second: ratePerSecond.default(null),
  })
  .superRefine(({ ordering: order, concurrency: most }, context) => {
    if (order !== 'strict' || most === undefined || most === 1) return;
    const message = 'expected 1: `strict` delivers one event at a time';
    context.addIssue({ code: 'custom', path: ['concurrency'], message });
  })
  .meta({
    id: 'NewWebhook',
    description: 'A webhook to be made.',
    example: {
      url: 'https://example.com/hooks/stellar',
      filters: {
        events: ['payment.created'],
        assets: ['USDC:GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN'],
        minimum_amount: '1000.00',
      },
    },
  });

export const webhookChange = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    filters: webhookFilters.optional(),
    concurrency: concurrency.optional(),
    rate_per_second: ratePerSecond.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, {
    error: 'expected at least one field to change',
    when: ({ issues }) => issues.length === 0,
  })
  .meta({
    id: 'WebhookChange',
    description:
      'What is named is changed. Events that are matched already keep the filters of before; attempts from now on use the new URL.',
    example: { concurrency: 20 },
  });

const webhookState = z.enum(['active', 'paused', 'disabled']);

const logRange = z.object({ after: logCursor, to: logCursor });

const webhookFields = {
  id: webhookId,
  owner: z.string(),
  url,
  description,
  filters: webhookFilters,
  ordering,
  signature,
  concurrency,
  rate_per_second: ratePerSecond,
  state: webhookState.meta({
    description:
      '`active`: events are delivered. `paused` by its owner, or `disabled` by the dispatcher: nothing is delivered, and resuming goes on from the event where it stopped.',
  }),
  state_reason: disabledReason.nullable().meta({
    description:
      'Why it was disabled: the receiver answered 410 (`gone`), failed for 5 days (`failing`), or the next event of a strict webhook is not in the log any more (`events_expired`).',
  }),
  state_since: time,
  matched_to: logCursor.nullable().meta({
    description:
      'Events up to this one are matched for it, later ones are not yet: it is not active, or catches up. Null: each event is matched as it comes.',
  }),
  missed: logRange.nullable().meta({
    description: 'The last range of the log that it never got, because the log had dropped it.',
  }),
  created_at: time,
  changed_at: time,
};

const progress = z
  .object({
    failing_since: time.nullable(),
    failures: count,
    circuit: z.object({ state: z.enum(['closed', 'open']), until: time.nullable() }),
    last_success_at: time.nullable(),
    last_failure_at: time.nullable(),
    last_error: z.string().nullable(),
    last_status: z.int().nullable(),
  })
  .meta({
    id: 'WebhookProgress',
    description:
      'How deliveries go. `failures` counts those since the last success. While the circuit is open nothing is sent, and no delivery spends an attempt.',
  });

const pending = z.object({ count, at_least: z.boolean() }).meta({
  description: 'Deliveries that wait. `at_least`: there are more; they are counted up to 1,000.',
});

const shownSecret = z.object({ created_at: time, signs_until: time.nullable() });

const webhook = z.object({ ...webhookFields, progress }).meta({ id: 'Webhook', description: 'A webhook.' });

const webhookDetail = z.object({ ...webhookFields, progress, pending, secrets: z.array(shownSecret) }).meta({
  id: 'WebhookDetail',
  description: '`secrets`: when those that sign now were made, and until when each signs.',
});

export const webhookAnswer = z.object({ data: webhookDetail });

export const createdWebhook = z
  .object({ data: webhook, secret: secret.nullable() })
  .meta({ id: 'CreatedWebhook', description: '`secret` is null with `signature: ed25519`.' });

export const webhookList = z
  .object({ data: z.array(webhook), page })
  .meta({ id: 'WebhookList', description: 'Webhooks.' });

export const webhooksQuery = z.strictObject(pagingParameters);

export const webhookParameters = z.strictObject({ id: webhookId });

export const webhookResume = z
  .strictObject({
    from: z.enum(['stop', 'now']).default('stop').meta({
      description: '`stop`: go on where it stopped. `now`: skip what came since, and what was pending.',
    }),
  })
  .meta({ id: 'WebhookResume', description: 'Where a webhook goes on.', example: {} });

export const secretRotation = z
  .strictObject({
    overlap_seconds: z.int().min(0).max(LONGEST_OVERLAP).default(86_400).meta({
      description: 'For how long the secret of before signs, too. 0 if it has leaked.',
    }),
  })
  .meta({
    id: 'SecretRotation',
    description: 'How a secret is rotated.',
    example: { overlap_seconds: 86_400 },
  });

export const rotatedSecret = z
  .object({ data: z.object({ previous_signs_until: time.nullable() }), secret })
  .meta({ id: 'RotatedSecret', description: 'The new secret of a webhook.' });

export const webhookKeys = z
  .object({
    keys: z.array(
      z.object({
        public_key: z.string().meta({ example: 'whpk_A+0cGz4Zs1X4vV6LRpQYFxzYt0pX1yY8y3K2m1c4b5A=' }),
        created_at: time,
        signs_until: time.nullable(),
      }),
    ),
  })
  .meta({
    id: 'WebhookKeys',
    description:
      'The public keys of webhooks with `signature: ed25519`, newest first. While they are rotated a message is signed with each.',
  });

export const webhookKeysAnswer = z.object({ data: webhookKeys });

export type NewWebhook = z.output<typeof newWebhook>;
export type WebhookChange = z.output<typeof webhookChange>;
export type Webhook = z.output<typeof webhook>;
export type WebhookDetail = z.output<typeof webhookDetail>;
export type WebhookAnswer = z.output<typeof webhookAnswer>;
export type CreatedWebhook = z.output<typeof createdWebhook>;
export type WebhookList = z.output<typeof webhookList>;
export type RotatedSecret = z.output<typeof rotatedSecret>;
export type WebhookKeys = z.output<typeof webhookKeys>;
export type WebhookKeysAnswer = z.output<typeof webhookKeysAnswer>;
