import { setImmediate } from 'node:timers/promises';
import type { PendingQuery } from 'postgres';
import { lockCreation } from '../partitions/bounds.ts';
import type { Transaction } from '../transaction.ts';
import { copyEvents, type LogRow, type LogTimes } from './copy-events.ts';
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
  readonly rows: readonly LogJson[];
}

/** At most `EVENTS_A_ROW` events. */
interface LogJson {
  readonly count: number;
  readonly json: Buffer;
}

export interface Appended {
  readonly epoch: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

/**
 * Gives the events the next ids of the log and notifies of them at commit. No id is lost or given twice.
 * These must be the transaction's last statements, and its only append: from here to its end all other writers wait.
 */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<Appended> {
  const [appended] = await appendBatches(tx, [await encodeEvents(events)]);
  if (appended === undefined) throw new TypeError('found no batch, expected one');
  return appended;
}

/** What needs no transaction of an append. Between two rows other work of this process gets its turn. */
export async function encodeEvents(events: readonly NewEvent[]): Promise<EncodedEvents> {
  const rows: LogJson[] = [];
  for (let from = 0; from < events.length; from += EVENTS_A_ROW) {
    if (from > 0) await setImmediate();
    const some = events.slice(from, from + EVENTS_A_ROW);
    rows.push({ count: some.length, json: Buffer.from(encodeRow(some)) });
  }
  return { count: events.length, rows };
}

/** As `appendEvents`, for batches of events that follow each other; each becomes a row of its own, or several if it is long. */
export async function appendBatches(tx: Transaction, batches: readonly EncodedEvents[]): Promise<Appended[]> {
  const count = batches.reduce((sum, events) => sum + events.count, 0);
  if (count === 0) return placesOf(requireHead((await take(tx, 0))[0]), batches);
  // Sent together with the statement that follows it.
  const savepoint = tx.sql`savepoint before_append`;
  const [, [ahead]] = await Promise.all([savepoint, take(tx, count)]);
  let taken = requireHead(ahead);
  if (!taken.isCovered) {
    // Nobody has created the partition ahead, as whoever stores ledgers and the maintenance do. Creation is locked before the head
    // everywhere, so the head is given back first: two writers would wait for each other.
    await tx.sql`rollback to savepoint before_append`;
    await lockCreation(tx);
    taken = requireHead((await take(tx, count))[0]);
    await createLogPartitions(tx, { first: taken.firstId, last: taken.lastId });
  }
  await copyEvents(tx, rowsOf(taken, batches), taken);
  return placesOf(taken, batches);
}

interface Taken extends LogTimes {
  readonly epoch: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
  /** Whether there is a partition for them. */
  readonly isCovered: boolean;
}

/** The next `count` ids. Whoever waits for events is notified at commit. `closedAt`: the age of events is measured as that of facts is. */
function take(tx: Transaction, count: number): PendingQuery<Taken[]> {
  return tx.sql`
    with head as (
      update event_log_head set last_id = last_id + ${count}
      returning epoch, last_id - ${count} + 1 as "firstId", last_id as "lastId"
    )
    select *, "lastId" < ${coveredIds(tx)} as "isCovered", clock_timestamp() as "createdAt",
           coalesce((select closed_at from ledger_cursor), clock_timestamp()) as "closedAt"
           ${count === 0 ? tx.sql`` : tx.sql`, pg_notify(${LOG_CHANNEL}, "lastId"::text)`}
    from head`;
}

function rowsOf({ firstId }: Taken, batches: readonly EncodedEvents[]): LogRow[] {
  let next = firstId;
  return batches
    .flatMap(({ rows }) => rows)
    .map(({ count, json }) => {
      const first = next;
      next += BigInt(count);
      return { firstId: first, lastId: next - 1n, json };
    });
}

function placesOf({ epoch, firstId }: Taken, batches: readonly EncodedEvents[]): Appended[] {
  let next = firstId;
  return batches.map(({ count }) => {
    const first = next;
    next += BigInt(count);
    return { epoch, firstId: first, lastId: next - 1n };
  });
}
