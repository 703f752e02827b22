import type { Database } from '../../database.ts';
import type { LogCursor } from '../../log/errors.ts';
import { arrayLiteral } from '../../sql.ts';
import { transaction } from '../../transaction.ts';
import { notifyUnsent } from '../dispatch-channels.ts';
import { CursorFencedError } from './errors.ts';
import type { OwnCursor } from './own-cursors.ts';

/* The log has dropped events that were not matched yet: who missed them remembers which. */

/**
 * Moves the cursor of all live webhooks to the oldest event that is kept.
 *
 * @throws CursorFencedError
 */
export async function skipDropped(
  db: Database,
  { from, oldest }: { readonly from: LogCursor; readonly oldest: LogCursor },
): Promise<void> {
  const last = oldest.id - 1n;
  await transaction(db, async ({ sql }) => {
    const moved = await sql`
      update webhook_cursor set epoch = ${oldest.epoch}, id = ${last}
      where epoch = ${from.epoch} and id = ${from.id}`;
    if (moved.count !== 1) throw new CursorFencedError(`${from.epoch}-${from.id}`);
    await sql`
      update webhooks set missed_after = ${from.id}, missed_to = ${last}
      where state = 'active' and matched_to is null`;
  });
}

/** Moves the own cursor of a webhook there, or ends the replay. */
export async function skipDroppedOf(
  db: Database,
  { kind, id, after }: OwnCursor,
  oldestId: bigint,
): Promise<void> {
  const last = oldestId - 1n;
  await db.run(({ sql }) =>
    kind === 'behind'
      ? sql`
          update webhooks set matched_to = ${last}, missed_after = ${after}, missed_to = ${last}
          where id = ${id} and matched_to = ${after}`
      : sql`
          update webhook_replays set state = 'failed', reason = 'events_expired', finished_at = now()
          where id = ${id} and state = 'running' and next_id = ${after + 1n}`,
  );
}

/** Fails pending deliveries whose events the log has dropped; no attempt is spent. */
export async function failExpired(db: Database, ids: readonly bigint[]): Promise<void> {
  await transaction(db, async (tx) => {
    const failed = await tx.sql<{ id: bigint }[]>`
      update webhook_deliveries set
        state = 'failed', claimed = false, finished_at = now(), last_error = 'event_expired', last_status = null
      where id = any (${arrayLiteral(ids.map(String))}::text::int8[]) and state = 'pending'
      returning id`;
    await notifyUnsent(
      tx,
      failed.map(({ id }) => id),
    );
  });
}
