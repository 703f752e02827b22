import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../answers/route-context.ts';
import { anchorHistoryRoute } from './anchors/anchor-history.ts';
import { anchorIncidentsRoute } from './anchors/anchor-incidents.ts';
import { anchorListRoute } from './anchors/anchor-list.ts';
import { anchorRoute } from './anchors/anchor.ts';
import { anchorRegistrationRoutes } from './anchors/registrations.ts';
import { assetListRoute } from './assets/asset-list.ts';
import { assetRoute } from './assets/asset.ts';
import { backfillRoutes } from './backfills/backfills.ts';
import { cacheStatsRoute } from './cache/cache-stats.ts';
import { corridorFailuresRoute } from './corridors/corridor-failures.ts';
import { corridorHistoryRoute } from './corridors/corridor-history.ts';
import { corridorListRoute } from './corridors/corridor-list.ts';
import { corridorRoute } from './corridors/corridor.ts';
import { eventsRoute } from './events/events.ts';
import { failureReasonsRoute } from './failure-reasons/failure-reasons.ts';
import { apiKeyRoutes } from './keys/api-keys.ts';
import { createTokenRoute } from './keys/create-token.ts';
import { ledgerListRoute, ledgerRoute } from './ledgers/ledgers.ts';
import { networkRoute } from './network/network.ts';
import { claimableBalanceListRoute } from './operations/claimable-balances.ts';
import { clawbackListRoute } from './operations/clawbacks.ts';
import { contractTransferListRoute } from './operations/contract-transfers.ts';
import { poolOperationListRoute } from './operations/pool-operations.ts';
import { tradeListRoute } from './operations/trades.ts';
import { trustlineOperationListRoute } from './operations/trustline-operations.ts';
import { paymentListRoute, paymentRoute } from './payments/payments.ts';
import { poolListRoute } from './pools/pool-list.ts';
import { poolRankingsRoute } from './pools/pool-rankings.ts';
import { poolSnapshotsRoute } from './pools/pool-snapshots.ts';
import { poolStatsRoute } from './pools/pool-stats.ts';
import { poolRoute } from './pools/pool.ts';
import { transactionListRoute, transactionRoute } from './transactions/transactions.ts';
import { trustlineHistoryRoute } from './trustlines/trustline-history.ts';
import { trustlineRankingsRoute } from './trustlines/trustline-rankings.ts';
import { trustlineStatsRoute } from './trustlines/trustline-stats.ts';
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
  failureReasonsRoute,
  transactionListRoute,
  transactionRoute,
  tradeListRoute,
  claimableBalanceListRoute,
  clawbackListRoute,
  contractTransferListRoute,
  trustlineOperationListRoute,
  poolOperationListRoute,
  poolListRoute,
  poolRankingsRoute,
  poolStatsRoute,
  poolRoute,
  poolSnapshotsRoute,
  assetListRoute,
  assetRoute,
  trustlineStatsRoute,
  trustlineRankingsRoute,
  trustlineHistoryRoute,
  anchorListRoute,
  anchorRoute,
  anchorHistoryRoute,
  anchorIncidentsRoute,
  anchorRegistrationRoutes,
  networkRoute,
  cacheStatsRoute,
  eventsRoute,
  createTokenRoute,
  apiKeyRoutes,
  backfillRoutes,
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
