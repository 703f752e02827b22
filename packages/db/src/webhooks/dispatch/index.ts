export { BACKLOG, limitBacklog } from './backlog.ts';
export { disableWebhook, type DisabledReason, type DisabledWebhook } from './disable.ts';
export { readClaimed, readDueWebhooks, stillClaimed, type DueWebhook } from './due-webhooks.ts';
export { CursorFencedError } from './errors.ts';
export { handOut, handOutTests, returnDeliveries, type Claim, type HandedOut } from './hand-out.ts';
export { advanceMatching, type EventKey, type KeyedEvent, type Matched } from './match-events.ts';
export { failExpired, skipDropped, skipDroppedOf } from './missed-events.ts';
export { readOverview, type DispatchOverview } from './overview.ts';
export { advanceOwnCursor, readOwnCursors, type OwnCursor, type OwnKey } from './own-cursors.ts';
export { readWork, type DeliveryWork } from './read-work.ts';
export {
  HEALTHY,
  MOST_RESULTS,
  recordResults,
  type AttemptResult,
  type Recorded,
  type WebhookHealth,
} from './record-results.ts';
export { dropOldAttempts, ensureAttemptPartitions, removeOld } from './retention.ts';
export { readWebhookStatistics, type WebhookStatistics } from './statistics.ts';
export { watchDispatch } from './watch-dispatch.ts';
export { readOwners } from '../read-webhooks.ts';
export { skipUnwanted } from '../start-place.ts';
