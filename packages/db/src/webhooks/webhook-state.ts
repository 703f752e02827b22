import type { Database, RunOptions } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { becomeLive, leaveLive, lockCursor, stopHandingOut } from './live-state.ts';
import { lockWebhook, selectWebhook, type WebhookPlace } from './read-webhooks.ts';
import { lockStartPlace } from './start-place.ts';
import type { StoredWebhook } from './stored-webhook.ts';
import { notifyWork } from './dispatch-channels.ts';

/*
 * active ── pause ──► paused ── resume ──► active
 * active, paused ── the dispatcher disables it ──► disabled ── resume ──► active
 * any of them ── delete ──► deleted, which nobody sees; the dispatcher removes its rows
 *
 * What is not active remembers the event up to which it was matched, and goes on from there.
 */

type Options = Pick<RunOptions, 'signal'>;

/** A webhook that is not active stays as it is. Undefined if there is no such webhook. */
export function pauseWebhook(
  db: Database,
  place: WebhookPlace,
  options: Options = {},
): Promise<StoredWebhook | undefined> {
  return changeState(db, place, options, async (tx, state) => {
    if (state !== 'active') return;
    await leaveLive(tx, [place.id]);
    await tx.sql`
      update webhooks set state = 'paused', state_reason = null, state_since = now() where id = ${place.id}`;
    await stopHandingOut(tx, place.id);
  });
}

export interface ResumeOptions extends Options {
  /** `now`: without what came since it stopped, and without what is pending. */
  readonly from: 'stop' | 'now';
}

/** An active webhook stays as it is. Undefined if there is no such webhook. */
export function resumeWebhook(
  db: Database,
  place: WebhookPlace,
  { from, ...options }: ResumeOptions,
): Promise<StoredWebhook | undefined> {
  return changeState(db, place, options, async (tx, state) => {
    if (state === 'active') return;
    const { id: cursor } = await lockStartPlace(tx);
    await tx.sql`
      update webhooks set state = 'active', state_reason = null, state_since = now() where id = ${place.id}`;
    const matchedTo = from === 'now' ? cursor : await continueFromStop(tx, place.id, cursor);
    await tx.sql`update webhooks set matched_to = ${matchedTo} where id = ${place.id}`;
    if (matchedTo === cursor) await becomeLive(tx, place.id);
    await resumeDeliveries(tx, place.id, from);
  });
}

/** False if there is no such webhook. Attempts that have begun end; their results are dropped. */
export async function deleteWebhook(
  db: Database,
  place: WebhookPlace,
  options: Options = {},
): Promise<boolean> {
  const existed = await changeState(db, place, options, async (tx) => {
    const { sql } = tx;
    await sql`update webhooks set state = 'deleted', state_since = now() where id = ${place.id}`;
    await sql`delete from webhook_filter_keys where webhook_id = ${place.id}`;
    await sql`delete from webhook_secrets where webhook_id = ${place.id}`;
    await stopHandingOut(tx, place.id);
  });
  return existed !== undefined;
}

/** The webhook as it is after the change; a deleted one as it was. */
function changeState(
  db: Database,
  place: WebhookPlace,
  { signal }: Options,
  change: (tx: Transaction, state: StoredWebhook['state']) => Promise<void>,
): Promise<StoredWebhook | undefined> {
  return transaction(
    db,
    async (tx) => {
      await lockCursor(tx);
      const webhook = (await lockWebhook(tx, place)) ? await selectWebhook(tx, place) : undefined;
      if (webhook === undefined) return undefined;
      await change(tx, webhook.state);
      return (await selectWebhook(tx, place)) ?? webhook;
    },
    { signal },
  );
}

/** The place that it stopped at, or the oldest that the log can continue from: then it has missed the events between. */
async function continueFromStop(tx: Transaction, id: string, cursor: bigint): Promise<bigint> {
  const firstExpired = await failExpiredOf(tx, id);
  const [row] = await tx.sql<{ matchedTo: bigint }[]>`
    with stop as (
      select coalesce(matched_to, ${cursor}) as stopped, oldest_id - 1 as oldest
      from webhooks, event_log_bounds where id = ${id}
    ), place as (
      select stopped, oldest, least(stopped, ${firstExpired}::int8 - 1) as had from stop
    )
    update webhooks set
      matched_to = least(greatest(stopped, oldest), ${cursor}),
      missed_after = case when had < oldest then had else missed_after end,
      missed_to = case when had < oldest then oldest else missed_to end
    from place where id = ${id} returning matched_to as "matchedTo"`;
  return row?.matchedTo ?? cursor;
}

/** What is pending and no longer in the log can not be delivered: it would hold up a strict webhook for ever. */
async function failExpiredOf({ sql }: Transaction, id: string): Promise<bigint | null> {
  const [row] = await sql<{ first: bigint | null }[]>`
    with expired as (
      update webhook_deliveries set
        state = 'failed', claimed = false, finished_at = now(), last_error = 'event_expired', last_status = null
      where webhook_id = ${id} and state = 'pending' and event_id < (select oldest_id from event_log_bounds)
      returning event_id, replay_id
    )
    select min(event_id) filter (where replay_id is null) as first from expired`;
  return row?.first ?? null;
}

/** What waits is due now; how the endpoint did before it stopped is forgotten. */
async function resumeDeliveries(tx: Transaction, id: string, from: 'stop' | 'now'): Promise<void> {
  await (from === 'now'
    ? tx.sql`delete from webhook_deliveries where webhook_id = ${id} and state = 'pending' and test_id is null`
    : tx.sql`
        update webhook_deliveries set due_at = now()
        where webhook_id = ${id} and state = 'pending' and test_id is null and not claimed and due_at > now()`);
  await tx.sql`
    update webhook_progress
    set failing_since = null, failures = 0, open_until = null, opened = 0, next_due_at = now()
    where webhook_id = ${id}`;
  await notifyWork(tx);
}
