import type { Database } from '../../database.ts';
import { appendEvents, type NewEvent } from '../../log/append-events.ts';
import type { LogCursor } from '../../log/errors.ts';
import { transaction } from '../../transaction.ts';
import { leaveLive, lockCursor, stopHandingOut } from '../live-state.ts';

/** Answered 410; failed for too long; or its next event is no longer in the log. */
export const DISABLED_REASONS = ['gone', 'failing', 'events_expired'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** A webhook as it was when it was disabled. */
export interface DisabledWebhook {
  readonly webhookId: string;
  readonly reason: DisabledReason;
  readonly disabledAt: Date;
  readonly failingSince: Date | null;
  readonly lastError: string | null;
  readonly lastStatus: number | null;
  /** The first event that is pending; null if none is. */
  readonly firstUndelivered: LogCursor | null;
  /** Later events are not matched for it. */
  readonly matchedTo: LogCursor;
}

type DisabledRow = Omit<DisabledWebhook, 'webhookId' | 'reason' | 'firstUndelivered' | 'matchedTo'> & {
  readonly firstEpoch: string | null;
  readonly firstId: bigint | null;
};

interface Disabling extends Pick<DisabledWebhook, 'webhookId' | 'reason'> {
  /** That the last attempt was sent to. */
  readonly url: string;
}

/**
 * Disables a webhook and appends the event that says so, in one transaction. What is pending stays, for when it is resumed.
 * Returns null if it is disabled or deleted already, has another URL by now, or fails no longer.
 */
export async function disableWebhook(
  db: Database,
  { webhookId, reason, url }: Disabling,
  eventOf: (webhook: DisabledWebhook) => NewEvent,
): Promise<DisabledWebhook | null> {
  return await transaction(db, async (tx) => {
    const cursor = await lockCursor(tx);
    const [row] = await tx.sql<(DisabledRow & { readonly matchedTo: bigint | null })[]>`
      with disabled as (
        update webhooks set state = 'disabled', state_reason = ${reason}, state_since = now(), changed_at = now()
        where id = ${webhookId} and state in ('active', 'paused') and url = ${url} and (${reason !== 'failing'} or exists (
          select from webhook_progress where webhook_id = ${webhookId} and failing_since is not null))
        returning id, matched_to, state_since
      )
      select state_since as "disabledAt", matched_to as "matchedTo", failing_since as "failingSince",
             last_error as "lastError", last_status as "lastStatus", own.epoch as "firstEpoch", event_id as "firstId"
      from disabled left join webhook_progress on webhook_progress.webhook_id = disabled.id
      left join lateral (
        select epoch, event_id from webhook_deliveries
        where webhook_deliveries.webhook_id = disabled.id and webhook_deliveries.state = 'pending' and event_id is not null
        order by webhook_deliveries.id limit 1
      ) own on true`;
    if (row === undefined) return null;
    await leaveLive(tx, [webhookId]);
    await stopHandingOut(tx, webhookId);
    const { firstEpoch, firstId, matchedTo, ...facts } = row;
    const webhook = {
      ...facts,
      webhookId,
      reason,
      firstUndelivered: firstEpoch === null || firstId === null ? null : { epoch: firstEpoch, id: firstId },
      matchedTo: { epoch: cursor.epoch, id: matchedTo ?? cursor.id },
    };
    await appendEvents(tx, [eventOf(webhook)]);
    return webhook;
  });
}
