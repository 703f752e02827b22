import type { Database, RunOptions } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { ResyncRequiredError, type LogCursor } from './errors.ts';
import { requireHead, selectHead } from './head.ts';

/** Where Postgres notifies of every append. */
export const LOG_CHANNEL = 'event_log';

export interface Appended {
  readonly epoch: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

export interface LoggedEvent {
  readonly id: bigint;
  /** As it was appended. */
  readonly event: unknown;
}

/**
 * Gives the events the next ids of the log and notifies of them at commit. No id is lost or given twice. An event is
 * anything that JSON can hold. This must be the transaction's last statement: from here to its end all other writers wait.
 */
export async function appendEvents({ sql }: Transaction, events: readonly object[]): Promise<Appended> {
  const [row] = await sql<{ epoch: string; first_id: bigint; last_id: bigint }[]>`
    with head as (
      update event_log_head set last_id = last_id + ${events.length}
      returning epoch, last_id - ${events.length} + 1 as first_id, last_id
    ), appended as (
      insert into event_log (first_id, last_id, events, created_at)
      select first_id, last_id, ${JSON.stringify(events)}::text::json, clock_timestamp() from head
      where last_id >= first_id
    )
    select epoch, first_id, last_id, pg_notify(${LOG_CHANNEL}, last_id::text) from head`;
  const { epoch, first_id: firstId, last_id: lastId } = requireHead(row);
  return { epoch, firstId, lastId };
}

/**
 * The next events after a cursor, `limit` at most, without a hole; none if the cursor is at the head.
 *
 * @throws ResyncRequiredError if the log does not hold the events after the cursor
 */
export function readEvents(
  db: Database,
  {
    after,
    limit,
    signal,
  }: { readonly after: LogCursor; readonly limit: number } & Pick<RunOptions, 'signal'>,
): Promise<LoggedEvent[]> {
  return db.run(
    async (executor) => {
      const head = await selectHead(executor);
      const resync = new ResyncRequiredError(after, head);
      if (after.epoch !== head.epoch || after.id > head.lastId || after.id < head.oldestId - 1n) throw resync;
      if (after.id === head.lastId) return [];
      // Ids have no holes, so the limit is a range of them.
      const last = after.id + BigInt(limit);
      const events = await executor.sql<LoggedEvent[]>`
        select first_id + place - 1 as id, event
        from event_log, json_array_elements(events) with ordinality as each (event, place)
        where last_id > ${after.id} and first_id <= ${last}
          and first_id + place - 1 between ${after.id + 1n} and ${last}
        order by id`;
      // Retention may have cut the log since its head was read.
      if (events[0]?.id !== after.id + 1n) throw resync;
      return [...events];
    },
    { signal },
  );
}

/** Deletes events appended more than `retentionDays` ago, by the database's clock. */
export async function trimLog(
  db: Database,
  { retentionDays }: { readonly retentionDays: number },
): Promise<{ deletedRows: number }> {
  const deleted = await db.run(
    ({ sql }) => sql`
      delete from event_log
      where created_at < clock_timestamp() - make_interval(secs => ${retentionDays * 86_400})`,
  );
  return { deletedRows: deleted.count };
}
