import { formatCursor } from '@stellar-insights/contract';
import { webhookDisabled } from '@stellar-insights/contract/events';
import { formatWebhookId } from '@stellar-insights/contract/webhooks';
import type { Database } from '@stellar-insights/db';
import {
  disableWebhook,
  type DisabledReason,
  type DisabledWebhook,
  type DeliveryWork,
} from '@stellar-insights/db/webhook-dispatch';
import type { Log } from '@stellar-insights/runtime/log';
import type { WebhookMetrics } from './webhook-metrics.ts';

export interface DisableParts {
  readonly db: Database;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
}

/** Ends deliveries to the webhook of a delivery until its owner resumes it; an event, the log and a metric report it, once. */
export async function disable(
  { db, metrics, log }: DisableParts,
  { webhookId, url }: DeliveryWork,
  reason: DisabledReason,
): Promise<void> {
  const disabled = await disableWebhook(db, { webhookId, reason, url }, disabledEvent);
  if (disabled === null) return;
  metrics.disabled(reason);
  const { lastError, lastStatus } = disabled;
  const facts = { webhookId: formatWebhookId(webhookId), reason, lastError, lastStatus };
  log.warn(facts, `a webhook was disabled: ${reason}`);
}

function disabledEvent(webhook: DisabledWebhook) {
  const { firstUndelivered: first } = webhook;
  return webhookDisabled.create({
    webhook_id: formatWebhookId(webhook.webhookId),
    reason: webhook.reason,
    disabled_at: webhook.disabledAt.toISOString(),
    failing_since: webhook.failingSince?.toISOString() ?? null,
    last_error: webhook.lastError,
    last_status: webhook.lastStatus,
    first_undelivered: first === null ? null : formatCursor(first),
    matched_to: formatCursor(webhook.matchedTo),
  });
}
