import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import { MOST_IN_ROW } from './append-events.ts';
import { ResyncRequiredError, type LogCursor } from './errors.ts';
import { logHeadColumns, requireHead, type LogHead } from './head.ts';

/** An event as it was appended. */
export interface LoggedEvent {
  readonly id: bigint;
  /** Its kind. */
  readonly event: string;
  readonly channels: readonly string[];
  /** JSON, as it was appended: nobody needs to serialize it again. */
  readonly data: string;
}

export interface LogPage {
  readonly events: readonly LoggedEvent[];
  /** The place to go on from. It is beyond the last event if later ones were looked at and are in other channels. */
  readonly end: LogCursor;
  readonly head: LogHead;
}

export interface LogPageOptions extends Pick<RunOptions, 'signal'> {
  readonly after: LogCursor;
  /** The largest number of events. */
  readonly limit: number;
  /** An event is left to the next page if the JSON of those before it has as many bytes. Default: no limit. */
  readonly maxBytes?: number;
  /** Only events of one of these channels. Default: all events. */
  readonly channels?: readonly string[] | undefined;
  /** The largest number of ids that are looked at. Default: `limit`. */
  readonly scan?: number;
}

/** A page in one row: to read a row for each event would cost more than everything else that is done with it. */
interface PageRow extends LogHead {
  /** How many events there are for this page and those after it, up to one more than its limit. */
  readonly found: number;
  /** JSON: the `EventHead` of each event, between commas. Null if there are none. */
  readonly heads: string | null;
  /** The JSON of each event's data, between separators. */
  readonly data: string | null;
}

/** `place`: in the page that has all events after the cursor, from 0. */
type EventHead = readonly [place: number, event: string, channels: readonly string[]];

/** As in a JSON text sequence (RFC 7464): JSON has it neither in a string nor between tokens. */
const SEPARATOR = '\u001E';

/** Beyond every head, and far from the end of int8. */
const BEYOND = 2n ** 62n;

/**
 * The next events after a cursor, in order. None is left out: a page ends where a limit is reached, at `end`.
 *
 * @throws ResyncRequiredError if the log does not hold the events after the cursor
 */
export async function readEvents(db: Database, options: LogPageOptions): Promise<LogPage> {
  const { after, limit, maxBytes = Number.MAX_SAFE_INTEGER, channels, scan = limit, signal } = options;
  // Ids have no holes, so the number of ids is a range of them. Rows are in the order of their ids, so the search ends with the
  // first event that is too many.
  const first = min(after.id, BEYOND) + 1n;
  const last = min(after.id, BEYOND) + BigInt(scan);
  // Known before the statement is planned, so that no other partition is opened.
  const rowsFrom = first - BigInt(MOST_IN_ROW);
  const rows = await db.run(
    (executor) => {
      const { sql } = executor;
      return sql<PageRow[]>`
      with head as (
        select ${logHeadColumns(executor)} from event_log_head limit 1
      ), found as (
        select first_id + each.place - 1 as id, each.event
        from event_log, json_array_elements(events) with ordinality as each (event, place)
        where first_id >= (
            select max(first_id) from event_log where first_id > ${rowsFrom} and first_id <= ${first}
          ) and first_id > ${rowsFrom} and first_id <= ${last}
          and first_id + each.place - 1 between ${first} and ${last}
          and (select epoch from head) = ${after.epoch}
          ${channels === undefined ? sql`` : sql`and ${isIn(executor, channels)}`}
        order by first_id, each.place limit ${limit + 1}
      ), wanted as (
        select *, row_number() over in_order as place,
               sum(octet_length(event::text)) over in_order - octet_length(event::text) as bytes_before
        from found window in_order as (order by id)
      ), page as (
        select string_agg(json_build_array(id - ${first}, event->'event', event->'channels')::text, ',' order by id) as heads,
               string_agg(coalesce(event->'data', 'null')::text, ${SEPARATOR} order by id) as data
        from wanted where place <= ${limit} and bytes_before < ${maxBytes}::float8
      )
      select epoch, "lastId", "oldestId", (select count(*)::float8 from found) as found, heads, data from head, page`;
    },
    { signal },
  );
  const { found, heads, data, ...head } = requireHead(rows[0]);
  const { epoch, oldestId, lastId } = head;
  if (after.epoch !== epoch || after.id > lastId || after.id < oldestId - 1n) {
    throw new ResyncRequiredError(after, head);
  }
  const events = eventsOf(first, heads, data);
  const isCut = events.length < found;
  const end = isCut ? (events.at(-1)?.id ?? after.id) : min(last, lastId);
  return { events, end: { epoch, id: end }, head };
}

function eventsOf(first: bigint, heads: string | null, data: string | null): LoggedEvent[] {
  if (heads === null || data === null) return [];
  const texts = data.split(SEPARATOR);
  return (JSON.parse(`[${heads}]`) as EventHead[]).map(([place, event, channels], index) => ({
    id: first + BigInt(place),
    event,
    channels,
    data: texts[index] ?? '',
  }));
}

/** Whether the JSON `event` is in one of the channels. */
function isIn({ sql }: Executor, channels: readonly string[]): Fragment {
  return sql`exists (
    select from json_array_elements_text(event->'channels') as own (channel)
    where channel in (select json_array_elements_text(${JSON.stringify(channels)}::text::json)))`;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
