import type { Transaction } from '../transaction.ts';
import { requireHead } from './head.ts';

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
export async function appendEvents({ sql }: Transaction, events: readonly NewEvent[]): Promise<Appended> {
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
