import type { Database } from '../database.ts';
import type { LogCursor } from '../log/errors.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { lockCursor } from './live-state.ts';

/**
 * Locks the cursor. If no webhook is live, nothing needs the events before the end of the log, and the cursor moves there: so a
 * webhook does not begin with what was logged while nobody looked.
 */
export async function lockStartPlace(tx: Transaction): Promise<LogCursor> {
  const cursor = await lockCursor(tx);
  const [moved] = await tx.sql<LogCursor[]>`
    update webhook_cursor set (epoch, id) = (select epoch, last_id from event_log_head)
    where not exists (select from webhook_filter_keys) returning epoch, id`;
  return moved ?? cursor;
}

/** Moves the cursor to the end of the log if no webhook is live: whoever becomes live meanwhile is seen under its lock. */
export async function skipUnwanted(db: Database): Promise<void> {
  await transaction(db, lockStartPlace);
}
