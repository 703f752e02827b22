import type { Database, RunOptions } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { becomeLive, leaveLive, lockCursor } from './live-state.ts';
import { lockWebhook, selectWebhook, type WebhookPlace } from './read-webhooks.ts';
import type { StoredWebhook } from './stored-webhook.ts';
import { notifyWork } from './dispatch-channels.ts';

/** What is undefined stays. */
export interface WebhookChanges {
  readonly url?: string | undefined;
  readonly description?: string | null | undefined;
  /** The filters and their keys, which depend on the owner. */
  readonly filters?: Pick<StoredWebhook, 'filters' | 'filterKeys'> | undefined;
  readonly concurrency?: number | undefined;
  readonly ratePerSecond?: number | null | undefined;
}

/**
 * Changes what an owner has said. Events up to the cursor keep the filters of before. Undefined if there is no such webhook.
 */
export function changeWebhook(
  db: Database,
  place: WebhookPlace,
  { signal, ...changes }: WebhookChanges & Pick<RunOptions, 'signal'>,
): Promise<StoredWebhook | undefined> {
  return transaction(
    db,
    async (tx) => {
      await lockCursor(tx);
      if (!(await lockWebhook(tx, place))) return undefined;
      await change(tx, place.id, changes);
      return await selectWebhook(tx, place);
    },
    { signal },
  );
}

async function change(tx: Transaction, id: string, changes: WebhookChanges): Promise<void> {
  const { sql } = tx;
  const { url, description, filters, concurrency, ratePerSecond } = changes;
  const live = filters === undefined ? [] : await leaveLive(tx, [id]);
  await sql`
    update webhooks set
      changed_at = now(),
      url = coalesce(${url ?? null}, url),
      description = case when ${description === undefined} then description else ${description ?? null} end,
      filters = coalesce(${jsonOf(filters?.filters)}::text::jsonb, filters),
      filter_keys = coalesce(${jsonOf(filters?.filterKeys)}::text::jsonb, filter_keys),
      concurrency = coalesce(${concurrency ?? null}, concurrency),
      rate_per_second = case when ${ratePerSecond === undefined} then rate_per_second else ${ratePerSecond ?? null} end
    where id = ${id}`;
  if (live.length > 0) await becomeLive(tx, id);
  if (url !== undefined) await tryAgainNow(tx, id);
}

/** What the endpoint did at its old address says nothing of the new one. */
async function tryAgainNow(tx: Transaction, id: string): Promise<void> {
  await tx.sql`
    update webhook_progress set open_until = null, next_due_at = case when next_due_at is not null then now() end
    where webhook_id = ${id}`;
  await notifyWork(tx);
}

function jsonOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
