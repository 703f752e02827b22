import type {
  AttemptList,
  attemptsQuery,
  CreatedWebhook,
  deliveriesQuery,
  DeliveryList,
  newReplay,
  newWebhook,
  ReplayAnswer,
  ReplayList,
  replayParameters,
  RotatedSecret,
  secretRotation,
  TestDeliveryAnswer,
  WebhookAnswer,
  webhookChange,
  WebhookEventPage,
  webhookEventsQuery,
  WebhookKeys,
  WebhookKeysAnswer,
  WebhookList,
  webhookParameters,
  webhookResume,
  webhooksQuery,
} from '@stellar-insights/contract/webhooks';
import { list, one, post, type BodyOf, type None, type ParametersOf } from './route.ts';

const WEBHOOKS = '/api/v1/webhooks';
type OfWebhook = ParametersOf<typeof webhookParameters>;
type OfReplay = ParametersOf<typeof replayParameters>;

/** Those of `routes` that are about webhooks. */
export const webhookRoutes = {
  /** The webhooks of the key's owner. This and the following need a key with the scope `webhooks`. */
  listWebhooks: list<ParametersOf<typeof webhooksQuery>, WebhookList>(WEBHOOKS),
  /** The answer's `secret` is shown this once. */
  createWebhook: post<BodyOf<typeof newWebhook>, CreatedWebhook>(WEBHOOKS),
  getWebhook: one<OfWebhook, WebhookAnswer>(`${WEBHOOKS}/{id}`),
  changeWebhook: {
    ...post<OfWebhook & BodyOf<typeof webhookChange>, WebhookAnswer>(`${WEBHOOKS}/{id}`),
    method: 'PATCH',
  },
  deleteWebhook: { ...post<OfWebhook, undefined>(`${WEBHOOKS}/{id}`), method: 'DELETE' },
  /** Resuming goes on with the event where it stopped. */
  pauseWebhook: post<OfWebhook, WebhookAnswer>(`${WEBHOOKS}/{id}/pause`),
  resumeWebhook: post<OfWebhook & BodyOf<typeof webhookResume>, WebhookAnswer>(`${WEBHOOKS}/{id}/resume`),
  /** The answer's `secret` is shown this once. */
  rotateWebhookSecret: post<OfWebhook & BodyOf<typeof secretRotation>, RotatedSecret>(
    `${WEBHOOKS}/{id}/secret/rotate`,
  ),
  /** Delivers a `webhook.test`. */
  testWebhook: post<OfWebhook, TestDeliveryAnswer>(`${WEBHOOKS}/{id}/test`),
  listWebhookDeliveries: list<OfWebhook & ParametersOf<typeof deliveriesQuery>, DeliveryList>(
    `${WEBHOOKS}/{id}/deliveries`,
  ),
  /** What each attempt met, newest first. */
  listWebhookAttempts: list<OfWebhook & ParametersOf<typeof attemptsQuery>, AttemptList>(
    `${WEBHOOKS}/{id}/attempts`,
  ),
  /** For receivers that poll: pass `next_cursor` as `after`. */
  listWebhookEvents: one<OfWebhook & ParametersOf<typeof webhookEventsQuery>, WebhookEventPage>(
    `${WEBHOOKS}/{id}/events`,
  ),
  listWebhookReplays: list<OfWebhook, ReplayList>(`${WEBHOOKS}/{id}/replays`),
  /** Delivers a range of the log again. */
  replayWebhook: post<OfWebhook & BodyOf<typeof newReplay>, ReplayAnswer>(`${WEBHOOKS}/{id}/replays`),
  getWebhookReplay: one<OfReplay, ReplayAnswer>(`${WEBHOOKS}/{id}/replays/{replay_id}`),
  cancelWebhookReplay: {
    ...post<OfReplay, ReplayAnswer>(`${WEBHOOKS}/{id}/replays/{replay_id}`),
    method: 'DELETE',
  },
  /** The public keys that webhooks with `signature: 'ed25519'` are signed with. */
  listWebhookKeys: one<None, WebhookKeys>('/.well-known/webhook-keys.json'),
  /** Needs a key with the scope `admin`. */
  rotateWebhookKeys: post<BodyOf<typeof secretRotation>, WebhookKeysAnswer>(
    '/api/v1/admin/webhook-keys/rotate',
  ),
} as const;
