import { arrayLiteral } from '../sql.ts';
import type { LogCursor } from '../log/errors.ts';
import { requireHead } from '../log/head.ts';
import type { Transaction } from '../transaction.ts';

/*
 * A webhook is live, or it is behind. The dispatcher's one cursor matches for all live ones, which are found by their keys. One
 * that is behind has no keys, and remembers in `matched_to` up to which event it was matched.
 *
 * live ── paused, disabled, or too much is pending ──► behind ── it has caught up with the cursor ──► live
 *
 * Each step is made while the cursor's row is locked, so no event is left out or matched twice.
 */

/** Locks the place up to which events are matched. The first lock of a transaction that also takes others of webhooks. */
export async function lockCursor({ sql }: Transaction): Promise<LogCursor> {
  const [row] = await sql<LogCursor[]>`select epoch, id from webhook_cursor for update`;
  return { ...requireHead(row) };
}

/** Puts live webhooks behind, at the cursor, which must be locked. Returns those that were live. */
export async function leaveLive({ sql }: Transaction, webhookIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    with left_live as (
      update webhooks set matched_to = (select id from webhook_cursor)
      where id = any (${arrayLiteral(webhookIds)}::text::uuid[]) and matched_to is null and state <> 'deleted'
      returning id
    ), removed as (
      delete from webhook_filter_keys where webhook_id in (select id from left_live)
    )
    select id from left_live`;
  return rows.map(({ id }) => id);
}

/** Files an active webhook under its keys. The cursor must be locked, and the webhook matched up to there. */
export async function becomeLive({ sql }: Transaction, webhookId: string): Promise<void> {
  await sql`
    with live as (
      update webhooks set matched_to = null where id = ${webhookId} and state = 'active' and matched_to is not null
      returning id, filter_keys
    )
    insert into webhook_filter_keys (key, min_amount, webhook_id)
    select key, min_amount, id from live, jsonb_to_recordset(filter_keys) as own (key text, min_amount numeric)
    on conflict do nothing`;
}

/** Nobody looks for what is due of this webhook, until it is resumed. Attempts that are under way do not change that. */
export async function stopHandingOut({ sql }: Transaction, webhookId: string): Promise<void> {
  await sql`update webhook_progress set next_due_at = null where webhook_id = ${webhookId}`;
}
