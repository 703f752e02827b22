import type { Database, RunOptions } from '../../database.ts';

/** Counting goes no further: a number as large says enough. */
const MOST_COUNTED = 1_000_000;

export interface WebhookStatistics {
  /** Webhooks, by state. */
  readonly webhooks: Readonly<Record<'active' | 'paused' | 'disabled', number>>;
  /** Active webhooks whose last attempt failed, whose circuit breaker is open, and that catch up with the log. */
  readonly failing: number;
  readonly open: number;
  readonly behind: number;
  /** Deliveries that wait for an attempt, of at most a million. */
  readonly pending: number;
  /** Milliseconds for which the delivery that waits longest could have been handed out; 0 if none is due. */
  readonly oldestDueMs: number;
  /** Events of the log that are not matched yet. */
  readonly unmatched: number;
}

type StatisticsRow = Omit<WebhookStatistics, 'webhooks'> & WebhookStatistics['webhooks'];

/** It reads the state of every webhook, and nothing else of those that are well. */
export async function readWebhookStatistics(db: Database, options?: RunOptions): Promise<WebhookStatistics> {
  const [row] = await db.run(
    ({ sql }) => sql<StatisticsRow[]>`
      select states.*, ill.*,
             (select count(*) from webhooks where state = 'active' and matched_to is not null)::float8 as behind,
             (select count(*) from (
               select from webhook_deliveries where state = 'pending' limit ${MOST_COUNTED}
             ) pending)::float8 as pending,
             coalesce((
               select extract(epoch from now() - next_due_at) * 1000
               from webhook_progress join webhooks on id = webhook_id
               where next_due_at <= now() and state = 'active' order by next_due_at limit 1
             ), 0)::float8 as "oldestDueMs",
             (select greatest(event_log_head.last_id - webhook_cursor.id, 0)::float8
              from event_log_head, webhook_cursor) as unmatched
      from (
        select count(*) filter (where state = 'active')::float8 as active,
               count(*) filter (where state = 'paused')::float8 as paused,
               count(*) filter (where state = 'disabled')::float8 as disabled
        from webhooks
      ) states, (
        select count(*) filter (where failures > 0)::float8 as failing,
               count(*) filter (where open_until > now())::float8 as open
        from webhook_progress join webhooks on id = webhook_id
        where state = 'active' and (failures > 0 or open_until is not null)
      ) ill`,
    options,
  );
  if (row === undefined) throw new TypeError('found no statistics of webhooks, expected one row');
  const { active, paused, disabled, ...statistics } = row;
  return { webhooks: { active, paused, disabled }, ...statistics };
}
