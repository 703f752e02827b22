import type { Database } from '../../database.ts';
import { arrayLiteral } from '../../sql.ts';
import { transaction } from '../../transaction.ts';
import { leaveLive, lockCursor } from '../live-state.ts';

/** A webhook with as many pending deliveries gets no more: it is put behind, and the log keeps the events for it. */
export const BACKLOG = 10_000;

/** Puts those of these webhooks behind that have too much pending. Returns them. */
export async function limitBacklog(
  db: Database,
  webhookIds: readonly string[],
  backlog = BACKLOG,
): Promise<string[]> {
  if (webhookIds.length === 0) return [];
  const full = await db.run(
    ({ sql }) => sql<{ id: string }[]>`
      select each.id from unnest(${arrayLiteral(webhookIds)}::text::uuid[]) as each (id)
      where (select count(*) from (
        select from webhook_deliveries where webhook_id = each.id and state = 'pending' limit ${backlog}
      ) pending) >= ${backlog}`,
  );
  if (full.length === 0) return [];
  return await transaction(db, async (tx) => {
    await lockCursor(tx);
    return await leaveLive(
      tx,
      full.map(({ id }) => id),
    );
  });
}
