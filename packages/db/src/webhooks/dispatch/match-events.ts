import type { Database, Executor, Fragment } from '../../database.ts';
import type { LogCursor } from '../../log/errors.ts';
import { transaction, type Transaction } from '../../transaction.ts';
import { CursorFencedError } from './errors.ts';

/** One key of an event, and its amount: a filter asks for the key and a least amount. */
export interface EventKey {
  readonly key: string;
  /** Stroops, a decimal integer. */
  readonly amount: string;
}

export interface KeyedEvent {
  readonly id: bigint;
  /** Its kind. */
  readonly event: string;
  readonly keys: readonly EventKey[];
}

interface Matching {
  readonly from: LogCursor;
  /** The place in the log that everything is matched up to then. */
  readonly to: LogCursor;
  /** All events between both that have a key. */
  readonly events: readonly KeyedEvent[];
}

/** How many deliveries a webhook got. */
export interface Matched {
  readonly webhookId: string;
  readonly deliveries: number;
}

/**
 * Finds the live webhooks that want these events, and moves the cursor, in one transaction: each event becomes one delivery to
 * each of them. A webhook is found by its keys, so no other one is looked at.
 *
 * @throws CursorFencedError if the cursor is not at `from`; DatabaseUnavailableError
 */
export async function advanceMatching(db: Database, { from, to, events }: Matching): Promise<Matched[]> {
  return await transaction(db, async (tx) => {
    const moving = tx.sql`
      update webhook_cursor set epoch = ${to.epoch}, id = ${to.id}
      where epoch = ${from.epoch} and id = ${from.id}`;
    const [moved, matched] = await Promise.all([moving, insertMatches(tx, to.epoch, events)]);
    // What was inserted is rolled back.
    if (moved.count !== 1) throw new CursorFencedError(`${from.epoch}-${from.id}`);
    return matched;
  });
}

async function insertMatches(
  tx: Transaction,
  epoch: string,
  events: readonly KeyedEvent[],
): Promise<Matched[]> {
  const keys = events.flatMap(({ id, event, keys: own }) =>
    own.map(({ key, amount }) => ({ id: String(id), event, key, amount })),
  );
  if (keys.length === 0) return [];
  return await insertDeliveries(
    tx,
    tx.sql`
      select distinct own.webhook_id, ${epoch}::text as epoch, each.id, each.event, null::uuid as replay_id
      from json_to_recordset(${JSON.stringify(keys)}::text::json)
             as each (id int8, event text, key text, amount numeric)
      join webhook_filter_keys own on own.key = each.key and own.min_amount <= each.amount`,
  );
}

/**
 * Inserts deliveries in the order of the log, and makes their endpoints due. `matches` selects
 * `webhook_id, epoch, id, event, replay_id`.
 *
 * Whoever hands out locks the same rows of `webhook_progress`: so it either sees the new rows, or its own "nothing is pending"
 * is overwritten here.
 */
export async function insertDeliveries({ sql }: Executor, matches: Fragment): Promise<Matched[]> {
  const rows = await sql<Matched[]>`
    with inserted as (
      insert into webhook_deliveries (webhook_id, epoch, event_id, event, replay_id, due_at, created_at)
      select webhook_id, epoch, id, event, replay_id, now(), now() from (${matches}) matches
      order by id, webhook_id
      returning webhook_id
    ), counted as (
      select webhook_id, count(*) as deliveries from inserted group by webhook_id
    ), locked as (
      select webhook_id from webhook_progress where webhook_id in (select webhook_id from counted)
      order by webhook_id for update
    ), woken as (
      update webhook_progress set next_due_at = least(next_due_at, now())
      where webhook_id in (select webhook_id from locked)
    )
    select webhook_id as "webhookId", deliveries::float8 as deliveries from counted`;
  return [...rows];
}
