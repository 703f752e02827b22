import type { Transaction } from '../transaction.ts';
import { LOG_CHANNEL } from './log-channel.ts';

export interface Appended {
  readonly epoch: string;
  readonly firstId: bigint;
  readonly lastId: bigint;
}

/**
 * Gives the events the next ids of the log, none of which is ever lost or given twice, and rings the doorbell at commit.
 * An event is anything that JSON can hold. It must be the transaction's last statement: from here to its end every other writer waits.
 */
export async function appendEvents({ sql }: Transaction, events: readonly object[]): Promise<Appended> {
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
  if (row === undefined) throw new TypeError('the event log has no head; the database was not migrated');
  return { epoch: row.epoch, firstId: row.first_id, lastId: row.last_id };
}
