import { z } from 'zod';
import { time } from '../scalars.ts';
import { webhookId } from '../webhooks/ids.ts';
import { defineEvent } from './define-event.ts';
import { logCursor } from './log-cursor.ts';

/** Why a webhook was disabled: it answered 410, failed for too long, or needs events that the log has dropped. */
export const disabledReason = z.enum(['gone', 'failing', 'events_expired']);

export const webhookDisabled = defineEvent(
  'webhook.disabled',
  'A webhook was disabled. Whose it is and where it leads is not in the log, which everybody may read.',
  z.object({
    webhook_id: webhookId,
    reason: disabledReason,
    disabled_at: time,
    failing_since: time.nullable(),
    /** Of the last attempt: the code of an error, or the status of a response. */
    last_error: z.string().nullable(),
    last_status: z.int().nullable(),
    /** The first event that it has not got, if there is one. */
    first_undelivered: logCursor.nullable(),
    /** Events after this place have not been matched for it. */
    matched_to: logCursor,
  }),
  () => [],
);
