import type { Database, Executor, RunOptions } from '../database.ts';
import { ResyncRequiredError, type LogCursor } from './errors.ts';
import { EVENTS_A_ROW, eventsOfRow, MOST_IN_ROW, type LoggedEvent } from './event-rows.ts';
import { logHeadColumns, requireHead, type LogHead } from './head.ts';

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

interface EventRow extends LogHead {
  /** Null if there are none. */
  readonly firstId: bigint | null;
  /** JSON. */
  readonly events: string;
}

/** Beyond every head, and far from the end of int8. */
const BEYOND = 2n ** 62n;

/**
 * The next events after a cursor, in order. None is left out: a page ends where a limit is reached, at `end`.
 *
 * @throws ResyncRequiredError if the log does not hold the events after the cursor
 */
export async function readEvents(db: Database, options: LogPageOptions): Promise<LogPage> {
  const { after, limit, scan = limit, channels, signal } = options;
  // Ids have no holes, so the number of ids is a range of them.
  const start = min(after.id, BEYOND);
  const last = start + BigInt(channels === undefined ? Math.min(scan, limit) : scan);
  return await db.run(
    async (executor) => {
      const page = new Page(options);
      let head: LogHead | undefined;
      let id = start;
      // Of dense channels the first step is enough; of sparse ones each looks further than the one before.
      for (let step = Math.max(limit, EVENTS_A_ROW); ; step *= 2) {
        const to = min(last, min(id + BigInt(step), head?.lastId ?? BEYOND));
        const rows = await selectRows(executor, { epoch: after.epoch, from: id + 1n, to });
        head ??= headOf(rows, after);
        for (const { firstId, events } of rows) {
          // What retention has dropped since the first step is left to the next page, which says so.
          if (firstId === null || firstId > id + 1n) break;
          for (const event of eventsOfRow({ firstId, events }, id + 1n, to)) {
            if (!page.add(event)) return { events: page.events, end: page.end(after), head };
            ({ id } = event);
          }
        }
        if (id < to || id === last || id === head.lastId) break;
      }
      return { events: page.events, end: { epoch: after.epoch, id }, head };
    },
    { signal },
  );
}

/** The events of a page, as long as they are within its bounds. */
class Page {
  readonly events: LoggedEvent[] = [];
  readonly #options: LogPageOptions;
  readonly #channels: ReadonlySet<string> | undefined;
  #bytes = 0;

  constructor(options: LogPageOptions) {
    this.#options = options;
    this.#channels = options.channels && new Set(options.channels);
  }

  /** Returns false if the event must be left to the next page. */
  add(event: LoggedEvent): boolean {
    const { limit, maxBytes } = this.#options;
    if (this.#channels !== undefined && !event.channels.some((channel) => this.#channels?.has(channel))) {
      return true;
    }
    if (this.events.length === limit || (maxBytes !== undefined && this.#bytes >= maxBytes)) return false;
    this.events.push(event);
    if (maxBytes !== undefined) this.#bytes += bytesOf(event);
    return true;
  }

  /** If it is full. */
  end({ epoch, id }: LogCursor): LogCursor {
    return { epoch, id: this.events.at(-1)?.id ?? id };
  }
}

/** The rows with these ids, in order, each with the head; at least one. */
function selectRows(
  executor: Executor,
  { epoch, from, to }: { readonly epoch: string; readonly from: bigint; readonly to: bigint },
): PromiseLike<EventRow[]> {
  const { sql } = executor;
  // Known before the statement is planned, so that no other partition is opened.
  const rowsFrom = from - BigInt(MOST_IN_ROW);
  return sql<EventRow[]>`
    select head.*, first_id as "firstId", events::text as events
    from (select ${logHeadColumns(executor)} from event_log_head limit 1) head
    left join (
      select first_id, events from event_log
      where first_id >= (
          select max(first_id) from event_log where first_id > ${rowsFrom} and first_id <= ${from}
        ) and first_id > ${rowsFrom} and first_id <= ${to}
    ) rows on epoch = ${epoch}
    order by first_id`;
}

/** @throws ResyncRequiredError */
function headOf(rows: readonly EventRow[], after: LogCursor): LogHead {
  const { epoch, oldestId, lastId } = requireHead(rows[0]);
  if (after.epoch !== epoch || after.id > lastId || after.id < oldestId - 1n) {
    throw new ResyncRequiredError(after, { epoch, oldestId, lastId });
  }
  return { epoch, oldestId, lastId };
}

/** Of its JSON in the log. */
function bytesOf({ event, channels, data }: LoggedEvent): number {
  const between = '{"event":"","channels":[],"data":}'.length;
  const names = channels.reduce((sum, { length }) => sum + length + '"",'.length, event.length);
  return Buffer.byteLength(data) + names + between;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
