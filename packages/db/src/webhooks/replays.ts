import { MOST_IN_ROW } from '../log/event-rows.ts';
import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import { transaction } from '../transaction.ts';
import { ReplayRunningError } from './errors.ts';
import { lockWebhook, type WebhookPlace } from './read-webhooks.ts';
import { isVisible } from './stored-webhook.ts';
import { notifyWork } from './dispatch-channels.ts';

/** Events that a webhook gets again. The dispatcher matches them from `nextId` on. */
export interface StoredReplay {
  readonly id: string;
  readonly webhookId: string;
  readonly firstId: bigint;
  /** Included. */
  readonly lastId: bigint;
  readonly nextId: bigint;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  readonly reason: string | null;
  /** Deliveries made. */
  readonly matched: bigint;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** Of the log: the ids are those of this epoch. */
  readonly epoch: string;
}

export interface NewReplay extends Pick<RunOptions, 'signal'> {
  readonly id: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

const MOST_LISTED = 100;

/**
 * Begins a replay. Undefined if there is no such webhook.
 *
 * @throws ReplayRunningError
 */
export function createReplay(
  db: Database,
  place: WebhookPlace,
  { id, firstId, lastId, signal }: NewReplay,
): Promise<StoredReplay | undefined> {
  return transaction(
    db,
    async (tx) => {
      const { sql } = tx;
      if (!(await lockWebhook(tx, place))) return undefined;
      const { id: webhookId } = place;
      const running = await sql`
        select from webhook_replays where webhook_id = ${webhookId} and state = 'running' limit 1`;
      if (running.length > 0) throw new ReplayRunningError();
      const [replay] = await sql<StoredReplay[]>`
        insert into webhook_replays (id, webhook_id, first_id, last_id, next_id, state, created_at)
        values (${id}, ${webhookId}, ${firstId}, ${lastId}, ${firstId}, 'running', now())
        returning ${replayColumns(tx)}`;
      await notifyWork(tx);
      return replay;
    },
    { signal },
  );
}

/** The newest first. */
export async function listReplays(
  db: Database,
  webhookId: string,
  options?: RunOptions,
): Promise<StoredReplay[]> {
  const rows = await db.run(
    (executor) => executor.sql<StoredReplay[]>`
      select ${replayColumns(executor)} from webhook_replays where webhook_id = ${webhookId}
      order by created_at desc limit ${MOST_LISTED}`,
    options,
  );
  return [...rows];
}

export interface ReplayPlace extends WebhookPlace {
  readonly replayId: string;
}

/** Undefined unless there is such a replay in the scope. */
export async function readReplay(
  db: Database,
  { id, scope, replayId }: ReplayPlace,
  options?: RunOptions,
): Promise<StoredReplay | undefined> {
  const [replay] = await db.run(
    (executor) => executor.sql<StoredReplay[]>`
      select ${replayColumns(executor)} from webhook_replays
      where id = ${replayId} and webhook_id = ${id}
        and exists (select from webhooks where id = ${id} and ${isVisible(executor, scope)})`,
    options,
  );
  return replay;
}

/** Deliveries that it has made stay. One that has ended stays as it is. */
export async function cancelReplay(
  db: Database,
  place: ReplayPlace,
  options?: RunOptions,
): Promise<StoredReplay | undefined> {
  await db.run(
    (executor) => executor.sql`
      update webhook_replays set state = 'cancelled', finished_at = now()
      where id = ${place.replayId} and webhook_id = ${place.id} and state = 'running'
        and exists (select from webhooks where id = ${place.id} and ${isVisible(executor, place.scope)})`,
    options,
  );
  return await readReplay(db, place, options);
}

/** The first event that was logged at this time or later: a bisection of the log's ids. The next one to come if there is none. */
export async function firstEventAt(db: Database, time: Date, options?: RunOptions): Promise<bigint> {
  const [row] = await db.run(
    ({ sql }) => sql<{ id: bigint }[]>`
      with recursive range (low, high) as (
        select oldest_id - 1, last_id + 1 from event_log_bounds, event_log_head
        union all
        select case when is_before then middle else low end, case when is_before then high else middle end
        from range, lateral (select (low + high) / 2 as middle) split, lateral (
          select created_at < ${time.toISOString()}::timestamptz as is_before from event_log
          where first_id = (
            select max(first_id) from event_log where first_id <= middle and first_id > middle - ${MOST_IN_ROW}
          )
        ) row_of_middle
        where high - low > 1
      )
      select high as id from range order by high - low limit 1`,
    options,
  );
  if (row === undefined) throw new TypeError('found an event log without bounds, expected one row');
  return row.id;
}

function replayColumns({ sql }: Executor): Fragment {
  return sql`
    id, webhook_id as "webhookId", first_id as "firstId", last_id as "lastId", next_id as "nextId", state, reason,
    matched, created_at as "createdAt", finished_at as "finishedAt", (select epoch from event_log_head) as epoch`;
}
