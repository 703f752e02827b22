import {
  formatDeliveryId,
  formatEventId,
  formatReplayId,
  formatTestEventId,
  type WebhookAttempt,
  type WebhookDelivery,
} from '@stellar-insights/contract/webhooks';
import type { AboutEvent, StoredAttempt, StoredDelivery } from '@stellar-insights/db/webhooks';
import { isoTime } from './render-webhook.ts';

export function renderDelivery(stored: StoredDelivery): WebhookDelivery {
  return {
    ...renderAbout(stored),
    state: stored.state,
    attempts: stored.attempts,
    due_at: stored.state === 'pending' ? stored.dueAt.toISOString() : null,
    created_at: stored.createdAt.toISOString(),
    finished_at: isoTime(stored.finishedAt),
    last_error: stored.lastError,
    last_status: stored.lastStatus,
  };
}

/** A delivery that succeeded leaves only its attempts: this is the last of them. */
export function renderDelivered(stored: StoredAttempt): WebhookDelivery {
  return {
    ...renderAbout(stored),
    state: 'delivered',
    attempts: stored.attempt,
    due_at: null,
    created_at: null,
    finished_at: stored.at.toISOString(),
    last_error: null,
    last_status: stored.status,
  };
}

export function renderAttempt(stored: StoredAttempt): WebhookAttempt {
  return {
    ...renderAbout(stored),
    attempt: stored.attempt,
    at: stored.at.toISOString(),
    outcome: stored.outcome,
    status: stored.status,
    latency_ms: stored.latencyMs,
    address: stored.address,
    error: stored.error,
    response_head: stored.head === null ? null : Buffer.from(stored.head).toString(),
  };
}

function renderAbout({ deliveryId, epoch, eventId, event, testId, replayId }: AboutEvent) {
  return {
    delivery_id: formatDeliveryId(deliveryId),
    event_id:
      epoch === null || eventId === null
        ? formatTestEventId(testId ?? '')
        : formatEventId({ epoch, id: eventId }),
    event,
    replay_id: replayId === null ? null : formatReplayId(replayId),
  };
}
