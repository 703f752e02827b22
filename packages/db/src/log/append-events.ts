import type { Fragment } from '../database.ts';
import { lockCreation } from '../partitions/bounds.ts';
import type { Transaction } from '../transaction.ts';
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

export interface Appended {
  readonly epoch: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

/**
 * Gives the events the next ids of the log and notifies of them at commit. No id is lost or given twice.
 * This must be the transaction's last statement: from here to its end all other writers wait.
 */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<Appended> {
  const { sql } = tx;
  const json = JSON.stringify(events);
  const [row] = await sql<{ epoch: string; first_id: bigint; last_id: bigint; is_covered: boolean }[]>`
    with head as (
      update event_log_head set last_id = last_id + ${events.length}
      returning epoch, last_id - ${events.length} + 1 as first_id, last_id
    ), covered as (
      select first_id < ${coveredIds(tx)} as is_covered from head
    ), appended as (
      insert into event_log (first_id, last_id, events, created_at, closed_at)
      select first_id, last_id, ${json}::text::json, clock_timestamp(), ${closeTime(tx)} from head, covered
      where last_id >= first_id and is_covered
    )
    select epoch, first_id, last_id, is_covered, pg_notify(${LOG_CHANNEL}, last_id::text) from head, covered`;
  const { epoch, first_id: firstId, last_id: lastId, is_covered: isCovered } = requireHead(row);
  if (!isCovered && lastId >= firstId) {
    // Nobody has created the partition ahead, as whoever stores ledgers and the maintenance do.
    await lockCreation(tx);
    await createLogPartitions(tx, firstId);
    await sql`
      insert into event_log (first_id, last_id, events, created_at, closed_at)
      values (${firstId}, ${lastId}, ${json}::text::json, clock_timestamp(), ${closeTime(tx)})`;
  }
  return { epoch, firstId, lastId };
}

/** Of the last ledger stored: the age of events is measured as that of facts is. */
function closeTime({ sql }: Transaction): Fragment {
  return sql`coalesce((select closed_at from ledger_cursor), clock_timestamp())`;
}
