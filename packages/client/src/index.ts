export {
  accountChannel,
  ALL,
  anchorChannel,
  ANCHORS,
  assetChannel,
  corridorChannel,
  CORRIDORS,
  LEDGERS,
  PAYMENTS,
  poolChannel,
  POOLS,
} from '@stellar-insights/contract/channels';
export { createClient, type Client, type ClientOptions } from './client.ts';
export { ApiProblemError, ApiUnreachableError, UnexpectedAnswerError } from './errors.ts';
export { EventOrderError, ResyncRequiredError, StreamRefusedError } from './follow/errors.ts';
export type { FollowState } from './follow/follow-state.ts';
export type { FollowOptions } from './follow/follow.ts';
export type { TokenSource } from './follow/with-token.ts';
export type { StreamedEvent } from './follow/transport.ts';
export type { CallOptions } from './rest/request.ts';
export { WebhookVerificationError, type WebhookVerificationErrorCode } from './webhooks/errors.ts';
export { verifyWebhook, type WebhookRequest } from './webhooks/verify-webhook.ts';
export type { WebhookMessage } from '@stellar-insights/contract/webhooks';
export { WebhookSecretError } from '@stellar-insights/contract/webhook-signature';
