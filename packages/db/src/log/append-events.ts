import type { PendingQuery } from 'postgres';
import type { Fragment } from '../database.ts';
import { lockCreation } from '../partitions/bounds.ts';
import type { Transaction } from '../transaction.ts';
import { requireHead } from './head.ts';
import { coveredIds, createLogPartitions } from './log-partitions.ts';

/** Where Postgres notifies of every append. */
export const LOG_CHANNEL = 'event_log';

/** The most events of a row: so a reader knows where the row may begin that holds an id. */
export const MOST_IN_ROW = 10_000;

/** What the log holds of an event. */
export interface NewEvent {
  /** Its kind. */
  readonly event: string;
  /** Where readers find it. */
  readonly channels: readonly string[];
  /** Anything that JSON can hold. */
  readonly data: object;
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
  const [appended] = await appendBatches(tx, [events]);
  if (appended === undefined) throw new TypeError('found no batch, expected one');
  return appended;
}

/** As `appendEvents`, for batches of events that follow each other; each becomes a row of its own, or several if it is long. */
export async function appendBatches(
  tx: Transaction,
  batches: readonly (readonly NewEvent[])[],
): Promise<Appended[]> {
  const count = batches.reduce((sum, events) => sum + events.length, 0);
  // Sent together with the statement that follows it.
  const savepoint = tx.sql`savepoint before_append`;
  const [, [row]] = await Promise.all([savepoint, takeAndAppend(tx, batches, count)]);
  const head = requireHead(row);
  if (head.is_covered || count === 0) return placesOf(head, batches);
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
  batches: readonly (readonly NewEvent[])[],
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

/** `head`: what has the `first_id` of them all. */
function insertion(tx: Transaction, batches: readonly (readonly NewEvent[])[], head: Fragment): Fragment {
  const rows = firstPlaces(batches).flatMap((place, index) => {
    const events = batches[index] ?? [];
    return chunks(events).map((some, chunk) => ({
      place: place + chunk * MOST_IN_ROW,
      count: some.length,
      events: some,
    }));
  });
  return tx.sql`
    insert into event_log (first_id, last_id, events, created_at, closed_at)
    select first_id + place, first_id + place + count - 1, events, clock_timestamp(), ${closeTime(tx)}
    from ${head}, json_to_recordset(${JSON.stringify(rows)}::text::json) as rows (place int8, count int8, events json)`;
}

function chunks(events: readonly NewEvent[]): (readonly NewEvent[])[] {
  const count = Math.ceil(events.length / MOST_IN_ROW);
  return Array.from({ length: count }, (_, chunk) =>
    events.slice(chunk * MOST_IN_ROW, (chunk + 1) * MOST_IN_ROW),
  );
}

function placesOf(
  { epoch, first_id: firstId }: Taken,
  batches: readonly (readonly NewEvent[])[],
): Appended[] {
  return firstPlaces(batches).map((place, index) => {
    const first = firstId + BigInt(place);
    return { epoch, firstId: first, lastId: first + BigInt(batches[index]?.length ?? 0) - 1n };
  });
}

/** How many events come before each batch. */
function firstPlaces(batches: readonly (readonly NewEvent[])[]): number[] {
  let next = 0;
  return batches.map(({ length }) => (next += length) - length);
}

/** Of the last ledger stored: the age of events is measured as that of facts is. */
function closeTime({ sql }: Transaction): Fragment {
  return sql`coalesce((select closed_at from ledger_cursor), clock_timestamp())`;
}
