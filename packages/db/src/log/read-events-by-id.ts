import type { Database } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import { MOST_IN_ROW } from './event-rows.ts';

/** One event, with the time at which it was appended. */
export interface StoredEvent {
  readonly id: bigint;
  /** Its kind. */
  readonly event: string;
  readonly at: Date;
  /** JSON, as it was appended. */
  readonly data: string;
}

/**
 * The events with these ids that the log still holds. Each row of the log is read once, and the server takes the events out of it:
 * a few of each of many large rows would be megabytes.
 */
export async function readEventsById(db: Database, ids: readonly bigint[]): Promise<StoredEvent[]> {
  const [first, last] = [ids.reduce(least, ids[0] ?? 0n), ids.reduce(greatest, 0n)];
  // Known before the statement is planned, so that no other partition is opened.
  const rowsFrom = first - BigInt(MOST_IN_ROW);
  const rows = await db.run(
    ({ sql }) => sql<StoredEvent[]>`
      with wanted as (
        select id, (
          select max(first_id) from event_log
          where first_id > ${rowsFrom} and first_id <= ${last} and first_id <= id
        ) as row_id
        from unnest(${arrayLiteral([...new Set(ids)].map(String))}::text::int8[]) as id
      ), rows as (
        select row_id, array_agg(id) as ids from wanted group by row_id
      )
      select first_id + place - 1 as id, each.event->>'event' as event, created_at as at,
             (each.event->'data')::text as data
      from rows join event_log on first_id = row_id and first_id > ${rowsFrom} and first_id <= ${last},
           json_array_elements(events) with ordinality as each (event, place)
      where first_id + place - 1 = any (ids)
        and first_id + place - 1 >= (select oldest_id from event_log_bounds)`,
  );
  return [...rows];
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
