import type { Database, RunOptions } from '../database.ts';
import { ResyncRequiredError, type LogCursor } from './errors.ts';
import { selectHead } from './head.ts';

export interface LoggedEvent {
  readonly id: bigint;
  /** As it was appended. */
  readonly event: unknown;
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
