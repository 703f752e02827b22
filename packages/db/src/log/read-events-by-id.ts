import type { Database } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import { eventsOfRow, MOST_IN_ROW } from './event-rows.ts';

/** One event, with the time at which it was appended. */
export interface StoredEvent {
  readonly id: bigint;
  /** Its kind. */
  readonly event: string;
  readonly at: Date;
  /** JSON, as it was appended. */
  readonly data: string;
}

/** The events with these ids that the log still holds. Each row of the log is read once. */
export async function readEventsById(db: Database, ids: readonly bigint[]): Promise<StoredEvent[]> {
  const [first, last] = [ids.reduce(least, ids[0] ?? 0n), ids.reduce(greatest, 0n)];
  // Known before the statement is planned, so that no other partition is opened.
  const rowsFrom = first - BigInt(MOST_IN_ROW);
  const wanted = new Set(ids);
  const rows = await db.run(
    ({ sql }) => sql<{ firstId: bigint; lastId: bigint; at: Date; events: string; oldestId: bigint }[]>`
      with row_ids as (
        select distinct (
          select max(first_id) from event_log
          where first_id > ${rowsFrom} and first_id <= ${last} and first_id <= id
        ) as row_id
        from unnest(${arrayLiteral([...wanted].map(String))}::text::int8[]) as id
      )
      select first_id as "firstId", last_id as "lastId", created_at as at, events::text as events,
             (select oldest_id from event_log_bounds) as "oldestId"
      from row_ids join event_log on first_id = row_id and first_id > ${rowsFrom} and first_id <= ${last}`,
  );
  return rows.flatMap(({ firstId, lastId, at, events, oldestId }) =>
    eventsOfRow({ firstId, events }, greatest(first, oldestId), least(last, lastId))
      .filter(({ id }) => wanted.has(id))
      .map(({ id, event, data }) => ({ id, event, at, data })),
  );
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
