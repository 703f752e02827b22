import type { Database, RunOptions } from '../../database.ts';
import type { LogCursor } from '../../log/errors.ts';
import { logHeadColumns, requireHead, type LogHead } from '../../log/head.ts';

/** What there is to do, in one cheap look. */
export interface DispatchOverview {
  /** Everything up to it is matched. */
  readonly cursor: LogCursor;
  readonly head: LogHead;
  /** Whether any webhook is live: otherwise no event matches. */
  readonly hasFilters: boolean;
  /** Whether a webhook catches up, or a replay runs. */
  readonly hasBehind: boolean;
  /** Whether a delivery may be due. */
  readonly hasDue: boolean;
  /** Milliseconds until the next delivery is due; null if none waits. */
  readonly nextDueInMs: number | null;
  readonly hasTests: boolean;
}

type OverviewRow = LogHead &
  Omit<DispatchOverview, 'cursor' | 'head'> & { readonly cursorEpoch: string; readonly cursorId: bigint };

export async function readOverview(db: Database, options?: RunOptions): Promise<DispatchOverview> {
  const [row] = await db.run(
    (executor) => executor.sql<OverviewRow[]>`
      select ${logHeadColumns(executor)}, cursor_epoch as "cursorEpoch", cursor_id as "cursorId",
             exists (select from webhook_filter_keys) as "hasFilters",
             exists (select from webhooks where state = 'active' and matched_to is not null)
               or exists (select from webhook_replays where state = 'running') as "hasBehind",
             exists (select from webhook_progress join webhooks on id = webhook_id
                     where next_due_at <= now() and state = 'active') as "hasDue",
             (select (extract(epoch from min(next_due_at) - now()) * 1000)::float8
              from webhook_progress where next_due_at > now()) as "nextDueInMs",
             exists (select from webhook_deliveries
                     where state = 'pending' and test_id is not null and due_at <= now()) as "hasTests"
      from event_log_head, (select epoch as cursor_epoch, id as cursor_id from webhook_cursor) cursor`,
    options,
  );
  const { epoch, oldestId, lastId, cursorEpoch, cursorId, ...overview } = requireHead(row);
  return { ...overview, cursor: { epoch: cursorEpoch, id: cursorId }, head: { epoch, oldestId, lastId } };
}
