import type { PendingQuery } from 'postgres';
import type { Fragment } from '../database.ts';
import { lockCreation } from '../partitions/bounds.ts';
import type { Transaction } from '../transaction.ts';
import { encodeRow, EVENTS_A_ROW } from './event-rows.ts';
import { requireHead } from './head.ts';
import { coveredIds, createLogPartitions } from './log-partitions.ts';

/** Where Postgres notifies of every append. */
export const LOG_CHANNEL = 'event_log';

/** What the log holds of an event. */
export interface NewEvent {
  /** Its kind. */
  readonly event: string;
  /** Where readers find it. */
  readonly channels: readonly string[];
  /** Anything that JSON can hold. */
  readonly data: object;
}

/** Events that follow each other, as they are sent. */
export interface EncodedEvents {
  readonly count: number;
  /** In JSON, of at most `EVENTS_A_ROW` events each. */
  readonly rows: readonly { readonly count: number; readonly json: string }[];
}

export interface Appended {
  readonly epoch: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

/**
 * Gives the events the next ids of the log and notifies of them at commit. No id is lost or given twice.
 * This must be the transaction's last statement, and its only append: from here to its end all other writers wait.
 */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<Appended> {
  const [appended] = await appendBatches(tx, [encodeEvents(events)]);
  if (appended === undefined) throw new TypeError('found no batch, expected one');
  return appended;
}

/** What needs no transaction of an append. */
export function encodeEvents(events: readonly NewEvent[]): EncodedEvents {
  const rows = Array.from({ length: Math.ceil(events.length / EVENTS_A_ROW) }, (_, place) => {
    const some = events.slice(place * EVENTS_A_ROW, (place + 1) * EVENTS_A_ROW);
    return { count: some.length, json: encodeRow(some) };
  });
  return { count: events.length, rows };
}

/** As `appendEvents`, for batches of events that follow each other; each becomes a row of its own, or several if it is long. */
export async function appendBatches(tx: Transaction, batches: readonly EncodedEvents[]): Promise<Appended[]> {
  const count = batches.reduce((sum, events) => sum + events.count, 0);
  if (count === 0) return placesOf(requireHead((await take(tx, 0))[0]), batches);
  // Sent together with the statement that follows it.
  const savepoint = tx.sql`savepoint before_append`;
  const [, [row]] = await Promise.all([savepoint, takeAndAppend(tx, batches, count)]);
  const head = requireHead(row);
  if (head.is_covered) return placesOf(head, batches);
  // Nobody has created the partition ahead, as whoever stores ledgers and the maintenance do. Creation is locked before the head
  // everywhere, so the head is given back first: two writers would wait for each other.
  await tx.sql`rollback to savepoint before_append`;
  await lockCreation(tx);
  const taken = requireHead((await take(tx, count))[0]);
  await createLogPartitions(tx, { first: taken.first_id, last: taken.last_id });
  await tx.sql`${insertion(tx, batches, tx.sql`(select ${taken.first_id}::int8 as first_id) head`)}`;
  await tx.sql`select pg_notify(${LOG_CHANNEL}, ${String(taken.last_id)})`;
  return placesOf(taken, batches);
}

interface Taken {
  readonly epoch: string;
  readonly first_id: bigint;
  readonly last_id: bigint;
}

function takeAndAppend(
  tx: Transaction,
  batches: readonly EncodedEvents[],
  count: number,
): PendingQuery<(Taken & { is_covered: boolean })[]> {
  return tx.sql`
    with head as (${take(tx, count)}),
    covered as (select last_id < ${coveredIds(tx)} as is_covered from head),
    appended as (${insertion(tx, batches, tx.sql`head join covered on is_covered`)})
    select epoch, first_id, last_id, is_covered, pg_notify(${LOG_CHANNEL}, last_id::text) from head, covered`;
}

/** The next `count` ids. */
function take({ sql }: Transaction, count: number): PendingQuery<Taken[]> {
  return sql`
    update event_log_head set last_id = last_id + ${count}
    returning epoch, last_id - ${count} + 1 as first_id, last_id`;
}

/** `head`: what has the `first_id` of them all. Each row is a parameter of its own, so that the server parses it once. */
function insertion(tx: Transaction, batches: readonly EncodedEvents[], head: Fragment): Fragment {
  const { sql } = tx;
  let next = 0;
  const rows = batches
    .flatMap((batch) => batch.rows)
    .map(({ count, json }) => {
      const place = next;
      next += count;
      return sql`(${place}::int8, ${count}::int8, ${json}::text::json)`;
    })
    .reduce((all, row) => sql`${all}, ${row}`);
  return sql`
    insert into event_log (first_id, last_id, events, created_at, closed_at)
    select first_id + place, first_id + place + count - 1, events, clock_timestamp(), ${closeTime(tx)}
    from ${head}, (values ${rows}) as rows (place, count, events)`;
}

function placesOf({ epoch, first_id: firstId }: Taken, batches: readonly EncodedEvents[]): Appended[] {
  let next = firstId;
  return batches.map(({ count }) => {
    const first = next;
    next += BigInt(count);
    return { epoch, firstId: first, lastId: next - 1n };
  });
}

/** Of the last ledger stored: the age of events is measured as that of facts is. */
function closeTime({ sql }: Transaction): Fragment {
  return sql`coalesce((select closed_at from ledger_cursor), clock_timestamp())`;
}
