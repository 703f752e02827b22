import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../answers/route-context.ts';
import { cacheStatsRoute } from './cache/cache-stats.ts';
import { corridorFailuresRoute } from './corridors/corridor-failures.ts';
import { corridorHistoryRoute } from './corridors/corridor-history.ts';
import { corridorListRoute } from './corridors/corridor-list.ts';
import { corridorRoute } from './corridors/corridor.ts';
import { eventsRoute } from './events/events.ts';
import { apiKeyRoutes } from './keys/api-keys.ts';
import { createTokenRoute } from './keys/create-token.ts';
import { ledgerListRoute, ledgerRoute } from './ledgers/ledgers.ts';
import { networkRoute } from './network/network.ts';
import { paymentListRoute, paymentRoute } from './payments/payments.ts';
import {
  pauseWebhookRoute,
  resumeWebhookRoute,
  rotateSecretRoute,
  testWebhookRoute,
} from './webhooks/webhook-actions.ts';
import { webhookAttemptsRoute, webhookDeliveriesRoute } from './webhooks/webhook-deliveries.ts';
import { webhookEventsRoute } from './webhooks/webhook-events.ts';
import { rotateWebhookKeysRoute } from './webhooks/webhook-keys.ts';
import {
  cancelReplayRoute,
  newReplayRoute,
  replayListRoute,
  replayRoute,
} from './webhooks/webhook-replays.ts';
import {
  changeWebhookRoute,
  createWebhookRoute,
  deleteWebhookRoute,
  webhookListRoute,
  webhookRoute,
} from './webhooks/webhooks.ts';

/** The routes below `/api/v1`, in the order of the OpenAPI document. */
export const dataRoutes: readonly ((routes: OpenAPIHono<ApiEnv>) => void)[] = [
  corridorListRoute,
  corridorRoute,
  corridorHistoryRoute,
  corridorFailuresRoute,
  ledgerListRoute,
  ledgerRoute,
  paymentListRoute,
  paymentRoute,
  networkRoute,
  cacheStatsRoute,
  eventsRoute,
  createTokenRoute,
  apiKeyRoutes,
  createWebhookRoute,
  webhookListRoute,
  webhookRoute,
  changeWebhookRoute,
  deleteWebhookRoute,
  pauseWebhookRoute,
  resumeWebhookRoute,
  rotateSecretRoute,
  testWebhookRoute,
  webhookDeliveriesRoute,
  webhookAttemptsRoute,
  webhookEventsRoute,
  newReplayRoute,
  replayListRoute,
  replayRoute,
  cancelReplayRoute,
  rotateWebhookKeysRoute,
];
