export { listAttempts, type AttemptPlace, type StoredAttempt } from './attempts.ts';
export { changeWebhook } from './change-webhook.ts';
export { secretBoxConfig } from './config.ts';
export { createWebhook } from './create-webhook.ts';
export { addTestDelivery, listDeliveries, type AboutEvent, type StoredDelivery } from './deliveries.ts';
export { NoSecretError, ReplayRunningError, SecretUnreadableError, WebhookLimitError } from './errors.ts';
export { countPending, listWebhooks, readOwners, readWebhook, type WebhookPlace } from './read-webhooks.ts';
export {
  cancelReplay,
  createReplay,
  firstEventAt,
  listReplays,
  readReplay,
  type StoredReplay,
} from './replays.ts';
export { SecretBox } from './secret-box.ts';
export {
  readPublicKeys,
  readSecretTimes,
  readSigningSecrets,
  rotateKeyPair,
  rotateSecret,
  type NewSecret,
  type SigningSecret,
} from './secrets.ts';
export type { Scope, StoredWebhook } from './stored-webhook.ts';
export { deleteWebhook, pauseWebhook, resumeWebhook } from './webhook-state.ts';
