import { formatCursor } from '@stellar-insights/contract';
import {
  formatWebhookId,
  type Webhook,
  type WebhookDetail,
  type WebhookFilters,
} from '@stellar-insights/contract/webhooks';
import { countPending, readSecretTimes, type StoredWebhook } from '@stellar-insights/db/webhooks';
import type { RouteContext } from '../../answers/route-context.ts';

/** Counting goes no further. */
const MOST_COUNTED = 1000;

export function renderWebhook(stored: StoredWebhook): Webhook {
  const { epoch, matchedTo, missedAfter, missedTo } = stored;
  return {
    id: formatWebhookId(stored.id),
    owner: stored.owner,
    url: stored.url,
    description: stored.description,
    filters: stored.filters as WebhookFilters,
    ordering: stored.ordering,
    signature: stored.signature,
    concurrency: stored.concurrency,
    rate_per_second: stored.ratePerSecond,
    state: stored.state,
    state_reason: stored.stateReason as Webhook['state_reason'],
    state_since: stored.stateSince.toISOString(),
    matched_to: matchedTo === null ? null : formatCursor({ epoch, id: matchedTo }),
    missed:
      missedAfter === null || missedTo === null
        ? null
        : { after: formatCursor({ epoch, id: missedAfter }), to: formatCursor({ epoch, id: missedTo }) },
    created_at: stored.createdAt.toISOString(),
    changed_at: stored.changedAt.toISOString(),
    progress: renderProgress(stored),
  };
}

function renderProgress(stored: StoredWebhook): Webhook['progress'] {
  return {
    failing_since: isoTime(stored.failingSince),
    failures: stored.failures,
    circuit: { state: stored.openUntil === null ? 'closed' : 'open', until: isoTime(stored.openUntil) },
    last_success_at: isoTime(stored.lastSuccessAt),
    last_failure_at: isoTime(stored.lastFailureAt),
    last_error: stored.lastError,
    last_status: stored.lastStatus,
  };
}

export function isoTime(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

/** With what only its own answer has: counting, and secrets. */
export async function renderDetail(
  { db, signal }: RouteContext,
  webhook: StoredWebhook,
): Promise<WebhookDetail> {
  const { id } = webhook;
  const [waiting, secrets] = await Promise.all([
    countPending(db, { id, limit: MOST_COUNTED + 1, signal }),
    readSecretTimes(db, id, { signal }),
  ]);
  return {
    ...renderWebhook(webhook),
    pending: { count: Math.min(waiting, MOST_COUNTED), at_least: waiting > MOST_COUNTED },
    secrets: secrets.map(({ createdAt, signsUntil }) => ({
      created_at: createdAt.toISOString(),
      signs_until: isoTime(signsUntil),
    })),
  };
}
